"""Results of students' own labs among a class's runs: counted like any that ended, and said to be theirs.

Where the lab has trained such a run itself as well, its own figures count, and the two are compared bit for bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.lab.version import LAB_VERSION
from core.lab.words import count, percent
from core.runs.experiments import MemberSnapshot, Snapshot
from core.runs.history import History
from core.runs.status import SENTENCES, Status
from core.together.kinds import Kind
from core.together.own_result import OwnResult


@dataclass
class OwnHistory(History):
    """A history that came by an address: its curve may be thinned, its figures are those of all batches."""

    n_steps: int = 0
    told_end_loss: float = field(default=float("nan"))

    @property
    def step(self) -> int:
        """Batches done."""
        return self.n_steps

    @property
    def end_loss(self) -> float:
        """As it was computed where it was trained."""
        return self.told_end_loss


@dataclass(frozen=True)
class Elsewhere:
    """A class's runs with those of students' own labs.

    Attributes
    ----------
    now : Snapshot
        With their results in the place of runs that did not end here.
    counted : dict of str to OwnResult
        A run's id to the result that counts.
    again : dict of str to OwnResult
        Those that have ended here as well, so that their own figures count.
    """

    now: Snapshot
    counted: dict[str, OwnResult]
    again: dict[str, OwnResult]


def with_results(now: Snapshot, results: Mapping[str, OwnResult]) -> Elsewhere:
    """Put results in their places.

    Parameters
    ----------
    now : Snapshot
    results : mapping of str to OwnResult
        A run's id to what was handed in of it.
    """
    given = {member.run.id: results[member.run.id] for member in now.members if member.run.id in results}
    here = {member.run.id for member in now.members if member.is_over and member.status.name in ("done", "diverged")}
    counted = {run_id: result for run_id, result in given.items() if run_id not in here}
    members = tuple(
        _of_result(member, counted[member.run.id]) if member.run.id in counted else member for member in now.members
    )
    again = {run_id: result for run_id, result in given.items() if run_id in here}
    return Elsewhere(Snapshot(now.experiment, members), counted, again)


def _of_result(member: MemberSnapshot, result: OwnResult) -> MemberSnapshot:
    epochs = [{"epoch": i, "complete": True} | each for i, each in enumerate(result.epochs, 1)]
    history = OwnHistory(
        n_judged=result.n_judged, losses=result.losses, epochs=epochs, seconds=result.seconds, n_steps=result.n_steps,
        told_end_loss=result.end_loss,
    )  # fmt: skip
    names = ("status", "test_loss", "test_accuracy", "n_judged", "seconds")
    status = Status(result.status, SENTENCES[result.status])
    return replace(member, status=status, history=history, result={name: getattr(result, name) for name in names})


def told(kind: Kind, found: Elsewhere) -> str:
    """Which results were not computed here, and what came of those that were trained again; empty without any."""
    said = []
    if found.counted:
        n = len(found.counted)
        threads = " or ".join(count(k, "thread") for k in sorted({each.n_threads for each in found.counted.values()}))
        others = sorted({each.lab for each in found.counted.values()} - {LAB_VERSION})
        versions = f", in part by lab {', '.join(others)} (this is {LAB_VERSION})" if others else ""
        thinned = sum(each.is_thinned for each in found.counted.values())
        curves = f" Of {count(thinned, 'curve')} only some losses came; the figures are of all." if thinned else ""
        said.append(
            f"{count(n, 'result')} of students' own labs: trained elsewhere, on {threads}{versions}; not run again "
            "here. In the picture their points are white inside. A signature says whose a result is, not that it is "
            f"true.{curves}"
        )
    same = [run_id for run_id in found.again if _is_same(found, run_id)]
    if same:
        said.append(f"{count(len(same), 'result')} of students' own labs: trained again here, the same bit for bit.")
    said += [_differs(kind, found, run_id) for run_id in found.again if run_id not in same]
    return " ".join(said)


def _member(found: Elsewhere, run_id: str) -> MemberSnapshot:
    return next(member for member in found.now.members if member.run.id == run_id)


def _is_same(found: Elsewhere, run_id: str) -> bool:
    """Whether this lab has come to the losses that were handed in, and to the accuracy."""
    result, member = found.again[run_id], _member(found, run_id)
    if member.status.name != result.status or (result.status == "done" and member.accuracy != result.test_accuracy):
        return False
    return list(member.history.losses)[:: result.spacing][: len(result.losses)] == list(result.losses)


def _differs(kind: Kind, found: Elsewhere, run_id: str) -> str:
    result, member = found.again[run_id], _member(found, run_id)
    return (
        f"Trained again here with other losses: {kind.word} {kind.label(member.labels)} "
        f"({_became(result.status, result.test_accuracy)} handed in, "
        f"{_became(member.status.name, member.accuracy)} here; another processor can change the last digits)."
    )


def _became(status: str, accuracy: float | None) -> str:
    return percent(accuracy) if status == "done" else status
