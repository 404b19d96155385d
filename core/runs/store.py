"""The run store: one folder a run, the only thing that the page and the worker share.

    spec.json       the settings (core.specs)
    meta.json       the page it belongs to, whose it is, when it was asked for; its name, notes, and whether it is kept
    status.json     the last status that was written, and by which process
    history.jsonl   what happened (core.runs.history)
    alive.json      the process that writes here now; its time of change is its pulse
    checkpoint.pt   after each whole epoch (core.training.checkpoints)
    epochs/         the weights of every epoch, where the network is one to rewind (core.runs.kept_epochs)
    model.pt        the weights at the end; a "light" run of an experiment (core.runs.experiments) keeps none
    probabilities.npy, result.json    the test pictures judged, and the sums
    stop            exists once Stop has been pressed; says why where that was not its owner's wish
    give_way        exists while others wait who should have a turn behind its present epoch

Whole files are replaced at once, so a reader never sees half of one.
"""

import os
import re
import secrets
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.lab import graves, owners, paths
from core.lab.errors import ChalknetError, NotYoursError
from core.lab.files import disk_sentence, read_json, write_json
from core.lab.processes import is_alive, this_process
from core.lab.remembered import Remembered
from core.runs import bets, history
from core.runs.bets import Bet
from core.runs.status import SENTENCES, Status, StatusName
from core.specs import RunSpec, parse_run_spec

PULSE_SECONDS = 1.0  # how often a training process shows that it lives
_PULSE_LOST_SECONDS = 20.0  # without a pulse for so long, a process on another machine counts as gone
MAX_NAME, MAX_NOTES = 80, 20_000  # letters
_META_LOCK = threading.Lock()  # meta.json is read and replaced by the app's threads alone, never by a worker
_ID = re.compile(r"[a-z2-7]{24}")
_ID_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


class RunNotFoundError(ChalknetError):
    """There is no such run."""


class RunStoreError(ChalknetError):
    """The run folder can't be written or read."""


