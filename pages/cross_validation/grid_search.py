"""Grid search: a heat map of learning rate and batch size that fills fold by fold."""

from functools import partial
from typing import Literal

import streamlit as st

from core.crossval import grid_search
from core.crossval import receipt as skorch_receipt
from core.crossval import splits as folds
from core.crossval.grid_search import Search, SearchError, SearchSnapshot
from core.crossval.search_told import best_told, has_best
from core.lab.jobs import Job
from core.lab.words import count, decimal
from core.specs import RunSpec
from core.specs.folds import FoldSpec, SearchSpec
from pages.cross_validation.controls import fold_controls, network_controls
from pages.cross_validation.folds import of_pictures, pictures_of_folds
from pages.cross_validation.heat_map import grid_heat_map
from pages.shared.controls.places import Places, settings_and_lesson
from pages.shared.controls.widgets import choice, choices, number_slider
from pages.shared.frame import shown
from pages.shared.frame.frame import Lab
from pages.shared.frame.person import person
from pages.shared.frame.shown import Shown
from pages.shared.panels import jobs as jobs_panel
from pages.shared.panels.panel import Panel, Standing
from pages.shared.words.expected import takes
from pages.shared.words.markdown import plain
from pages.shared.words.settings import dataset_title

KIND = "grid"
SEARCH = Shown(shown.SEARCH, "search_shown", grid_search.open_search, last=lambda: grid_search.latest(person()))
_ALL, _RANDOM = "all pairs", "at random"
_RATES = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05)
_SIZES = (16, 32, 64, 128, 256)


def grid_search_view(lab: Lab) -> None:
    """Controls beside the search."""
    places = settings_and_lesson()
    wanted = search_controls(lab, places)
    with places.lesson:
        expectation = "" if wanted is None else _expectation(lab, wanted)
        _SearchPanel(lab, wanted).view(expectation, can_start=wanted is not None)
        search = SEARCH.shown()
        spec = wanted if search is None else search.spec
        if spec is not None:
            _call(spec)


def search_controls(lab: Lab, places: Places) -> SearchSpec | None:
    """What to search; None where nothing is chosen."""
    with places.first:
        rates = choices(
            "Learning rates", "grid_rates", options=_RATES, default=(0.0001, 0.001, 0.01), format_option=decimal
        )
        sizes = choices("Batch sizes", "grid_sizes", options=_SIZES, default=(32, 64, 128))
    with places.more():
        how = choice(
            "Pairs",
            "search_how",
            options=(_ALL, _RANDOM),
            default=_ALL,
            help="GridSearchCV tries all pairs, RandomizedSearchCV some of them, drawn by the seed.",
        )
        n_random = None
        if how == _RANDOM:
            n_random = number_slider("Pairs to draw", "n_random", low=1, high=30, step=1, default=5)
    network = network_controls(lab, cells=places.cells(0), fit=False, prefix="grid_", network="MLP", n_epochs=3)
    base = network.model_copy(update=fold_controls(places))
    if not rates or not sizes:
        places.first.warning("Choose at least one learning rate and one batch size.")
        return None
    return SearchSpec(
        base=base, learning_rates=tuple(sorted(rates)), batch_sizes=tuple(sorted(sizes)), n_random=n_random
    )


class _SearchPanel(Panel[Search, SearchSnapshot]):
    """A search with these settings; a person has one at a time."""

    noun = "search"
    button = "Search"
    hint = "Press **Search**: every pair of a learning rate and a batch size is judged by the same folds."
    poll_seconds = jobs_panel.POLL_SECONDS

    def __init__(self, lab: Lab, wanted: SearchSpec | None) -> None:
        super().__init__(lab, SEARCH)
        self.wanted = wanted

    def key(self, action: Literal["start", "stop", "resume"]) -> str:
        return f"{action}_grid"

    def read(self, thing: Search) -> SearchSnapshot:
        return thing.read()

    def specs(self, thing: Search, now: SearchSnapshot) -> list[RunSpec]:
        return [thing.spec.base]

    def standing(self, now: SearchSnapshot) -> Standing:
        return Standing(goes=now.state == "running", is_over=now.state != "running")

    def draw(self, thing: Search, now: SearchSnapshot) -> None:
        n, n_all = len(now.fits), thing.spec.n_fits
        if now.state == "running" and not n:
            said = "scikit-learn's search is starting: a process of its own, which takes a few seconds"
        else:
            said = f"{plain(now.sentence)} {n} of {n_all} fits"
        st.progress(min(1.0, n / n_all), said)
        if now.state == "failed":
            st.error(plain(now.sentence))
        st.html(grid_heat_map(thing.spec, now.fits, is_over=now.state != "running"))
        st.caption(
            "Mean accuracy of the folds, below it the seconds to train a fold. The best so far is framed. "
            + _settings(thing.spec.base)
        )
        _best(thing.spec, now)

    def is_wanted(self, thing: Search, now: SearchSnapshot) -> bool:
        return thing.spec == self.wanted or now.state == "running"  # one is under way: it is shown

    def created(self, thing: Search) -> float:
        return thing.created

    def make(self, new_id: str) -> Search:
        """Impossible folds are told before anything begins."""
        assert self.wanted is not None, "there is something to start"
        self.lab.engine.check_members(self.wanted.n_fits, self.lab.person)
        images = pictures_of_folds(of_pictures(self.wanted.base))
        folds.splits(self.wanted.base, images.train_labels, images.class_names)
        if self._job() is not None:
            raise SearchError("Another search of yours is still under way. Wait for it, or stop it where you began it.")
        search = grid_search.create(self.wanted, self.lab.person, new_id)
        work = partial(grid_search.run, search=search, scheduler=self.lab.engine.scheduler)
        jobs_panel.jobs().start(KIND, self.lab.person, "Grid search", work, unit="fits")
        return search

    def stop(self, thing: Search) -> None:
        job = self._job()
        if job is not None:
            job.stop(self.lab.person)

    def _job(self) -> Job | None:
        """What works on this person's search now."""
        job = jobs_panel.jobs().of(KIND, self.lab.person)
        return job if job is not None and job.state == "running" else None


def _settings(base: FoldSpec) -> str:
    """What all pairs have in common."""
    return (
        f"{plain(dataset_title(base.data.dataset))}, {base.data.n_train:,} pictures · {base.model.title} · Adam · "
        f"{count(base.n_epochs, 'epoch')} · {base.n_folds} folds · seed {base.random_state}"
    )


def _best(spec: SearchSpec, now: SearchSnapshot) -> None:
    if now.result is None:
        return
    (st.markdown if has_best(now) else st.warning)(best_told(spec, now))


def _call(spec: SearchSpec) -> None:
    """scikit-learn's call."""
    st.markdown("The same by scikit-learn alone; `net` and `trainset` are on **Code**. Here the engine fits.")
    st.code(skorch_receipt.search_lines(spec), language="python", wrap_lines=True)


def _expectation(lab: Lab, wanted: SearchSpec) -> str:
    pairs = f"{wanted.n_pairs} pairs x {wanted.base.n_folds} folds"
    forecast = lab.engine.forecast([wanted.base] * wanted.n_fits, lab.person, is_member=True)
    return f"{pairs} = {count(wanted.n_fits, 'fit')} · {takes(forecast)}"
