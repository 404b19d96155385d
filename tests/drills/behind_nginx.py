"""The lab behind nginx, as the README shows it: a page is opened over TLS, trains, uploads and is the teacher's.

    .venv/bin/python tests/drills/behind_nginx.py [--nginx /usr/sbin/nginx]

Takes the README's lines for nginx, puts loopback ports and a throw-away certificate into them, and lets Chromium come
by the name ``lab.example.org``. Takes half a minute.
"""

import argparse
import contextlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from lab_server import (  # noqa: E402
    CHROMIUM_FLAGS,
    PATIENCE,
    LabServer,
    chromium,
    open_page,
    train,
    until_learning,
    wait_until,
)
from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402

NAME = "lab.example.org"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def nginx(program: str, lab_port: int, folder: Path) -> Iterator[int]:
    """Serves the lab by TLS; gives the port."""
    (lines,) = re.findall(r"```nginx\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    port = free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
         "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"], check=True, capture_output=True,
    )  # fmt: skip
    for of_readme, here in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("http://127.0.0.1:8501", f"http://127.0.0.1:{lab_port}"),
        ("/etc/ssl/lab.pem", str(folder / "certificate.pem")),
        ("/etc/ssl/lab.key", str(folder / "key.pem")),
    ):
        assert of_readme in lines, f"the README's lines have no {of_readme}"
        lines = lines.replace(of_readme, here)
    temporary = "".join(
        f"  {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\n  access_log off;\n{temporary}{lines}}}\n"
    )
    process = subprocess.Popen([program, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"])
    try:
        wait_until(lambda: _answers(port) or process.poll() is not None, "nginx answers")
        if process.poll() is not None:
            raise SystemExit((folder / "error.log").read_text())
        yield port
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def own_pictures(lab: LabServer) -> Path:
    """A zip with a picture in each of two classes."""
    path, picture = lab.home / "own.zip", ROOT / "pages" / "shared" / "frame" / "icon.png"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(picture, "cat/1.png")
        archive.write(picture, "dog/1.png")
    return path


def walk(page: Page, address: str, lab: LabServer) -> None:
    """What a class does, through the proxy."""
    failed: list[str] = []
    page.on("websocket", lambda socket: socket.on("socketerror", lambda error: failed.append(error)))
    open_page(page, f"{address}/Perceptron?n_epochs=50")
    key = "document.cookie.match(/chalknet_person=(\\w+)/)[1]"
    person = page.evaluate(key)
    train(page)
    until_learning(page)
    page.reload()
    until_learning(page)
    assert page.evaluate(key) == person, "a reload is another person"
    page.get_by_role("button", name="Stop").click()
    open_page(page, f"{address}/Data?tab=Add")
    assert page.get_by_label("Or a folder on this machine").count() == 0, "anybody may look through the server's disk"
    uploader = page.get_by_test_id("stFileUploader").filter(has_text="Zip file")
    uploader.locator("input").set_input_files(own_pictures(lab))
    expect(page.get_by_text("2 classes.")).to_be_visible()
    open_page(page, f"{address}/Runs?tab=Teacher")
    key = re.search(r"teacher's key.*: (\S+)", lab.log())
    assert key is not None
    page.get_by_label("Teacher's key").fill(key[1])
    page.get_by_role("button", name="Open the desk").click()
    expect(page.get_by_role("button", name="Pause the queue")).to_be_visible()
    assert not failed, failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nginx", default=shutil.which("nginx") or "/usr/sbin/nginx")
    program = parser.parse_args().nginx
    with tempfile.TemporaryDirectory(prefix="chalknet-nginx-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        lab = LabServer(folder / "home", CHALKNET_HALL="1")
        try:
            with nginx(program, lab.port, folder) as port, sync_playwright() as playwright:
                flags = [*CHROMIUM_FLAGS, f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]
                expect.set_options(timeout=PATIENCE * 1000)
                browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
                page = browser.new_context(ignore_https_errors=True).new_page()
                walk(page, f"https://{NAME}:{port}", lab)
                browser.close()
        finally:
            lab.stop()
    print("met      behind nginx a page opens by TLS, trains, is the same person after a reload, and the teacher's")


if __name__ == "__main__":
    main()
