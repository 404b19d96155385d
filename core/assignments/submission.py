"""What a student hands in: one file with the settings, the runs' specs and losses, answers, bets, and a hash over it.

The hash shows a change that was made without care; whoever changes the losses and reckons the hash anew is found by
training the specs again (``core.grading``). The receipt is for people to read: nothing of it is ever run.
"""

import hashlib
import json
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from core.assignments.assignment import Assignment, AssignmentError, from_dict
from core.assignments.tasks import MOST_LETTERS
from core.assignments.variant import read_student, seed_of
from core.lab.machine import n_cpus, processor_name
from core.lab.version import LAB_VERSION
from core.runs import Run, bets, envelope

KIND = "chalknet submission"
FORMAT = 1
SUFFIX = ".chalknet.json"
MOST_BYTES = 5_000_000  # of a file; fifty epochs of ten runs are some 200,000


@dataclass(frozen=True)
class Submission:
    """A file that was read: its form is right, what it claims is not checked.

    Attributes
    ----------
    assignment : Assignment
    student : str
    seed : int
        What it says the student's seed is.
    made : float
        When, by the clock of the machine that made it, in seconds since 1970.
    machine : dict of str to object
        ``processor``, ``n_cores``, ``torch``, ``lab``.
    answers : dict of int to dict
        Number of a task to what was answered.
    runs : dict of int to dict
        Number of a task to the run that was handed in, as ``run_record`` makes it.
    hash : str
        As the file says.
    is_whole : bool
        Whether the hash is that of the content.
    content_hash : str
        Of the content, whatever the file says: another one is another submission.
    """

    assignment: Assignment
    student: str
    seed: int
    made: float
    machine: dict[str, Any]
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    runs: dict[int, dict[str, Any]] = field(default_factory=dict)
    hash: str = ""
    is_whole: bool = True
    content_hash: str = ""


def make(
    assignment: Assignment, student: str, answers: Mapping[int, Mapping[str, Any]], runs: Mapping[int, Run]
) -> str:
    """The file's text.

    Parameters
    ----------
    assignment : Assignment
    student : str
        Name or number.
    answers : dict of int to dict
        Of the tasks that are answered on the page; see ``core.grading``'s rules for what each kind has.
    runs : dict of int to Run
        Of the tasks that ask for a run.
    """
    name = read_student(student)
    content: dict[str, Any] = {
        "kind": KIND,
        "format": FORMAT,
        "code": assignment.code,
        "assignment": assignment.model_dump(mode="json"),
        "student": name,
        "seed": seed_of(assignment, name),
        "made": round(time.time(), 3),
        "machine": this_machine(),
        "answers": {str(number): dict(answer) for number, answer in answers.items()},
        "runs": {str(number): run_record(run) for number, run in runs.items()},
    }
    return json.dumps(content | {"hash": hash_of(content)}, indent=1, ensure_ascii=False) + "\n"


def run_record(run: Run) -> dict[str, Any]:
    """A run as it is handed in.

    Returns
    -------
    dict
        ``id``, ``spec`` (JSON object), ``status``, ``created`` and ``began`` (seconds since 1970, ``began`` None where
        it never did), ``epochs`` (each with epoch, step, train_loss, test_accuracy, test_loss, n_threads), ``result``,
        ``bet`` (kind and values, or None), ``bet_made``, ``why``, ``envelope`` (n_right, n, opened) and ``receipt``
        (the script's text).
    """
    from core.receipts.receipt import as_trained, ended_early, script

    history, placed, spec, told = run.history(), bets.read(run.folder), as_trained(run), envelope.read(run)
    kept = ("epoch", "step", "complete", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "n_threads")
    result = {name: value for name, value in (run.result or {}).items() if isinstance(value, int | float | str)}
    return {
        "id": run.id,
        "spec": spec.model_dump(mode="json"),
        "status": run.status.name,
        "created": run.meta.get("created"),
        "n_steps": history.step,
        "epochs": [{name: epoch[name] for name in kept if name in epoch} for epoch in history.epochs],
        "result": result,
        "bet": None if placed is None else bets.as_json(placed.bet),
        "bet_made": None if placed is None else placed.made,
        "why": "" if placed is None else placed.why,
        "envelope": {
            "n_right": None if told.rate is None else told.rate.n_right,
            "n": None if told.rate is None else told.rate.n,
            "opened": list(told.opened),
        },
        "receipt": script(spec, n_steps=ended_early(run)),
    }


def hash_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of all but the hash itself, however the file is laid out."""
    rest = {name: value for name, value in content.items() if name != "hash"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def read(data: bytes) -> Submission:
    """The submission of a file.

    Raises
    ------
    AssignmentError
        If it is torn, too large, or none; the sentence says which.
    """
    if len(data) > MOST_BYTES:
        raise AssignmentError(f"The file has {len(data):,} bytes; a submission has {MOST_BYTES:,} at most.")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise AssignmentError("The file is torn, or is no submission: it is not JSON.") from error
    if not isinstance(content, dict) or content.get("kind") != KIND:
        raise AssignmentError("The file is no submission of the lab.")
    if content.get("format") != FORMAT:
        raise AssignmentError(
            f"The submission has format {str(content.get('format'))[:20]!r}; this lab reads {FORMAT}. "
            "Hand it in again from a lab of this version."
        )
    try:
        content_hash = hash_of(content)
        return Submission(
            assignment=from_dict(content["assignment"]),
            student=read_student(str(content["student"])),
            seed=int(content["seed"]),
            made=float(content["made"]),
            machine=dict(content["machine"]),
            answers=_numbered(content["answers"]),
            runs=_numbered(content["runs"]),
            hash=str(content.get("hash", "")),
            is_whole=content.get("hash") == content_hash,
            content_hash=content_hash,
        )
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise AssignmentError(f"The submission is not whole: {type(error).__name__} at {str(error)[:60]}.") from error


def _numbered(told: object) -> dict[int, dict[str, Any]]:
    """Numbers of tasks to what stands there."""
    if not isinstance(told, dict):
        raise TypeError("answers and runs are objects")
    return {int(number): dict(one) for number, one in told.items()}


def this_machine() -> dict[str, Any]:
    """What decides the last bits of a loss, and which lab it was."""
    return {
        "processor": processor_name(),
        "n_cores": n_cpus(),
        "system": platform.system(),
        "torch": _version("torch"),
        "lab": LAB_VERSION,
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def check_words(text: str) -> str:
    """An answer in words as it is kept.

    Raises
    ------
    AssignmentError
        If it is too long.
    """
    if len(text) > MOST_LETTERS:
        raise AssignmentError(f"The answer has {len(text):,} letters; allowed are {MOST_LETTERS:,}. Shorten it.")
    return text.strip()
