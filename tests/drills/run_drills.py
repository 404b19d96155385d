"""Kills a worker, the engine or the app at a random moment of a random run or experiment, and looks what is left.

    python tests/drills/run_drills.py [--first 1] [--last 100] [--home FOLDER]

A drill's number decides what is killed, of what, and when. After each: what was trained is there up to the last whole
epoch, each epoch once; nothing is left running and nothing is stuck waiting; and what was cut short goes on to the
very losses of a run that nobody has killed. Prints a line a drill; the exit status is 1 if one has failed.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from kinds import KINDS, SEARCH  # noqa: E402 - they lie beside this file, which is no package

from core import runs  # noqa: E402
from core.crossval import grid_search  # noqa: E402
from core.runs import Run  # noqa: E402

PATIENCE = 240.0  # seconds until something counts as stuck
MAX_RESTARTS = 3  # as core.engine.engine has it
VICTIMS = ("worker", "engine", "app")


class DrillError(Exception):
    """What a drill has found wrong."""


def wait_until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise DrillError(f"not within {PATIENCE:.0f} s: {what}")
        time.sleep(0.02)


class App:
    """The app's process, and what it has started."""

    def __init__(self, home: Path) -> None:
        self.home, self.n_engines_lost = home, 0
        with (home / "app.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("app.py"))],
                cwd=ROOT,
                env=os.environ | {"CHALKNET_HOME": str(home), "PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        wait_until(lambda: self.ask(do="info")[1], "the engine is warm")

    def ask(self, **command: object) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(command), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def family(self) -> list[psutil.Process]:
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def victim(self, which: str) -> psutil.Process | None:
        """The process to kill; None while there is none, as between two engines."""
        family = self.family()
        if which == "app":
            return family[0]
        engines = [p for p in family[1:] if "core.engine" in _command(p)]
        if which == "engine" or not engines:
            return engines[0] if engines else None
        workers = [p for p in _children(engines[0]) if "spawn_main" in " ".join(_command(p))]
        return max(workers, key=lambda p: p.create_time(), default=None)

    def close(self) -> None:
        """As Ctrl-C does; nothing may outlive it."""
        family = self.family()
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(60)
        wait_until(lambda: not any(map(lives, family)), "nothing outlives the app")


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def told(run: Run) -> dict[str, Any]:
    """What a run has come to, without its times."""
    history, result = run.history(), run.result or {}
    epochs = [[e["epoch"], e["train_loss"], e["test_loss"], e["test_accuracy"]] for e in history.epochs]
    return {"losses": list(history.losses), "epochs": epochs, "test_loss": result.get("test_loss")}


def scores(search_id: str) -> dict[str, float]:
    found = grid_search.open_search(search_id).fits()
    return {f"{fit.learning_rate} {fit.batch_size} {fit.fold}": fit.score for fit in found}


def is_over(kind: str, ids: list[str]) -> bool:
    if kind == SEARCH:
        return grid_search.open_search(ids[0]).state != "running"
    return all(run.status.is_finished and not run.is_being_written for run in map(runs.open_run, ids))


def must_be_a_beginning(found: dict[str, Any], whole: dict[str, Any], *, is_whole: bool) -> None:
    """Each epoch once, in order, with the numbers that a run has that nobody killed; all of them where it is over."""
    numbers = [epoch[0] for epoch in found["epochs"]]
    if numbers != list(range(1, len(numbers) + 1)):
        raise DrillError(f"its epochs are {numbers}")
    for what in ("epochs", "losses"):
        n = len(whole[what]) if is_whole else len(found[what])
        if found[what] != whole[what][:n]:
            raise DrillError(f"its {what} are others than those of a run that nobody has killed")
    if is_whole and found["test_loss"] != whole["test_loss"]:
        raise DrillError("its result is another than that of a run that nobody has killed")


def look_at_what_is_left(kind: str, ids: list[str], reference: dict[str, Any]) -> None:
    """Right after the app is gone."""
    if kind == SEARCH:
        state = grid_search.open_search(ids[0]).state
        if state not in ("interrupted", "done"):
            raise DrillError(f"the search is {state} although its app is gone")
        if not scores(ids[0]).items() <= reference["told"].items():
            raise DrillError("the search has other scores")
        return
    for run, whole in zip(map(runs.open_run, ids), reference["told"], strict=True):
        if run.status.name not in ("interrupted", "done"):
            raise DrillError(f"a run is {run.status.name} although its app is gone")
        must_be_a_beginning(told(run), whole, is_whole=run.status.name == "done")


def look_at_the_end(kind: str, ids: list[str], reference: dict[str, Any]) -> None:
    """When all has been trained, by itself or after Resume."""
    if kind == SEARCH:
        search = grid_search.open_search(ids[0])
        if search.state == "failed" and search.sentence.startswith("The search failed: "):
            return  # its engine was killed: scikit-learn's search ends with it, and says so
        if search.state != "done" or scores(ids[0]) != reference["told"]:
            raise DrillError(f"the search is {search.state}: {search.sentence}")
        return
    for run, whole in zip(map(runs.open_run, ids), reference["told"], strict=True):
        if run.status.name != "done":
            raise DrillError(f"a run is {run.status.name}: {run.status.sentence}")
        must_be_a_beginning(told(run), whole, is_whole=True)
        left = [path.name for path in run.folder.rglob("*.partial")]
        if left:
            raise DrillError(f"half a file is left: {left}")


def references(home: Path, app: App) -> dict[str, Any]:
    """Each kind once without a kill; kept in the home, so that drills can be held in pieces."""
    path = home / "references.json"
    if path.exists():
        known: dict[str, Any] = json.loads(path.read_text())
        return known
    found = {}
    for kind in [*KINDS, SEARCH]:
        for _ in range(2):  # the first one also loads what later ones find loaded: the second tells how long one takes
            begin = time.monotonic()
            ids = app.ask(do="begin", kind=kind)
            wait_until(lambda ids=ids, kind=kind: is_over(kind, ids), f"{kind} is over")
            seconds = time.monotonic() - begin
        of_kind = scores(ids[0]) if kind == SEARCH else [told(run) for run in map(runs.open_run, ids)]
        found[kind] = {"seconds": seconds, "told": of_kind}
        print(f"{kind}: {seconds:.1f} s without a kill", flush=True)
    path.write_text(json.dumps(found))
    return found


def drill(number: int, app: App, reference: dict[str, Any]) -> tuple[str, App]:
    """One drill; returns what was done, and the app that lives now."""
    rng = random.Random(number)
    which, kind = rng.choice(VICTIMS), rng.choice([*KINDS, SEARCH])
    moment = rng.uniform(0, reference[kind]["seconds"])
    what = f"{number}: {which} killed {moment:.2f} s after the start of {kind}"
    ids = app.ask(do="begin", kind=kind)
    time.sleep(moment)
    wait_until(lambda: app.victim(which) is not None, f"there is a {which} to kill")
    family, victim = app.family(), app.victim(which)
    assert victim is not None
    victim.send_signal(signal.SIGKILL)
    if which == "app":
        app.process.wait()
        wait_until(lambda: not any(map(lives, family)), "nothing is left running")
        look_at_what_is_left(kind, ids, reference[kind])
        app = App(app.home)
        if kind != SEARCH:  # which can't be resumed: the fits that are there are kept
            app.ask(do="resume", ids=ids)
    wait_until(lambda: is_over(kind, ids), f"{kind} is over")
    if kind != SEARCH or which != "app":
        look_at_the_end(kind, ids, reference[kind])
    if which == "engine":
        app.n_engines_lost += 1
    if app.n_engines_lost == MAX_RESTARTS:  # one more, and its runs would train in a thread of the app
        app.close()
        app = App(app.home)
    return what, app


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--last", type=int, default=100)
    parser.add_argument("--home", type=Path, help="a folder to go on in (default: a new one)")
    given = parser.parse_args()
    home = given.home or Path(tempfile.mkdtemp(prefix="chalknet-drills-"))
    home.mkdir(parents=True, exist_ok=True)
    os.environ["CHALKNET_HOME"] = str(home)
    app = App(home)
    wait_until((home / "calibration.json").exists, "the machine is measured")
    reference, failed, done = references(home, app), 0, Counter[str]()
    for number in range(given.first, given.last + 1):
        begin = time.monotonic()
        try:
            what, app = drill(number, app, reference)
            done[what.split()[1]] += 1
            print(f"{what}: all is there ({time.monotonic() - begin:.1f} s)", flush=True)
        except DrillError as error:
            failed += 1
            print(f"{number}: FAILED, {error}", flush=True)
            app.process.kill()
            app.process.wait()
            app = App(home)
    app.close()
    print(f"{sum(done.values())} of {given.last - given.first + 1} drills without loss: {dict(done)}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
