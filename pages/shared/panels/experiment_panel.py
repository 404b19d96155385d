"""Start, Stop, and the live picture of an experiment: runs that belong together."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Literal

import streamlit as st

from core import runs
from core.lab.words import count
from core.runs import Run, experiments
from core.runs.experiments import Experiment, Snapshot
from core.runs.outcome import Outcome
from core.runs.series import Series, series_of_run
from core.runs.status import SENTENCES
from core.specs import RunSpec
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import experiment_of, settings_address
from pages.shared.lessons import page_name
from pages.shared.panels.betting import Betting
from pages.shared.panels.headline import headline
from pages.shared.panels.health_card import health_of_members
from pages.shared.panels.panel import Panel, Standing
from pages.shared.pictures.experiment_curves import overlay_picture
from pages.shared.words.markdown import plain
from pages.shared.words.progress import experiment_progress

_MOST_NAMED = 6  # of runs that diverged

Members = list[tuple[dict[str, Any], RunSpec]]
Made = tuple[Members, dict[str, object]]  # the members, and the experiment's settings


def experiment_panel(
    lab: Lab,
    *,
    page: str,
    kind: str,
    make: Callable[[], Made],
    expectation: str,
    start: str = "Start",
    hint: str = "Choose the settings, then press **Start**: the curves grow here.",
    series: Callable[[Snapshot], list[Series]] | None = None,
    above: Callable[[Snapshot], None] | None = None,
    below: Callable[[Snapshot], None] | None = None,
    picture: dict[str, object] | None = None,
    with_curves: bool = True,
    prepare: Callable[[], None] | None = None,
    outcome: Callable[[Snapshot], Outcome] | None = None,
    betting: Betting[Snapshot] | None = None,
) -> Snapshot | None:
    """Buttons, and below them the experiment as it goes; returns how the one that is shown stands.

    Parameters
    ----------
    lab : Lab
    page, kind : str
        Whose experiment this is (``core.runs.experiments.create``).
    make : callable
        Called on the press: the members, and the experiment's settings. A ``ChalknetError`` of it is shown as it is.
    prepare : callable, optional
        Called once it is certain that a new experiment begins.
    expectation : str
        Beside the button, as Markdown: how long it will take.
    start, hint : str
        The button's word, and what stands here before the first press.
    series : callable, optional
        The curves of an experiment; by default one per member, named by its labels.
    above, below : callable, optional
        Draw above and beneath the curves, and again with each poll.
    picture : dict, optional
        What ``overlay_picture`` draws at first (``against``, ``loss``, ``accuracy``).
    outcome : callable, optional
        What came out, for the large sentence that stands above the picture once it is over.
    betting : Betting, optional
        What can be bet on it.
    with_curves : bool
        False where ``below`` draws all there is to see: then only the progress stands above it.
    """
    panel = _ExperimentPanel(
        lab, page, kind, ask=make, before=prepare, above=above, below=below, picture=picture or {},
        series=(series or series_of_members) if with_curves else None, outcome=outcome,
    )  # fmt: skip
    panel.button, panel.hint, panel.betting = start, hint, betting
    return panel.view(expectation)


def series_of_members(now: Snapshot) -> list[Series]:
    """One curve per run, named by its labels."""
    return [series_of_run(member.history, member.name, note=member.note) for member in now.members]


class _ExperimentPanel(Panel[Experiment, Snapshot]):
    """Runs that are started, shown and stopped together."""

    noun = "experiment"
    resume_help = "What was cut short goes on behind its last whole epoch, or begins anew where that is not kept."

    def __init__(
        self,
        lab: Lab,
        page: str,
        kind: str,
        *,
        ask: Callable[[], Made],
        before: Callable[[], None] | None,
        series: Callable[[Snapshot], list[Series]] | None,
        above: Callable[[Snapshot], None] | None,
        below: Callable[[Snapshot], None] | None,
        picture: dict[str, Any],
        outcome: Callable[[Snapshot], Outcome] | None,
    ) -> None:
        super().__init__(lab, experiment_of(page, kind))
        self.page, self.kind = page, kind
        self.ask, self.before = ask, before
        self.series, self.picture, self.outcome = series, picture, outcome
        self.above, self.below = above, below

    def key(self, action: Literal["start", "stop", "resume"]) -> str:
        return f"{action}_{self.kind}"

    def read(self, thing: Experiment) -> Snapshot:
        return thing.read()

    def specs(self, thing: Experiment, now: Snapshot) -> list[RunSpec]:
        return [member.spec for member in now.members]

    def standing(self, now: Snapshot) -> Standing:
        goes = not now.progress.is_over
        judged = all(member.is_over for member in now.members)
        return Standing(goes=goes, is_over=not goes and judged, is_interrupted=bool(now.missing))

    def resume_word(self, now: Snapshot) -> str:
        is_lost = all(member.status.name == "interrupted" for member in now.missing)
        return "Resume" if is_lost else f"Run the missing ones ({len(now.missing)})"

    def warning(self, thing: Experiment | None, now: Snapshot | None) -> str:
        mine = thing if thing is not None and thing.belongs_to(self.lab.person) else None
        others = [run for run in self.lab.engine.waiting_members(self.lab.person) if not _is_of(run, mine)]
        goes = mine is not None and now is not None and not now.progress.is_over
        return before_start(self.button, goes=goes, others=pages_of(others))

    def draw(self, thing: Experiment, now: Snapshot) -> None:
        if cut := cut_short(now):
            st.warning(cut, icon=":material/content_cut:")
        if self.outcome is not None and now.members and self.standing(now).is_over:
            said = self.outcome(now)
            headline(said.headline, said.detail)
        if self.above is not None:
            self.above(now)
        if self.series is None:
            st.progress(now.progress.share, self._said(now))
        else:
            lengths = [member.spec.n_epochs for member in now.members if member.spec.max_seconds is None]
            overlay_picture(
                self._marked(self.series(now)),
                said=self._said(now),
                share=now.progress.share,
                key=f"overlay_{thing.id}",
                n_epochs=max(lengths, default=None),
                **self.picture,
            )
        for member in now.members:
            is_over = member.status.is_finished and member.status.name != "failed"
            why = None if is_over else self.lab.engine.failure(member.run.id)
            if why or member.status.name == "failed":
                why = why or member.status.sentence
                st.error(plain(f"{member.name}: {why}"), icon=":material/error:")
        self._diverged(now)
        if self.standing(now).is_over:
            health_of_members(now.members)
        if self.below is not None:
            self.below(now)

    def _marked(self, curves: list[Series]) -> list[Series]:
        """With what was bet behind the names."""
        if self.placed is None or self.betting is None:
            return curves
        marks = self.betting.marks(self.placed.bet)
        return [
            replace(one, note=", ".join(filter(None, (one.note, marks.get(one.name))))) if one.name in marks else one
            for one in curves
        ]

    def _diverged(self, now: Snapshot) -> None:
        """Who has no accuracy, and so no place among those that are compared; what to do, where that is one thing."""
        lost = [member for member in now.members if member.status.name == "diverged"]
        if not lost:
            return
        names = ", ".join(member.name for member in lost[:_MOST_NAMED]) + (", …" if len(lost) > _MOST_NAMED else "")
        advice = {member.status.sentence for member in lost}
        why = advice.pop() if len(advice) == 1 else SENTENCES["diverged"]
        st.warning(plain(f"{len(lost)} of {count(len(now.members), 'run')} without an accuracy: {names}. {why}"))

    def _said(self, now: Snapshot) -> str:
        engine, progress = self.lab.engine, now.progress
        waits = bool(now.members) and not progress.is_over and progress.seconds_left is None
        return experiment_progress(
            progress,
            is_warm=engine.info().is_warm,
            n_workers=engine.info().n_workers,
            n_before=engine.place(now.members[0].run.id) if waits else 0,
            is_paused=engine.is_paused,
        )

    @cached_property
    def wanted(self) -> Made:
        """What the settings ask for: looked at once a press."""
        return self.ask()

    def is_wanted(self, thing: Experiment, now: Snapshot) -> bool:
        return [member.spec for member in now.members] == [spec for _, spec in self.wanted[0]]

    def created(self, thing: Experiment) -> float:
        return thing.created

    def make_room(self, thing: Experiment) -> None:
        """One at a time: a class that has changed its mind does not want the old one first."""
        self.stop(thing)

    def prepare(self) -> None:
        self.lab.engine.check_members(len(self.wanted[0]), self.lab.person)  # else nothing of the one before is let go
        if self.before is not None:
            self.before()

    def make(self, new_id: str) -> Experiment:
        members, settings = self.wanted
        experiment = experiments.create(
            self.kind, members, settings=settings, page=self.page, owner=self.lab.person, experiment_id=new_id,
            address=settings_address(), bet=self.bet,
        )  # fmt: skip
        self.lab.engine.submit_group(experiment.runs, self.lab.person)
        return experiment

    def stop(self, thing: Experiment) -> None:
        self.lab.engine.stop_group(thing.runs, self.lab.person)

    def resume(self, thing: Experiment) -> None:
        missing = [member.run for member in thing.read().missing]
        for run in missing:
            run.must_belong_to(self.lab.person)
            runs.adopt(run)
        self.lab.engine.submit_group(missing, self.lab.person)


def _is_of(run: Run, experiment: Experiment | None) -> bool:
    return experiment is not None and run.meta.get("experiment") == experiment.id


def pages_of(waiting: list[Run]) -> dict[str, int]:
    """How many of these runs are of which page, by its name for people."""
    return dict(Counter(page_name(run.meta.get("page", "")) for run in waiting))


def before_start(button: str, *, goes: bool, others: Mapping[str, int]) -> str:
    """What a press would stop, as Markdown; nothing where it would stop nothing.

    Parameters
    ----------
    button : str
        Its word.
    goes : bool
        Whether the experiment that is shown is under way.
    others : mapping of str to int
        Runs of other experiments of this person that still wait, by the names of their pages.
    """
    told = []
    if goes:
        told.append(f"With other settings, **{button}** stops this experiment and begins another.")
    if others:
        waits = " and ".join(f"{count(n, 'run')} on {name}" for name, n in others.items())
        told.append(
            f"**{button}** stops what still waits of your other experiments: {waits}. **Run the missing ones** there "
            "makes up for it."
        )
    return " ".join(told)


def cut_short(now: Snapshot) -> str:
    """Of how many runs the figures are, where an experiment has ended without all of them; else nothing."""
    if not now.progress.is_over or not now.missing:
        return ""
    n, done = len(now.members), len(now.finished)
    return (
        f"**{done} of {n}** runs came to their end; the others were cut short. Curves of all are drawn; figures, "
        "intervals and verdicts are of the finished ones alone."
    )
