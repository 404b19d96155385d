"""The links of a plan: a page as it stands, and the same with what was trained before."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from core.plans.found import Store
from core.plans.plan import Shows
from core.specs import DataSpec
from pages.shared.frame.links import picture_parameters, setting_text, settings_parameters
from pages.shared.frame.shown import EXPERIMENT, NOTHING, RUN
from pages.shared.frame.tabs import TAB
from pages.shared.lessons import Lesson, lesson


@dataclass(frozen=True)
class Link:
    """A page of the lab with its settings.

    Attributes
    ----------
    title : str
    lesson : Lesson
    parameters : dict
        Of its address.
    is_ready : bool
        Whether what it is about has been trained.
    """

    title: str
    lesson: Lesson
    parameters: Mapping[str, str]
    is_ready: bool = True

    @property
    def told(self) -> str:
        """Its title, and whether there is something to see yet."""
        return self.title if self.is_ready else f"{self.title} (not trained yet)"

    @property
    def path(self) -> str:
        """Its address behind that of the lab."""
        return f"{self.lesson.address}?{urlencode(self.parameters)}"

    @property
    def where(self) -> str:
        """Such as ``"3 CNN, Inside"``: to find it without a click, as on paper."""
        tab = self.parameters.get(TAB, "")
        return f"{self.lesson.name}, {tab}" if tab else self.lesson.name


def settings_of(shown: Shows, data: DataSpec) -> dict[str, str]:
    """The settings of a page as its address tells them."""
    given = picture_parameters(data) if shown.spec is None else settings_parameters(shown.spec)
    if shown.tab:
        given[TAB] = shown.tab
    return given | {name: setting_text(value) for name, value in shown.settings.items()}


def link_of(shown: Shows, data: DataSpec, store: Store) -> Link:
    """The page as the class finds it: ready to train, or, where it is about something trained, with that."""
    trained = with_trained(shown, data, store) if shown.is_about else None
    if trained is not None:
        return trained
    settings = settings_of(shown, data)
    if shown.needs is not None and not shown.is_about:
        settings[EXPERIMENT if shown.needs.kind else RUN] = NOTHING
    return Link(shown.title, lesson(shown.page), settings, is_ready=not shown.is_about)


def with_trained(shown: Shows, data: DataSpec, store: Store) -> Link | None:
    """The page with the run or the experiment that this lab has of it; None where it has none."""
    if shown.needs is None:
        return None
    settings = settings_of(shown, data)
    run, experiment = store.run_of(shown.needs), store.experiment_of(shown.needs)
    if run is not None:
        return Link(shown.title, lesson(shown.page), settings | {RUN: run.id})
    if experiment is not None:
        return Link(shown.title, lesson(shown.page), settings | {EXPERIMENT: experiment.id})
    return None
