"""Runs that belong together: the contestants of a race, the folds of a cross-validation, strategies side by side.

    experiments/<id>/experiment.json    its kind, its settings, and its members: run ids with labels

The members are ordinary runs in the run store; what they did is read from there, once for all that is told of it
(``Experiment.read``). An experiment is written once and never changes, so its link shows it to everybody, at any time.
"""

import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import runs
from core.lab import files, owners, paths
from core.lab.errors import ChalknetError
from core.lab.newest import Newest
from core.runs import bets, snapshots
from core.runs.bets import Bet
from core.runs.snapshots import RunSnapshot
from core.runs.store import Run, RunStoreError
from core.specs import RunSpec

MAX_MEMBERS = 500
CUT_SHORT = ("stopped", "interrupted", "failed")  # statuses of runs that have not come to their end
_FILE = "experiment.json"


class ExperimentError(ChalknetError):
    """An experiment that is not there, or can't be made."""


@dataclass(frozen=True)
class Member:
    """A run of an experiment.

    Attributes
    ----------
    run_id : str
    run : Run or None
        None once somebody has deleted it.
    labels : dict
        What it is in the experiment, such as ``{"contestant": "Adam", "random_state": 3}``.
    """

    run_id: str
    run: Run | None
    labels: dict[str, object]


@dataclass(frozen=True)
class Progress:
    """How far an experiment is.

    Attributes
    ----------
    n : int
        Its members, those that were deleted left out.
    n_finished, n_done : int
        Ended somehow (stopped, diverged, failed or interrupted too); ended as planned.
    is_over : bool
        Nothing more will happen by itself.
    share : float
        From 0 to 1, by members, with the part of the runs that are under way or were cut short.
    seconds_left : float or None
        By what has been trained so far, on one worker; None before anything has.
    n_stopped : int
        Of those that ended, how many somebody has stopped.
    """

    n: int
    n_finished: int
    n_done: int
    share: float
    seconds_left: float | None
    n_stopped: int = 0

    @property
    def is_over(self) -> bool:
        return self.n_finished == self.n


@dataclass(frozen=True)
class MemberSnapshot(RunSnapshot):
    """A run of an experiment at one moment.

    Attributes
    ----------
    labels : dict
        As of ``Member``.
    """

    labels: dict[str, Any]

    @property
    def name(self) -> str:
        """Its labels for people, such as ``"Adam, 3"``; who counts repeats counts from 1."""
        shown = {label: value for label, value in self.labels.items() if label != "keep_weights"}
        return ", ".join(f"repeat {value + 1}" if label == "repeat" else str(value) for label, value in shown.items())


@dataclass(frozen=True)
class Snapshot:
    """An experiment at one moment: what its curves, scores, progress and troubles are told of.

    Attributes
    ----------
    experiment : Experiment
    members : tuple of MemberSnapshot
        In the order in which they were made; those that were deleted are left out.
    """

    experiment: "Experiment"
    members: tuple[MemberSnapshot, ...]

    @property
    def finished(self) -> list[MemberSnapshot]:
        """Those whose accuracies may be compared."""
        return [member for member in self.members if member.counts]

    @property
    def missing(self) -> list[MemberSnapshot]:
        """Those that were cut short, by hand, by a failure or with their process: they can be run to their end."""
        return [member for member in self.members if member.status.name in CUT_SHORT and member.is_over]

    @property
    def progress(self) -> Progress:
        """How far it is."""
        n = len(self.members)
        over = [member.status.is_finished for member in self.members]
        worked = sum(1.0 if is_over else member.share for member, is_over in zip(self.members, over, strict=True))
        done = sum(1.0 if member.status.name == "diverged" else member.share for member in self.members)
        seconds = sum(member.history.seconds for member in self.members)
        return Progress(
            n=n,
            n_finished=sum(over),
            n_done=sum(member.status.name == "done" for member in self.members),
            share=done / n if n else 1.0,
            seconds_left=(n - worked) * seconds / worked if worked and seconds else None,
            n_stopped=sum(member.status.name == "stopped" for member in self.members),
        )