@dataclass(frozen=True)
class Run:
    """A run folder, read anew at each call."""

    id: str
    folder: Path

    @property
    def spec(self) -> RunSpec:
        """Its settings."""
        with open(self.folder / "spec.json", "rb", buffering=0) as file:
            return parse_run_spec(file.read().decode("utf-8", errors="replace"), stored=True)

    @property
    def meta(self) -> dict[str, Any]:
        """Page, owner (hashed) and time of creation (seconds since 1970)."""
        return read_json(self.folder / "meta.json")

    @property
    def status(self) -> Status:
        """The last written status, checked against the processes that ought to stand behind it."""
        return self.status_of(self.written_status())

    def written_status(self) -> dict[str, object]:
        """What ``write_status`` has written last; empty where it can't be read."""
        return read_json(self.folder / "status.json")

    def status_of(self, written: dict[str, Any]) -> Status:
        """What a written status means now."""
        name: StatusName = next((known for known in SENTENCES if known == written.get("status")), "failed")
        if name in ("queued", "running") and not self._is_cared_for(written):
            name, written = "interrupted", {}
        return Status(name, written.get("sentence") or SENTENCES[name])

    @property
    def restored_from(self) -> str | None:
        """The name of the file that its weights came from, as somebody named it; None of what was trained here.

        Such a network was trained elsewhere: its spec is true of the network and of the test pictures only.
        """
        name = self.meta.get("restored")
        return str(name) if name else None

    def history(self) -> history.History:
        """What has happened so far (shared: do not change it)."""
        return history.read(self.folder)

    @property
    def result(self) -> dict[str, Any] | None:
        """Accuracy, loss, seconds and so on once the test pictures have been judged; None before."""
        return read_json(self.folder / "result.json") or None

    def probabilities(self) -> np.ndarray | None:
        """Of each test picture, shape (n_test, n_classes), float32; None before they have been judged."""
        try:
            return np.load(self.folder / "probabilities.npy", mmap_mode="r", allow_pickle=False)
        except (FileNotFoundError, ValueError):
            return None

    def belongs_to(self, owner: str) -> bool:
        """Whether this is the run of the person with that key."""
        return owners.belongs_to(self.meta.get("owner"), owner)

    def request_stop(self, owner: str) -> None:
        """Ask the training process to stop after the batch that it is in.

        Raises
        ------
        NotYoursError
            If it is somebody else's run: links are for watching.
        """
        self.must_belong_to(owner)
        self.end()

    def end(self, why: str = "") -> None:
        """Ask the training process to stop, whosever the run is: for the engine, which knows who may ask for that.

        Parameters
        ----------
        why : str
            A sentence that stands for the status's usual one.
        """
        (self.folder / "stop").write_text(why, encoding="utf-8")

    @property
    def stop_requested(self) -> bool:
        """Whether Stop has been pressed."""
        return (self.folder / "stop").exists()

    @property
    def stop_sentence(self) -> str:
        """Why it was asked to stop, if that was not its owner's wish; else empty."""
        try:
            return (self.folder / "stop").read_text(encoding="utf-8")
        except OSError:
            return ""

    def ask_to_give_way(self) -> None:
        """Ask the training process to let others have a turn behind its present epoch."""
        try:
            (self.folder / "give_way").touch()
        except OSError:
            return  # deleted at this moment, or a full disk, of which the run itself will tell

    @property
    def is_asked_to_give_way(self) -> bool:
        """Whether others should have a turn behind its present epoch."""
        return (self.folder / "give_way").exists()

    def give_way(self) -> None:
        """Wait for the next turn."""
        (self.folder / "give_way").unlink(missing_ok=True)
        self.write_status("queued")

    def describe(
        self, owner: str, *, name: str | None = None, notes: str | None = None, kept: bool | None = None
    ) -> None:
        """Give it a name, notes, or keep it from "delete all but kept"; what is None stays as it is.

        Raises
        ------
        NotYoursError
            If it is somebody else's run.
        RunStoreError
            If a text is too long, or can't be written down.
        """
        self.must_belong_to(owner)
        for what, text, most in (("name", name, MAX_NAME), ("notes", notes, MAX_NOTES)):
            if text is not None and len(text) > most:
                raise RunStoreError(f"The {what} of a run has {len(text):,} letters; allowed are {most:,}. Shorten it.")
        given = {"name": None if name is None else " ".join(name.split()), "notes": notes, "kept": kept}
        try:
            with _META_LOCK:
                changes = {key: value for key, value in given.items() if value is not None}
                write_json(self.folder / "meta.json", self.meta | changes)
        except OSError as error:
            raise RunStoreError(disk_sentence(error, self.folder)) from error

    def delete(self, owner: str) -> None:
        """Remove the folder. A training process that still writes to it finds it gone and ends.

        Raises
        ------
        NotYoursError
            If it is somebody else's run.
        RunStoreError
            If the system does not let it go, as Windows does while its training process has files of it open.
        """
        self.must_belong_to(owner)
        self.remove()

    def remove(self) -> None:
        """Remove the folder, whosever the run is: for the engine, which knows who may ask for that.

        Raises
        ------
        RunStoreError
            As of ``delete``.
        """
        grave = self.bury()
        if grave is not None:
            shutil.rmtree(grave, ignore_errors=True)

    def bury(self) -> Path | None:
        """Put the folder where nobody lists it, at once, so that nobody sees half a run; returns where, or None.

        Raises
        ------
        RunStoreError
            As of ``delete``.
        """
        try:
            return graves.bury(self.folder, self.id)
        except OSError as error:
            raise not_let_go(error) from error

    def must_belong_to(self, owner: str) -> None:
        """Raise ``NotYoursError`` unless the key is the owner's."""
        if not self.belongs_to(owner):
            raise NotYoursError("This is somebody else's run. Its link is for watching; only its owner can change it.")

    def write_status(self, name: StatusName, sentence: str = "") -> None:
        """Replace the status; ``sentence`` stands for the status's usual one."""
        write_json(
            self.folder / "status.json",
            {"status": name, "sentence": sentence, "time": time.time(), "process": this_process()},
        )

    @property
    def is_being_written(self) -> bool:
        """Whether a training process has this folder open now."""
        return self._lives(read_json(self.folder / "alive.json"))

    def _is_cared_for(self, written: dict[str, Any]) -> bool:
        """Whether a process lives that waits for this run (the app) or trains it (the worker)."""
        # In most cases who has written the status lives, and no other file need be opened
        return self._lives(written.get("process")) or self._lives(self.meta.get("submitter")) or self.is_being_written

    def _lives(self, identity: dict[str, object] | None) -> bool:
        if not identity:
            return False
        lives = is_alive(identity)
        if lives is not None:
            return lives
        # On another machine only the pulse tells, and before there is one, how long ago the run was handed in
        alive = self.folder / "alive.json"
        try:
            newest = (alive if alive.exists() else self.folder / "status.json").stat().st_mtime
        except OSError:
            return False
        return _has_pulse(self.folder, newest)


_FROM_THE_FUTURE: Remembered[Path, tuple[float, float]] = Remembered(1000)  # a folder's time, and when it was met


