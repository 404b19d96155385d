"""``GridSearchCV`` over learning rate and batch size: its fits run on the engine, by way of joblib.

    searches/<id>/search.json    the settings and whose they are
    searches/<id>/fits/*.json    each fit's score as soon as it is there, written by whoever has fitted
    searches/<id>/result.json    scikit-learn's own table, once the search has finished
    searches/<id>/over.json      how it ended, and why where it failed
    searches/<id>/stop           exists once Stop has been pressed

scikit-learn's search waits for its fits, and it needs torch: it runs in a process of its own
(``python -m core.crossval.search_process FOLDER``), which hands the fits to the engine's scheduler, or fits by itself
where there is none.
"""

import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from core import runs
from core.engine.access import SchedulerAccess
from core.lab import files, owners, paths
from core.lab.errors import ChalknetError
from core.lab.jobs import Job, JobStoppedError
from core.lab.newest import Newest
from core.lab.processes import is_alive, this_process
from core.runs import RunStoreError
from core.specs.base import STORED
from core.specs.folds import SearchSpec

_ROOT = Path(__file__).resolve().parents[2]
_POLL_SECONDS = 0.1
_STOP_SECONDS = 1.0  # a search that has not ended by then is ended; its fits end by the stop file


State = Literal["running", "done", "stopped", "failed", "interrupted"]
_SENTENCES: dict[State, str] = {
    "running": "Searching.",
    "done": "Finished.",
    "stopped": "Stopped by hand; what was fitted until then is kept.",
    "failed": "The search failed.",
    "interrupted": "Interrupted: the app that ran it is gone. What was fitted until then is kept.",
}


class SearchError(ChalknetError):
    """A search that is not there, or has failed."""


@dataclass(frozen=True)
class Fit:
    """One network of a search: its pair of settings, its fold, its score from 0 to 1, its seconds of training.

    The score is NaN where the network has diverged.
    """

    learning_rate: float
    batch_size: int
    fold: int
    score: float
    seconds: float


@dataclass(frozen=True)
class SearchSnapshot:
    """A search at one moment.

    Attributes
    ----------
    fits : list of Fit
        Those that are there so far.
    state : State
    sentence : str
        The state for people.
    result : dict or None
        ``best_params``, ``best_score`` and the mean scores as scikit-learn has them; None before the end.
    """

    fits: list[Fit]
    state: State
    sentence: str
    result: dict[str, Any] | None


@dataclass(frozen=True)
class Search:
    """A search's folder, read anew at each call."""

    id: str
    folder: Path
    spec: SearchSpec
    owner: str  # hashed
    created: float

    def belongs_to(self, owner: str) -> bool:
        """Whether the person with that key has made it."""
        return owners.belongs_to(self.owner, owner)

    def fits(self) -> list[Fit]:
        """Those that are there so far."""
        found = []
        for path in sorted((self.folder / "fits").glob("*.json")):
            try:
                found.append(Fit(**files.read_json(path)))
            except TypeError:  # half written on a disk of another machine
                continue
        return found

    def read(self) -> SearchSnapshot:
        """How it stands now, for whoever has its link."""
        over = files.read_json(self.folder / "over.json")
        known: State | None = next((state for state in _SENTENCES if state == over.get("state")), None)
        if known is None:
            submitter = files.read_json(self.folder / "search.json").get("submitter")
            known = "running" if submitter and is_alive(submitter) is not False else "interrupted"
        # The fits last: one that is over has all of them
        return SearchSnapshot(self.fits(), known, str(over.get("sentence") or _SENTENCES[known]), self.result)

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.read().state

    @property
    def sentence(self) -> str:
        """Its state for people."""
        return self.read().sentence

    @property
    def result(self) -> dict[str, Any] | None:
        """``best_params``, ``best_score`` and the mean scores as scikit-learn has them; None before the end."""
        return files.read_json(self.folder / "result.json") or None


