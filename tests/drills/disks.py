"""A disk that fills up in mid-run, and a folder that turns read-only: on real mounts, so on Linux and as root.

    sudo python tests/drills/disks.py

After each: a sentence, everything up to the last whole epoch is there, each epoch once, the engine lives, and with room
again the next run trains. Exit status 1 if anything else happens.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).parent)]

from run_drills import App, DrillError, is_over, must_be_a_beginning, told, wait_until  # noqa: E402

from core import runs  # noqa: E402


def mount(*words: str) -> int:
    return subprocess.run(["mount", *words], capture_output=True).returncode


@contextmanager
def lab_on_a_disk_of(megabytes: int) -> Iterator[App]:
    """An app whose run folders lie on a disk of their own; the data sets do not."""
    home = Path(tempfile.mkdtemp(prefix="chalknet-disk-"))
    (home / "runs").mkdir()
    if mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(home / "runs")):
        raise SystemExit("This needs the right to mount, as root has it on Linux.")
    os.environ["CHALKNET_HOME"] = str(home)
    try:
        app = App(home)
        wait_until((home / "calibration.json").exists, "the machine is measured")
        yield app
        app.close()
    finally:
        subprocess.run(["umount", "-l", str(home / "runs")], check=False)


def begun(app: App, kind: str) -> runs.Run:
    (run_id,) = app.ask(do="begin", kind=kind)
    return runs.open_run(run_id)


def some_epochs(run: runs.Run, n: int) -> None:
    wait_until(lambda: len(run.history().epochs) >= n or run.status.is_finished, f"{n} epochs are trained")


def a_full_disk() -> None:
    with lab_on_a_disk_of(200) as app:
        whole = begun(app, "cnn")
        wait_until(lambda: is_over("cnn", [whole.id]), "a run is trained while there is room")
        run = begun(app, "cnn")
        some_epochs(run, 2)
        filler = run.folder.parent / "filler"
        with filler.open("wb") as file, suppress(OSError):
            while True:
                os.write(file.fileno(), bytes(65_536))
        wait_until(lambda: is_over("cnn", [run.id]), "the run is over")
        print(f"full disk: {run.status.name}, {run.status.sentence!r}, {len(run.history().epochs)} whole epochs")
        if run.status.name == "done":
            raise DrillError("the run was quicker than the disk could be filled: try again")
        filler.unlink()
        must_be_a_beginning(told(run), told(whole), is_whole=False)
        again = begun(app, "cnn")
        wait_until(lambda: is_over("cnn", [again.id]), "the next run is over")
        must_be_a_beginning(told(again), told(whole), is_whole=True)


def a_folder_that_turns_read_only() -> None:
    with lab_on_a_disk_of(200) as app:
        whole = begun(app, "cnn")
        wait_until(lambda: is_over("cnn", [whole.id]), "a run is trained while it can be written")
        run = begun(app, "cnn")
        some_epochs(run, 2)
        # Another mount of the same folder in its place: the disk itself can't be made so while a file is open there
        mount("--bind", str(run.folder), str(run.folder))
        mount("-o", "remount,bind,ro", str(run.folder))
        wait_until(lambda: app.ask(do="failures", ids=[run.id])[0], "the engine knows that it failed")
        (failure,) = app.ask(do="failures", ids=[run.id])
        print(f"read-only: {failure!r}, {len(run.history().epochs)} whole epochs")
        subprocess.run(["umount", "-l", str(run.folder)], check=True)
        app.ask(do="failures", ids=[run.id])  # as a page that polls: now it can be written down
        if run.status.name != "failed":
            raise DrillError(f"the run is {run.status.name}")
        must_be_a_beginning(told(run), told(whole), is_whole=False)
        again = begun(app, "cnn")
        wait_until(lambda: is_over("cnn", [again.id]), "the next run is over")
        must_be_a_beginning(told(again), told(whole), is_whole=True)


if __name__ == "__main__":
    a_full_disk()
    a_folder_that_turns_read_only()
    print("Nothing was lost.")
