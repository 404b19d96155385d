"""What a person has tried and solved of the lab's exercises: kept in the lab's folder, sent nowhere."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.lab.owners import owner_mark
from core.lab.paths import home

_MOST_BYTES = 1_000_000  # some ten thousand answers: nobody's progress, but somebody's script
_writing = threading.Lock()


@dataclass(frozen=True)
class Progress:
    """Of one family of exercises.

    Attributes
    ----------
    tried, solved : frozenset of str
        The tasks that were answered, and those that were answered right at last.
    n_answers : int
        How many answers that were, right and wrong.
    met : dict of str to int
        The mistakes that were recognised, with how often.
    last : float
        When the last answer was given, in seconds since 1970.
    """

    tried: frozenset[str]
    solved: frozenset[str]
    n_answers: int
    met: dict[str, int]
    last: float


def note(owner: str, family: str, task: str, *, is_right: bool, mistake: str = "") -> None:
    """Write one answer down.

    Parameters
    ----------
    owner : str
        The person's key; of nobody (``""``) nothing is kept.
    family : str
        Of exercises, such as ``"shapes"``.
    task : str
        Which one of the family: what tells it from others, such as its link's text.
    is_right : bool
        Whether the whole task is solved by this answer.
    mistake : str
        The key of the mistake that was recognised, if one was.

    Raises
    ------
    OSError
        If the lab's folder can't be written.
    """
    if not owner:
        return
    told = {"family": family, "task": task, "is_right": is_right, "mistake": mistake, "at": round(time.time(), 3)}
    path = _path(owner)
    with _writing:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _MOST_BYTES:
            _shorten(path)
        with path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(told))  # before, so that a cut answer is cut off from the next


def read(owner: str) -> dict[str, Progress]:
    """A person's progress, by family; those of which nothing was tried are missing."""
    answers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for answer in _answers(_path(owner)) if owner else ():
        answers[answer["family"]].append(answer)
    return {family: _sum_up(given) for family, given in answers.items()}


def _sum_up(given: list[dict[str, Any]]) -> Progress:
    met: dict[str, int] = defaultdict(int)
    for answer in given:
        if answer["mistake"]:
            met[answer["mistake"]] += 1
    solved = frozenset(answer["task"] for answer in given if answer["is_right"])
    tried = frozenset(answer["task"] for answer in given)
    return Progress(tried, solved, len(given), dict(met), max(answer["at"] for answer in given))


def _path(owner: str) -> Path:
    return home() / "progress" / f"{owner_mark(owner)}.jsonl"


def _answers(path: Path) -> Iterator[dict[str, Any]]:
    """The answers of a file; a line that a full disk or a crash cut is none."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return
    for line in lines:
        try:
            answer = json.loads(line)
            yield {
                "family": str(answer["family"]), "task": str(answer["task"]), "is_right": answer["is_right"] is True,
                "mistake": str(answer["mistake"]), "at": float(answer["at"]),
            }  # fmt: skip
        except (ValueError, KeyError, TypeError):
            continue


def _shorten(path: Path) -> None:
    """Keep the newer half of the answers, and one for each task that was solved before."""
    answers = list(_answers(path))
    older, newer = answers[: len(answers) // 2], answers[len(answers) // 2 :]
    solved = {(answer["family"], answer["task"]): answer for answer in older if answer["is_right"]}
    partial = path.with_suffix(".partial")
    partial.write_text("".join("\n" + json.dumps(answer) for answer in [*solved.values(), *newer]), encoding="utf-8")
    partial.replace(path)