def create(spec: SearchSpec, owner: str, search_id: str | None = None) -> Search:
    """Make the folder of a new search.

    Parameters
    ----------
    spec : SearchSpec
    owner : str
        The person's key.
    search_id : str, optional
        What ``core.runs.new_id`` has given, for who has to know it before the search is there.

    Raises
    ------
    RunStoreError
        If the disk does not take it.
    """
    search_id = search_id or runs.new_id()
    folder = _folder() / search_id
    content: dict[str, Any] = {
        "spec": spec.model_dump(mode="json"),
        "owner": owners.owner_mark(owner),
        "created": time.time(),
        "submitter": this_process(),
    }
    try:
        (folder / "fits").mkdir(parents=True)
        files.write_json(folder / "search.json", content)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise RunStoreError(files.disk_sentence(error, folder.parent)) from error
    return open_search(search_id)


def open_search(search_id: str) -> Search:
    """The search of an id, which may come from a link and so from anybody.

    Raises
    ------
    SearchError
        If the id is malformed or no such search is there.
    """
    if not isinstance(search_id, str) or not runs.is_run_id(search_id):
        raise SearchError("This link names no search: its id is 24 letters and digits. Check the link.")
    return read_folder(_folder() / search_id)


def latest(owner: str) -> Search | None:
    """The newest search of a person."""
    return _NEWEST.find(_folder(), lambda search: search.belongs_to(owner))


def run(job: Job, search: Search, scheduler: SchedulerAccess | None) -> str:
    """The work of a job: run the search in a process of its own, tell how far it is, end it when asked to.

    Parameters
    ----------
    job : core.lab.jobs.Job
    search : Search
    scheduler : SchedulerAccess or None
        The engine's Dask scheduler; None where the search fits by itself.

    Returns
    -------
    str
        The search's id.

    Raises
    ------
    JobStoppedError
        If it was asked to end; what is done is kept.
    SearchError
        If it has failed: the sentence says why.
    """
    try:
        _run(job, search, scheduler)
    except ChalknetError as error:
        state = "stopped" if isinstance(error, JobStoppedError) else "failed"
        files.write_json(search.folder / "over.json", {"state": state, "sentence": str(error)})
        raise
    files.write_json(search.folder / "over.json", {"state": "done", "sentence": ""})
    return search.id


def _run(job: Job, search: Search, scheduler: SchedulerAccess | None) -> None:
    command = [sys.executable, "-m", "core.crossval.search_process", str(search.folder)]
    log_path = search.folder / "search.log"
    with log_path.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True)
    assert process.stdin is not None
    try:
        with suppress(BrokenPipeError):  # it is over already, and its log says why
            process.stdin.write((scheduler.to_json() if scheduler else "") + "\n")
            process.stdin.flush()
        asked_at = None
        while process.poll() is None:
            job.progress(len(list((search.folder / "fits").glob("*.json"))), search.spec.n_fits)
            if asked_at is None and job.should_stop():
                (search.folder / "stop").touch()
                asked_at = time.monotonic()
            if asked_at is not None and time.monotonic() - asked_at > _STOP_SECONDS:
                break
            time.sleep(_POLL_SECONDS)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        with suppress(BrokenPipeError):
            process.stdin.close()
    if job.should_stop():
        raise JobStoppedError(_SENTENCES["stopped"])
    if process.returncode:
        lines = log_path.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no reason was given"]
        raise SearchError(f"The search failed: {lines[-1].partition('Error: ')[2] or lines[-1]}")
    job.progress(search.spec.n_fits, search.spec.n_fits)


def grid_of(spec: SearchSpec) -> dict[str, list[object]]:
    """What scikit-learn is given: skorch's own names of the two settings."""
    return {"lr": list(spec.learning_rates), "batch_size": list(spec.batch_sizes)}


def _folder() -> Path:
    return paths.home() / "searches"


def read_folder(folder: Path) -> Search:
    """The search that stands in a folder.

    Raises
    ------
    SearchError
        If none does.
    """
    content = files.read_json(folder / "search.json")
    try:
        spec = SearchSpec.model_validate(content["spec"], context=STORED)
        return Search(folder.name, folder, spec, str(content["owner"]), float(content["created"]))
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise SearchError("This search does not exist here: it is of another lab, or was deleted.") from error


_NEWEST = Newest(open_search)
