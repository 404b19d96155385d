"""All runs as one table, fast: only small files are read, and of a run that has ended only once.

2,000 runs of 5,000 events took 0.8 s the first time (0.6 s of one core) and 0.04 s after that; measured by
``tests/bench/bench_runs.py``, which makes such a store.
"""

import json
import math
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import runs
from core.lab import paths
from core.lab.errors import ChalknetError
from core.lab.remembered import Remembered
from core.runs import history
from core.runs.store import Run
from core.specs import RunSpec, flatten, is_about_training

# Columns that are no settings; the settings follow under their dotted names, such as "optimizer.learning_rate"
COLUMNS = (
    "id", "number", "page", "name", "notes", "kept", "owner", "created", "status", "sentence",
    "test_accuracy", "n_judged", "test_loss", "epochs", "seconds", "bytes", "restored",
)  # fmt: skip
_TAIL = 65_536  # bytes at the end of a history in which the last epoch of an unfinished run is looked for
_SETTLED_NS = 2_000_000_000  # a folder that changed just now may change again within the same tick of its clock


@dataclass(frozen=True)
class Stranger:
    """Something among the runs that is none: its name, and why, as the end of a sentence."""

    name: str
    why: str


@dataclass(frozen=True)
class RunTable:
    """The store at a glance.

    Attributes
    ----------
    runs : DataFrame
        One row per run, newest first, with the columns ``COLUMNS`` and one per setting. ``number`` is what people call
        a run: 1 for the oldest that is there, whoever's and of whichever page, so that it is the same on every page.
    strangers : tuple of Stranger
        Folders that are no runs: torn, empty or of something else. They are only named, never touched.
    """

    runs: pd.DataFrame
    strangers: tuple[Stranger, ...]


def read(store: Path | None = None) -> RunTable:
    """The runs of a store, the lab's own by default."""
    store = store or paths.runs()
    try:
        entries = list(os.scandir(store))
    except OSError:
        entries = []
    rows: list[dict[str, Any]] = []
    strangers = []
    with _LOCK:
        kept = _KEPT.get_or_make(store, dict)
        for entry in entries:
            if entry.name.startswith("."):  # being made, or being deleted
                continue
            try:
                rows.append(_row_of(entry, kept))
            except _StrangerError as why:
                strangers.append(Stranger(entry.name, str(why)))
        for name in kept.keys() - {entry.name for entry in entries}:
            del kept[name]
    rows.sort(key=lambda row: (-row["created"], row["id"]))  # two of one moment keep their order
    frame = pd.DataFrame(rows, columns=list(dict.fromkeys([*COLUMNS, *(key for row in rows for key in row)])))
    for name in ("test_accuracy", "n_judged", "test_loss", "epochs", "seconds"):
        frame[name] = frame[name].astype(np.float64)  # also where all are None
    frame["number"] = range(len(frame), 0, -1)
    frame["kept"] = frame["kept"].astype(bool)
    frame["created"] = pd.to_datetime(frame["created"], unit="s", utc=True, errors="coerce")
    return RunTable(frame, tuple(sorted(strangers, key=lambda stranger: stranger.name)))


class _StrangerError(Exception):
    """Why a folder is no run."""


# Of each store, and an app has one: a folder's time of change and its row. A row goes when its folder goes
_KEPT: Remembered[Path, dict[str, tuple[int, dict[str, object]]]] = Remembered(2)
_LOCK = threading.Lock()


def _row_of(entry: os.DirEntry[str], kept: dict[str, tuple[int, dict[str, object]]]) -> dict[str, object]:
    if not runs.is_run_id(entry.name):
        raise _StrangerError("is of something else: a run's folder has a name of 24 letters and digits")
    try:
        if not entry.is_dir():
            raise _StrangerError("is no folder")
        changed = entry.stat().st_mtime_ns
        known = kept.get(entry.name)
        if known is not None and known[0] == changed:
            return known[1]
        row = _read_row(Run(entry.name, Path(entry.path)))
    except OSError as error:
        raise _StrangerError(f"cannot be read: {error.strerror or error}") from error
    # Each file of a run is replaced as a whole, which changes its folder's time; only a history grows without that
    if row["status"] in runs.FINISHED and time.time_ns() - changed > _SETTLED_NS:
        kept[entry.name] = (changed, row)
    return row


def _read_row(run: Run) -> dict[str, object]:
    n_bytes, n_files = disk_use(run.folder)
    if not n_files:
        raise _StrangerError("is empty")
    try:
        spec = run.spec
    except FileNotFoundError as error:
        raise _StrangerError("has no settings: spec.json is missing") from error
    except ChalknetError as error:
        raise _StrangerError(f"has settings that no run of this lab has. {str(error)[:200]}") from error
    meta = run.meta
    if not meta:
        raise _StrangerError("is torn: meta.json is missing or cannot be understood")
    status, result = run.status, run.result
    last = result if result is not None else _last_epoch(run.folder)
    loss = _number(last.get("test_loss"))
    # Earlier versions of the lab gave a diverged network the share of its first class as an accuracy
    predicts = status.name != "diverged" and (loss is None or math.isfinite(loss))
    restored_from = run.restored_from
    created = meta.get("created")
    return {
        "id": run.id,
        "page": str(meta.get("page", "")),
        "name": str(meta.get("name", "")),
        "notes": str(meta.get("notes", "")),
        "kept": bool(meta.get("kept", False)),
        "owner": str(meta.get("owner", "")),
        "created": float(created) if isinstance(created, int | float) else 0.0,
        "status": status.name,
        "sentence": status.sentence,
        "test_accuracy": _number(last.get("test_accuracy")) if predicts else None,
        "n_judged": _number(last.get("n_judged")),
        "test_loss": _number(last.get("test_loss")) if predicts else None,
        "epochs": None if restored_from else _number(last.get("epoch")),
        "seconds": None if restored_from else _number(last.get("seconds")),
        "bytes": n_bytes,
        "restored": restored_from or "",
    } | settings(spec, trained_here=restored_from is None)


def settings(spec: RunSpec, *, trained_here: bool = True) -> dict[str, object]:
    """The settings by their dotted names, each a number, a word or None; what is longer as JSON.

    Of a network that was trained elsewhere, what would say how is None.
    """
    flat = {k: v if trained_here or not is_about_training(k) else None for k, v in flatten(spec).items()}
    return {k: _as_json(v) if isinstance(v, list | tuple | dict) else v for k, v in flat.items()}


def _as_json(value: object) -> str:
    return json.dumps(value) if value else "[]"  # nearly always, and in a table of thousands it counts


def disk_use(folder: Path) -> tuple[int, int]:
    """Bytes and files of a folder, with those below it; links are not followed."""
    n_bytes = n_files = 0
    for entry in os.scandir(folder):
        try:
            if entry.is_dir(follow_symlinks=False):
                below, files = disk_use(Path(entry.path))
                n_bytes, n_files = n_bytes + below, n_files + files
            else:
                n_bytes, n_files = n_bytes + entry.stat(follow_symlinks=False).st_size, n_files + 1
        except FileNotFoundError:  # replaced at this moment
            continue
    return n_bytes, n_files


def _last_epoch(folder: Path) -> dict[str, object]:
    """The last "epoch" event of a run without a result; an empty one where there is none."""
    try:
        with (folder / history.FILE_NAME).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL))
            lines = file.read().split(b"\n")[:-1]
    except OSError:
        return {}
    for line in reversed(lines):
        if line.startswith(b'{"event": "epoch"'):
            try:
                event = json.loads(line)
            except ValueError:
                continue
            return event if isinstance(event, dict) else {}
    return {}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
