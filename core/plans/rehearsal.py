"""A rehearsal: every page of a plan is opened, and what it needs is trained and kept, so that it is there in class.

It goes in a thread (``core.lab.jobs``) and writes a report that pages read while it goes. What was trained before with
the same settings is not trained again; what was cut short goes on.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from core import runs
from core.engine import Engine
from core.lab.errors import ChalknetError
from core.lab.jobs import Job, JobStoppedError
from core.plans.found import Store
from core.plans.plan import Needs, Plan, PlanError, Shows
from core.runs import Run, experiments, snapshots
from core.runs.experiments import CUT_SHORT, Experiment

_POLL_SECONDS = 0.3
State = Literal["there", "trained", "opens", "wrong"]


@dataclass(frozen=True)
class Line:
    """One thing that was done.

    Attributes
    ----------
    step : int
        Index of the step, those for a class that is ahead included.
    what : str
        What was needed, or the link's title.
    state : {"there", "trained", "opens", "wrong"}
        It had been trained before; it was trained now; the page opens as meant; something is wrong.
    seconds : float or None
        From the press to the end, for what was trained now.
    told : str
        What is wrong, as a sentence.
    """

    step: int
    what: str
    state: State
    seconds: float | None = None
    told: str = ""


@dataclass
class Report:
    """What a rehearsal has done so far; its thread writes it, pages read it.

    Attributes
    ----------
    plan : str
        Of ``Plan.name``.
    lines : list of Line
    now : str
        What it is doing, for people; empty once it is over.
    share : float
        Of what it is training now, from 0 to 1.
    """

    plan: str
    lines: list[Line] = field(default_factory=list)
    now: str = ""
    share: float = 0.0

    @property
    def wrong(self) -> list[Line]:
        """What has to be looked at before class."""
        return [line for line in self.lines if line.state == "wrong"]


@dataclass(frozen=True)
class Rehearsal:
    """What a rehearsal needs of the lab.

    Attributes
    ----------
    plan : callable
        Makes the plan anew, as weights may have come that its later steps begin with.
    engine : Engine
    owner : str
        The person's key.
    address : callable
        Of a page of the plan: its settings as its links tell them, to be kept with what is trained there.
    open_page : callable
        Opens it as a browser would, and tells what is wrong with it, a sentence each.
    """

    plan: Callable[[], Plan]
    engine: Engine
    owner: str
    address: Callable[[Shows], Mapping[str, str]]
    open_page: Callable[[Shows], list[str]]

    def work(self, job: Job) -> Report:
        """All of it, step by step: first what is trained there, then the page.

        Raises
        ------
        JobStoppedError
            If it was asked to stop; what trains then is stopped, what has ended is kept.
        """
        plan = self.plan()
        job.result = report = Report(plan.name)
        places = [(i, j) for i, step in enumerate(plan.all_steps) for j in range(len(step.shows))]
        done: list[str] = []
        for n, (i, j) in enumerate(places):
            job.progress(n, len(places))
            shown = self.plan().all_steps[i].shows[j]
            if shown.needs is not None and shown.needs.title not in done:
                done.append(shown.needs.title)
                report.lines.append(self._train(job, report, i, shown))
            self._stop_if_asked(job)
            report.now, report.share = f"Opening: {shown.title}", 0.0
            wrong = self.open_page(shown)
            report.lines.append(Line(i, shown.title, "wrong" if wrong else "opens", told=" ".join(wrong)))
        report.now = ""
        job.progress(len(places), len(places))
        return report

    def _train(self, job: Job, report: Report, step: int, shown: Shows) -> Line:
        needs = shown.needs
        assert needs is not None
        report.now, report.share = f"Looking for {needs.title}", 0.0
        if needs.waits_for:
            return Line(step, needs.title, "wrong", told=f"It was not trained: {needs.waits_for} are not there.")
        if Store().find(needs) is not None:
            return Line(step, needs.title, "there")
        began = time.monotonic()
        try:
            group, stop = self._begin(needs, self.address(shown))
            self._wait(job, report, needs, group, stop)
        except JobStoppedError:
            raise
        except ChalknetError as error:  # of this part alone: the others may well be trained
            return Line(step, needs.title, "wrong", told=str(error))
        took = time.monotonic() - began
        if Store().find(needs) is None:
            return Line(step, needs.title, "wrong", took, self._why(group))
        return Line(step, needs.title, "trained", took)

    def _begin(self, needs: Needs, address: Mapping[str, str]) -> tuple[list[Run], Callable[[], None]]:
        """Hand it to the engine; returns its runs, and what stops them."""
        if not needs.kind:
            run = self._single(needs, address)
            return [run], lambda: self.engine.stop(run, self.owner)
        experiment = self._experiment(needs)
        if experiment is not None:
            missing = [member.run for member in experiment.read().missing]
            for run in missing:
                runs.adopt(run)
        else:
            self.engine.check_members(len(needs.members), self.owner)
            experiment = experiments.create(
                needs.kind, list(needs.members), settings=dict(needs.settings), page=needs.page, owner=self.owner,
                address=address,
            )  # fmt: skip
            for run in experiment.runs:
                run.describe(self.owner, kept=True)
            missing = experiment.runs
        self.engine.submit_group(missing, self.owner)
        return experiment.runs, lambda: self.engine.stop_group(experiment.runs, self.owner)

    def _single(self, needs: Needs, address: Mapping[str, str]) -> Run:
        """A new run, or one with these settings that was cut short and goes on."""
        (spec,) = needs.specs
        cut = Store().unfinished(spec, self.owner)
        if cut is not None:
            self.engine.resume(cut, self.owner)
            return cut
        run = runs.create(spec, page=needs.page, owner=self.owner, more={"address": dict(address)})
        run.describe(self.owner, name=f"Plan: {needs.title}", kept=True)
        self.engine.submit(run, self.owner)
        return run

    def _experiment(self, needs: Needs) -> Experiment | None:
        """One of this person with these very members that was cut short."""
        found = Store().experiment_of(needs, (*CUT_SHORT, "done", "diverged"))
        return found if found is not None and found.belongs_to(self.owner) and found.read().missing else None

    def _wait(self, job: Job, report: Report, needs: Needs, group: list[Run], stop: Callable[[], None]) -> None:
        """Until all have ended, with the report saying how far they are."""
        pause = threading.Event()
        while True:
            standing = [run.status for run in group if run.folder.is_dir()]
            if len(standing) < len(group):
                raise PlanError(f"While {needs.title} waited, another run or experiment of yours took its place.")
            failed = [why for run in group if (why := self.engine.failure(run.id)) is not None]
            is_over = all(status.is_finished for status in standing)
            if failed or (is_over and not any(run.is_being_written for run in group)):
                return
            if job.should_stop():
                stop()
                self._stop_if_asked(job)
            report.now, report.share = f"Training: {needs.title}", _share(group)
            pause.wait(_POLL_SECONDS)

    def _why(self, group: list[Run]) -> str:
        """Why it did not come to its end."""
        for run in group:
            why = self.engine.failure(run.id)
            if why is not None:
                return why
            status = run.status
            if status.name in CUT_SHORT:
                return status.sentence
        return "It was trained, but not on this machine: its numbers are left alone."

    def _stop_if_asked(self, job: Job) -> None:
        if job.should_stop():
            raise JobStoppedError("The rehearsal was stopped. What was trained to its end is kept.")


def _share(group: list[Run]) -> float:
    """How much of it is done, from 0 to 1."""
    try:
        now = [snapshots.read(run) for run in group]
    except (OSError, ChalknetError):  # deleted at this moment, which is told in the next one
        return 0.0
    return sum(1.0 if one.status.is_finished else one.share for one in now) / len(now)