@dataclass(frozen=True)
class Experiment:
    """A group of runs: who belongs to it; what they do is told by ``read``.

    Attributes
    ----------
    address : dict
        The settings of its page at its start, as that page's links tell them; empty where nobody has noted them.
    """

    id: str
    kind: str
    page: str
    settings: dict[str, Any]
    created: float  # seconds since 1970
    owner: str  # hashed
    _members: tuple[tuple[str, dict[str, object]], ...]
    address: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where it says who belongs to it, and what was bet on it."""
        return _folder() / self.id

    @property
    def members(self) -> list[Member]:
        """In the order in which they were made."""
        store = paths.runs()
        found = []
        for run_id, labels in self._members:
            folder = store / run_id
            run = Run(run_id, folder) if (folder / "spec.json").is_file() else None
            found.append(Member(run_id, run, labels))
        return found

    @property
    def runs(self) -> list[Run]:
        """The members that are still there."""
        return [member.run for member in self.members if member.run is not None]

    def belongs_to(self, owner: str) -> bool:
        """Whether the person with that key has made it."""
        return owners.belongs_to(self.owner, owner)

    @property
    def labels(self) -> list[dict[str, object]]:
        """Of all members in their order, also of those that were deleted."""
        return [labels for _, labels in self._members]

    def read(self) -> Snapshot:
        """Read each member once; a member that has ended is remembered (``core.runs.snapshots``)."""
        found, store = [], paths.runs()
        for run_id, labels in self._members:
            try:
                now = snapshots.read(Run(run_id, store / run_id))
            except (OSError, ChalknetError):  # deleted, maybe at this moment
                continue
            found.append(MemberSnapshot(**vars(now), labels=labels))
        return Snapshot(self, tuple(found))

    def progress(self) -> Progress:
        """How far it is now."""
        return self.read().progress


def create(
    kind: str,
    members: list[tuple[dict[str, object], RunSpec]],
    *,
    settings: dict[str, object],
    page: str,
    owner: str,
    light: bool = True,
    experiment_id: str | None = None,
    address: Mapping[str, str] | None = None,
    bet: Bet | None = None,
) -> Experiment:
    """Make an experiment and the folders of its runs, queued, to be handed to ``Engine.submit_group``.

    Parameters
    ----------
    kind : str
        Such as ``"race"``; a page can have several kinds.
    members : list of (dict, RunSpec)
        Each member's labels and settings.
    settings : dict
        What else the page wants to know of it, as JSON has it.
    page : str
        The page that it belongs to, such as ``"optimizers"``.
    owner : str
        The person's secret key; only its hash is kept.
    light : bool
        Keep of finished runs no weights, only what they did: a hundred convolutional networks would take 5 GB. A member
        whose labels have ``"keep_weights": True`` keeps them all the same.
    experiment_id : str, optional
        What ``core.runs.new_id`` has given, for who has to know it before the experiment is there.
    address : mapping of str to str, optional
        As of ``Experiment``.
    bet : Bet, optional
        What somebody expects of it.

    Raises
    ------
    ExperimentError
        If there are no members, or too many.
    RunStoreError
        If the disk does not take it; nothing is left behind.
    """
    if not 1 <= len(members) <= MAX_MEMBERS:
        raise ExperimentError(f"The experiment has {len(members)} runs; allowed are 1 to {MAX_MEMBERS}. Choose fewer.")
    experiment_id = experiment_id or runs.new_id()
    made: list[Run] = []
    folder = _folder() / experiment_id
    try:
        for labels, spec in members:
            more = {"experiment": experiment_id, "light": light and not labels.get("keep_weights", False)}
            made.append(runs.create(spec, page=page, owner=owner, more=more))
        content = {
            "kind": kind,
            "page": page,
            "settings": settings,
            "created": time.time(),
            "owner": owners.owner_mark(owner),
            "address": dict(address or {}),
            "members": [[run.id, labels] for run, (labels, _) in zip(made, members, strict=True)],
        }
        unborn = folder.with_name(f".new-{experiment_id}")
        try:
            unborn.mkdir(parents=True)
            (unborn / _FILE).write_text(json.dumps(content), encoding="utf-8")
            bets.place(unborn, bet)
            os.replace(unborn, folder)
        except OSError as error:
            shutil.rmtree(unborn, ignore_errors=True)
            raise RunStoreError(files.disk_sentence(error, folder.parent)) from error
    except ChalknetError:
        for run in made:
            run.delete(owner)
        raise
    return open_experiment(experiment_id)


def open_experiment(experiment_id: str) -> Experiment:
    """The experiment of an id, which may come from a link and so from anybody.

    Raises
    ------
    ExperimentError
        If the id is malformed (so it can't name another folder) or no such experiment is there.
    """
    if not isinstance(experiment_id, str) or not runs.is_run_id(experiment_id):
        raise ExperimentError("This link names no experiment: its id is 24 letters and digits. Check the link.")
    content = files.read_json(_folder() / experiment_id / _FILE)
    try:
        return Experiment(
            experiment_id,
            str(content["kind"]),
            str(content["page"]),
            dict(content["settings"]),
            float(content["created"]),
            str(content["owner"]),
            tuple((str(run_id), dict(labels)) for run_id, labels in content["members"] if runs.is_run_id(run_id)),
            {str(name): str(text) for name, text in content.get("address", {}).items()},
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ExperimentError("This experiment does not exist here: it is of another lab, or was deleted.") from error


def latest(kind: str, owner: str, *, page: str) -> Experiment | None:
    """The newest experiment of a kind that a person has made on a page, and whose runs are not all deleted."""

    def fits(experiment: Experiment) -> bool:
        is_of_kind = (experiment.page, experiment.kind) == (page, kind)
        return is_of_kind and experiment.belongs_to(owner) and bool(experiment.runs)

    return _NEWEST.find(_folder(), fits)


def _folder() -> Path:
    return paths.home() / "experiments"


_NEWEST = Newest(open_experiment)