def _has_pulse(folder: Path, newest: float) -> bool:
    """Whether a folder was written to in the last seconds.

    A time in the future is of a clock that goes wrong, or of one that was set back since: it counts as a pulse until it
    has stood still for as long, or nobody would ever learn that the run is interrupted.
    """
    age = time.time() - newest
    if age >= 0:
        return age < _PULSE_LOST_SECONDS
    now, known = time.monotonic(), _FROM_THE_FUTURE.get(folder)
    if known is None or known[0] != newest:
        _FROM_THE_FUTURE.put(folder, (newest, now))
        return True
    return now - known[1] < _PULSE_LOST_SECONDS


def create(
    spec: RunSpec,
    *,
    page: str,
    owner: str,
    store: Path | None = None,
    more: dict[str, Any] | None = None,
    run_id: str | None = None,
    bet: Bet | None = None,
) -> Run:
    """Make the folder of a new run, queued.

    Parameters
    ----------
    spec : RunSpec
    page : str
        The page that it belongs to, such as ``"perceptron"``.
    owner : str
        The person's secret key; only its hash is kept.
    store : Path, optional
        Another folder of runs than the lab's own.
    more : dict, optional
        What else ``meta.json`` shall hold, such as the experiment that the run is part of.
    run_id : str, optional
        What ``new_id`` has given, for who has to know it before the run is there.
    bet : Bet, optional
        What somebody expects of it.

    Raises
    ------
    RunStoreError
        If the folder can't be written: the sentence says where and why.
    """
    run_id, store = run_id or new_id(), store or paths.runs()
    folder, unborn = store / run_id, store / f".new-{run_id}"
    run = Run(run_id, unborn)
    try:
        unborn.mkdir(parents=True)
        (unborn / "spec.json").write_text(spec.model_dump_json(indent=1), encoding="utf-8")
        meta = {"page": page, "owner": owners.owner_mark(owner), "created": time.time(), "submitter": this_process()}
        write_json(unborn / "meta.json", (more or {}) | meta)
        run.write_status("queued")
        bets.place(unborn, bet)
        os.replace(unborn, folder)
    except OSError as error:
        shutil.rmtree(unborn, ignore_errors=True)
        raise RunStoreError(disk_sentence(error, store)) from error
    return Run(run_id, folder)


def adopt(run: Run) -> None:
    """Say that this process now waits for the run (before it is queued once more)."""
    with _META_LOCK:
        write_json(run.folder / "meta.json", run.meta | {"submitter": this_process()})
    for asked in ("stop", "give_way"):
        (run.folder / asked).unlink(missing_ok=True)
    run.write_status("queued")


def open_run(run_id: str) -> Run:
    """The run of an id, which may come from a link and so from anybody.

    Raises
    ------
    RunNotFoundError
        If the id is malformed (so it can't name another folder) or no such run is there.
    """
    if not isinstance(run_id, str) or not _ID.fullmatch(run_id):
        raise RunNotFoundError("This link names no run: a run's id is 24 letters and digits. Check the link.")
    folder = paths.runs() / run_id
    if not (folder / "spec.json").is_file():
        raise RunNotFoundError(
            "This run does not exist (any more): it was deleted, replaced before it began, or is of another lab."
        )
    return Run(run_id, folder)


def all_runs(page: str | None = None) -> list[Run]:
    """The runs of the store, newest first; of one page if ``page`` is given. Folders that are no runs are left out."""
    found = []
    try:
        folders = list(os.scandir(paths.runs()))
    except OSError:
        return []
    for entry in folders:
        if _ID.fullmatch(entry.name) and entry.is_dir():
            run = Run(entry.name, Path(entry.path))
            meta = run.meta
            if meta and (page is None or meta.get("page") == page):
                try:
                    _ = run.spec
                    found.append((float(meta.get("created", 0)), run))
                except (OSError, ValueError, TypeError):  # SpecError is a ValueError
                    continue
    return [run for _, run in sorted(found, key=lambda pair: -pair[0])]


def not_let_go(error: OSError) -> RunStoreError:
    """What to say where the system does not let a run's folder go."""
    return RunStoreError(
        f"The run could not be deleted: {error.strerror or error}. Stop it first if it still trains, "
        "then try again in a moment."
    )


def new_id() -> str:
    """An id that nobody guesses: 24 letters and digits, 120 random bits."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(24))


def is_run_id(text: str) -> bool:
    """Whether a text has the form of a run's id."""
    return _ID.fullmatch(text) is not None
