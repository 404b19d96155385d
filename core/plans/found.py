"""What of a plan was trained in this lab: runs with the very same settings that have come to their end.

A run says on which machine it was trained; numbers of another machine are left alone, as times would not be this one's.
"""

import hashlib
import os
import socket
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from core.lab import paths
from core.lab.errors import ChalknetError
from core.lab.remembered import Remembered
from core.plans.plan import Needs
from core.runs import Run, experiments, is_run_id, snapshots
from core.runs.experiments import Experiment, MemberSnapshot, Snapshot
from core.runs.snapshots import RunSnapshot
from core.specs import RunSpec

_ENDED = ("done", "diverged")  # a rate that is too large is shown on purpose
_MOST = 10_000  # runs whose settings are remembered, as a hash


@dataclass(frozen=True)
class Found:
    """What was needed, trained.

    Attributes
    ----------
    now : Snapshot
        As of an experiment with these members; of a single run with one.
    measured : float
        When the last of them ended, in seconds since 1970.
    """

    now: Snapshot
    measured: float

    @property
    def seconds(self) -> float:
        """Of training, of all of them together."""
        return sum(member.history.seconds for member in self.now.members)


class Store:
    """The runs of this lab by their settings, as they stand when this is made."""

    def __init__(self) -> None:
        self._by_settings: dict[str, list[Run]] = {}
        for run, key in _keys():
            self._by_settings.setdefault(key, []).append(run)

    def find(self, needs: Needs) -> Found | None:
        """All members of what is needed; None while one of them is missing."""
        found = [self.ended(spec) for spec in needs.specs]
        there = [one for one in found if one is not None]
        if not there or len(there) < len(found):
            return None
        members = tuple(
            MemberSnapshot(**vars(now), labels=dict(labels))
            for (labels, _), now in zip(needs.members, there, strict=True)
        )
        times = [_ended_at(now) for now in there]
        return Found(Snapshot(_as_experiment(needs, there), members), max(times))

    def ended(self, spec: RunSpec) -> RunSnapshot | None:
        """The newest run with these settings that has ended on this machine."""
        best: tuple[float, RunSnapshot] | None = None
        for run in self._by_settings.get(_key(spec), ()):
            try:
                now = snapshots.read(run)
            except (OSError, ChalknetError):  # deleted at this moment
                continue
            if now.spec != spec or now.status.name not in _ENDED or not _is_of_this_machine(run):
                continue
            if run.restored_from is None and (best is None or _ended_at(now) > best[0]):
                best = _ended_at(now), now
        return None if best is None else best[1]

    def run_of(self, needs: Needs) -> Run | None:
        """The run of a single one that its page can show."""
        now = None if needs.kind or not needs.members else self.ended(needs.specs[0])
        return None if now is None else now.run

    def unfinished(self, spec: RunSpec, owner: str) -> Run | None:
        """A single run of a person with these settings that was cut short and can go on."""
        for run in self._by_settings.get(_key(spec), ()):
            meta = run.meta
            if run.belongs_to(owner) and "experiment" not in meta and run.status.name == "interrupted":
                return run
        return None

    def experiment_of(self, needs: Needs, statuses: Collection[str] = _ENDED) -> Experiment | None:
        """The newest experiment with these very members, all of them in one of these statuses; None of a single run."""
        if not needs.kind or not needs.members:
            return None
        wanted = [_key(spec) for spec in needs.specs]
        by_run = {run.id: key for key, found in self._by_settings.items() for run in found}
        best: Experiment | None = None
        for experiment in _experiments():
            if (experiment.page, experiment.kind) != (needs.page, needs.kind):
                continue
            if best is not None and experiment.created <= best.created:
                continue
            of_it = [by_run.get(member.run_id, "") for member in experiment.members]
            if of_it == wanted and all(run.status.name in statuses for run in experiment.runs):
                best = experiment
        return best


def _key(spec: RunSpec) -> str:
    return hashlib.sha256(spec.model_dump_json().encode()).hexdigest()


_KEYS: Remembered[str, str] = Remembered(_MOST)  # by run; settings never change


def _keys() -> Iterable[tuple[Run, str]]:
    try:
        folders = [entry.name for entry in os.scandir(paths.runs()) if is_run_id(entry.name)]
    except OSError:  # nothing was ever trained
        return
    for run_id in folders:
        run = Run(run_id, paths.runs() / run_id)
        name = str(run.folder)  # another lab folder may have a run of this id, copied
        key = _KEYS.get(name)
        if key is None:
            try:
                key = _key(run.spec)
            except (OSError, ValueError, TypeError):  # torn; SpecError is a ValueError
                continue
            _KEYS.put(name, key)
        yield run, key


def _experiments() -> Iterable[Experiment]:
    try:
        folders = [entry.name for entry in os.scandir(paths.home() / "experiments") if is_run_id(entry.name)]
    except OSError:
        return
    for experiment_id in folders:
        try:
            yield experiments.open_experiment(experiment_id)
        except ChalknetError:
            continue


def _ended_at(now: RunSnapshot) -> float:
    return _number(now.run.written_status().get("time")) or _number(now.run.meta.get("created"))


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _is_of_this_machine(run: Run) -> bool:
    """By who wrote its last status: the process that trained it."""
    process = run.written_status().get("process")
    return isinstance(process, dict) and process.get("host") == socket.gethostname()


def _as_experiment(needs: Needs, there: list[RunSnapshot]) -> Experiment:
    """What a snapshot says of who belongs to it, also where the runs are those of several experiments."""
    members = tuple((now.run.id, dict(labels)) for now, (labels, _) in zip(there, needs.members, strict=True))
    return Experiment("", needs.kind, needs.page, dict(needs.settings), 0.0, "", members)
