"""core/datasets/downloads.py against a loopback server that misbehaves, and copies of archives."""

import hashlib
import http.server
import io
import socket
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from core.datasets import downloads
from core.datasets.downloads import DownloadError, DownloadStoppedError, copy_checked, fetch

WHOLE = np.random.default_rng(0).bytes(1_500_000)
MD5 = hashlib.md5(WHOLE).hexdigest()
HALF = 700_000
ROOT = Path(__file__).resolve().parents[3]


class Server(http.server.ThreadingHTTPServer):
    """Serves ``content``, as ``way`` says; notes the ranges that were asked for."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.way, self.content, self.tag, self.ranges = "well", WHOLE, '"one"', []
        self.go_on = threading.Event()  # ends the waiting of a silent or a dripping server
        self.url = f"http://127.0.0.1:{self.server_port}/file.tar.gz"


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        server, wanted = self.server, self.headers.get("Range")
        server.ranges.append(wanted)
        if server.way in ("404", "503"):
            return self.send_error(int(server.way))
        start = 0
        same = self.headers.get("If-Range") in (None, server.tag)
        if wanted and same and server.way != "no ranges":
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(server.content):
                return self.send_error(416)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(server.content) - 1}/{len(server.content)}")
        else:
            self.send_response(200)
        body = server.content[start:]
        if server.way != "no length":
            self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", server.tag)
        self.end_headers()
        if server.way == "cut":
            return self.wfile.write(body[:HALF])
        if server.way == "silent":
            self.wfile.write(body[:HALF])
            self.wfile.flush()
            return server.go_on.wait(30)
        if server.way == "drips":
            for i in range(0, len(body), 100):
                if server.go_on.wait(0.01):
                    return None
                self.wfile.write(body[i : i + 100])
                self.wfile.flush()
        return self.wfile.write(body)


@pytest.fixture
def server():
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.go_on.set()
        server.shutdown()


@pytest.fixture
def get(server, tmp_path):
    """Fetches into a folder of its own; whatever happens, there is never a file with the right name and wrong bytes."""

    def fetch_it(**options):
        target = tmp_path / "file.tar.gz"
        try:
            fetch(server.url, target, **{"md5": MD5, "most_bytes": 2_000_000} | options)
        finally:
            assert not target.exists() or target.read_bytes() == WHOLE
        return target

    fetch_it.folder = tmp_path
    return fetch_it


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_whole_file_comes_with_progress_and_leaves_nothing_beside_it(get):
    told = []
    target = get(on_progress=lambda *done: told.append(done))
    assert target.read_bytes() == WHOLE
    assert names(get.folder) == ["file.tar.gz"]
    assert told == sorted(told)
    assert told[-1] == (len(WHOLE), len(WHOLE))


def test_a_cut_is_a_sentence_and_the_next_try_goes_on(get, server):
    server.way = "cut"
    with pytest.raises(DownloadError, match=r"cut after 0\.7 of 1\.5 MB\. 0\.7 MB have come and are kept: start"):
        get()
    assert names(get.folder) == ["file.tar.gz.part", "file.tar.gz.part.json"]
    server.way = "well"
    assert get().read_bytes() == WHOLE
    assert server.ranges == [None, f"bytes={HALF}-"]
    assert names(get.folder) == ["file.tar.gz"]


@pytest.mark.parametrize("change", ["no ranges", "another version", "another address"])
def test_where_going_on_is_impossible_it_begins_anew(get, server, change):
    server.way = "cut"
    with pytest.raises(DownloadError):
        get()
    server.way = "no ranges" if change == "no ranges" else "well"
    if change == "another version":
        server.tag = '"two"'
    if change == "another address":
        server.url += "?again"
    assert get().read_bytes() == WHOLE
    assert server.ranges[1] == (None if change == "another address" else f"bytes={HALF}-")


def test_a_part_that_was_whole_already_is_taken(get, server):
    server.way = "cut"
    with pytest.raises(DownloadError):
        get()
    (get.folder / "file.tar.gz.part").write_bytes(WHOLE)  # as when the power fails before the last step
    server.way = "well"
    assert get().read_bytes() == WHOLE


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (WHOLE[:-1] + b"x", r"sent wrong bytes \(MD5 is not "),
        (b"<!DOCTYPE html><title>Log in</title>", r"sent a web page, perhaps the login"),
        (WHOLE + b"x" * 600_000, r"offers 2 MB; at most 2 MB are right\. It is another file"),
    ],
)
def test_wrong_bytes_are_a_sentence_and_nothing_stays(get, server, content, why):
    server.content = content
    with pytest.raises(DownloadError, match=why):
        get()
    assert names(get.folder) == []
    server.content = WHOLE
    assert get().read_bytes() == WHOLE


def test_a_server_that_never_ends_is_stopped(get, server):
    server.way, server.content = "no length", WHOLE * 3
    with pytest.raises(DownloadError, match="sends more than the file has"):
        get()
    assert names(get.folder) == []


def test_without_a_length_a_whole_file_is_still_known_by_its_sum(get, server):
    server.way = "no length"
    assert get().read_bytes() == WHOLE


def test_too_slow_is_a_sentence(get, server):
    server.way = "drips"
    with pytest.raises(DownloadError, match=r"is too slow: .* kB per second\. .*are kept"):
        get(slowest=1e9, slow_after=0.1)


def test_silence_is_a_sentence(get, server):
    server.way = "silent"
    with pytest.raises(DownloadError, match=r"has been silent for 0\.3 seconds\. 0\.7 MB have come"):
        get(timeout=0.3)


@pytest.mark.parametrize("code", ["404", "503"])
def test_a_refusal_is_a_sentence(get, server, code):
    server.way = code
    with pytest.raises(DownloadError, match=rf"127\.0\.0\.1 refused it: {code} "):
        get()
    assert names(get.folder) == []


def test_nobody_there_is_a_sentence(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(DownloadError, match="cannot be reached"):
        fetch(f"http://127.0.0.1:{port}/x", tmp_path / "x", md5=MD5, most_bytes=9)
    assert names(tmp_path) == []


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://x/y", "", "javascript:alert(1)", "/etc/passwd"])
def test_only_the_web_is_asked(tmp_path, url):
    with pytest.raises(DownloadError, match="no address of a file"):
        fetch(url, tmp_path / "x", md5=MD5, most_bytes=9)


def test_stopping_keeps_what_has_come(get):
    with pytest.raises(DownloadStoppedError, match="It was stopped"):
        get(should_stop=lambda: True)
    assert get().read_bytes() == WHOLE


def test_a_full_disk_is_a_sentence(server, tmp_path):
    """A limit on the size of a file stands for the full disk."""
    code = (
        "import resource, signal, sys\nfrom pathlib import Path\nfrom core.datasets.downloads import *\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        f"try: fetch({server.url!r}, Path({str(tmp_path)!r}) / 'file.tar.gz', md5={MD5!r}, most_bytes=2_000_000)\n"
        "except DownloadError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"The disk is full: {tmp_path} has no room for file.tar.gz. Free some space."), done
    assert "file.tar.gz" not in names(tmp_path)
    fetch(server.url, tmp_path / "file.tar.gz", md5=MD5, most_bytes=2_000_000)  # with room again it goes on
    assert (tmp_path / "file.tar.gz").read_bytes() == WHOLE
    assert server.ranges[1].startswith("bytes=")


def test_too_little_room_is_told_before_anything_is_written(get, server, monkeypatch):
    usage = downloads.shutil.disk_usage(get.folder)
    monkeypatch.setattr(downloads.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(DownloadError, match="The disk is full"):
        get()
    assert names(get.folder) == []


def test_an_archive_that_one_has_is_copied_and_checked(tmp_path):
    copy_checked(io.BytesIO(WHOLE), tmp_path / "a", md5=MD5, most_bytes=2_000_000)
    assert (tmp_path / "a").read_bytes() == WHOLE
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("content", [b"", WHOLE[:HALF], WHOLE + b"x", WHOLE * 2])
def test_another_archive_is_refused_and_the_old_one_stays(tmp_path, content):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(DownloadError, match="is not the published a"):
        copy_checked(io.BytesIO(content), tmp_path / "a", md5=MD5, most_bytes=2_000_000)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]
