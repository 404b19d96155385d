"""Grid search: a heat map of learning rate and batch size that fills fold by fold."""

from functools import partial

import numpy as np
import streamlit as st

from core.crossval import charts as fold_charts
from core.crossval import grid_search
from core.crossval import splits as folds
from core.crossval.charts import Cell
from core.crossval.grid_search import Fit, Search
from core.lab.errors import ChalknetError
from core.lab.words import count, decimal, duration
from core.specs.folds import FoldSpec, SearchSpec
from pages.cross_validation.controls import fold_controls, network_controls
from pages.cross_validation.folds import pictures_of_folds, plain
from pages.shared.controls.widgets import choice, number_slider
from pages.shared.frame.frame import Lab
from pages.shared.panels.jobs import POLL_SECONDS, jobs
from pages.shared.words.expected import together_take
from pages.shared.words.settings import dataset_title

KIND = "grid"
_ALL, _RANDOM = "all pairs", "at random"
_RATES = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05)
_SIZES = (16, 32, 64, 128, 256)


def grid_view(lab: Lab) -> None:
    """Controls beside the search."""
    controls, lesson = st.columns([1, 3.2], gap="medium")
    with controls:
        wanted = _controls(lab)
    with lesson:
        search = _shown()
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.button(
                "Search", type="primary", icon=":material/play_arrow:", key="start_grid", disabled=wanted is None
            )
            stop_place = st.empty()
            if wanted is not None:
                st.markdown(_expectation(lab, wanted), width="content")
        if pressed and wanted is not None:
            search = _begin(lab, wanted, search)
        if search is None:
            st.info("Press **Search**: every pair of a learning rate and a batch size is judged by the same folds.")
            if wanted is not None:
                _call(wanted)
            return
        _live(lab, search, stop_place)
        _call(search.spec)


def _controls(lab: Lab) -> SearchSpec | None:
    """What to search; None where nothing is chosen."""
    how = choice(
        "Pairs",
        "search_how",
        options=(_ALL, _RANDOM),
        default=_ALL,
        help="GridSearchCV tries all pairs, RandomizedSearchCV some of them, drawn by the seed.",
    )
    rates = st.pills(
        "Learning rates", _RATES, selection_mode="multi", default=[0.0001, 0.001, 0.01], key="grid_rates", wrap=True,
        format_func=decimal,
    )  # fmt: skip
    sizes = st.pills(
        "Batch sizes", _SIZES, selection_mode="multi", default=[32, 64, 128], key="grid_sizes", wrap=True
    )
    n_random = number_slider("Pairs to draw", "n_random", low=1, high=30, step=1, default=5) if how == _RANDOM else None
    base = network_controls(lab, fit=False, prefix="grid_", network="MLP", n_epochs=3).model_copy(
        update=fold_controls()
    )
    if not rates or not sizes:
        st.warning("Choose at least one learning rate and one batch size.")
        return None
    return SearchSpec(
        base=base, learning_rates=tuple(sorted(rates)), batch_sizes=tuple(sorted(sizes)), n_random=n_random
    )


def _shown() -> Search | None:
    """The search of the link, else the one last started here."""
    linked, known = st.query_params.get("search"), st.session_state.get("search_shown")
    for search_id in dict.fromkeys(filter(None, (linked, known))):
        try:
            search = grid_search.open_search(search_id)
        except ChalknetError as error:
            if search_id == linked and linked != known:
                st.warning(str(error))
            st.query_params.pop("search", None)
            st.session_state.pop("search_shown", None)
            continue
        _show(search)
        return search
    return None


def _show(search: Search) -> None:
    st.session_state["search_shown"] = search.id
    if st.query_params.get("search") != search.id:
        st.query_params["search"] = search.id


def _begin(lab: Lab, wanted: SearchSpec, shown: Search | None) -> Search | None:
    """Start a search; impossible folds are told before."""
    try:
        images = pictures_of_folds(plain(wanted.base))
        folds.splits(wanted.base, images.train_labels, images.class_names)
        busy = jobs().of(KIND, lab.person)
        if busy is not None and busy.state == "running":
            return shown  # a double click, or one is still under way
        search = grid_search.create(wanted, lab.person)
        work = partial(grid_search.run, search=search, scheduler=lab.engine.scheduler)
        jobs().start(KIND, lab.person, "Grid search", work, unit="fits")
    except ChalknetError as error:
        st.error(str(error))
        return shown
    _show(search)
    return search


def _live(lab: Lab, search: Search, stop_place: st.delta_generator.DeltaGenerator) -> None:
    """Progress and heat map, drawn again while it goes on."""
    over, mine = search.state != "running", search.belongs_to(lab.person)
    if mine and not over:
        stop_place.button("Stop", icon=":material/stop:", key="stop_grid", on_click=_stop, args=(lab,))

    def draw() -> None:
        fits, state = search.fits(), search.state
        n, n_all = len(fits), search.spec.n_fits
        if state == "running" and not n:
            said = "scikit-learn's search is starting: a process of its own, which takes a few seconds"
        else:
            said = f"{search.sentence} {n} of {n_all} fits"
        st.progress(min(1.0, n / n_all), said)
        if state == "failed":
            st.error(search.sentence)
        st.html(heat_of(search.spec, fits))
        st.caption(
            "Mean accuracy of the folds, below it the seconds to train a fold. The best so far is framed. "
            + _settings(search.spec.base)
        )
        _best(search, fits)
        if not over and state != "running":
            st.rerun()

    st.fragment(draw, run_every=None if over else POLL_SECONDS)()
    if not mine:
        st.caption("Somebody else's search, for watching.")


def heat_of(spec: SearchSpec, fits: list[Fit]) -> str:
    """The heat map of what has been fitted so far; only a pair whose folds are all there can be the best."""
    cells = []
    for rate in spec.learning_rates:
        line = []
        for size in spec.batch_sizes:
            of_pair = [fit for fit in fits if (fit.learning_rate, fit.batch_size) == (rate, size)]
            if not of_pair:
                line.append(Cell(None, "not tried" if spec.n_random else "waiting"))
                continue
            seconds = float(np.mean([fit.seconds for fit in of_pair]))
            n_folds = spec.base.n_folds
            part = "" if len(of_pair) == n_folds else f" · {len(of_pair)} of {n_folds} folds"
            line.append(Cell(float(np.mean([fit.score for fit in of_pair])), f"{duration(seconds)}{part}"))
        cells.append(line)
    return fold_charts.heat_map(
        cells,
        rows=[decimal(rate) for rate in spec.learning_rates],
        columns=[str(size) for size in spec.batch_sizes],
        row_title="learning rate",
        column_title="batch size",
    )


def _settings(base: FoldSpec) -> str:
    """What all pairs have in common."""
    return (
        f"{dataset_title(base.data.dataset)}, {base.data.n_train:,} pictures · {base.model.title} · Adam · "
        f"{count(base.n_epochs, 'epoch')} · {base.n_folds} folds · seed {base.random_state}"
    )


def _best(search: Search, fits: list[Fit]) -> None:
    result = search.result
    if result is None:
        return
    best = result["best_params"]
    total = sum(fit.seconds for fit in fits)
    st.markdown(
        f"Best: learning rate **{decimal(best['lr'])}**, batches of **{best['batch_size']}**: "
        f"**{result['best_score']:.1%}**. {len(fits)} fits took {duration(total)} of training. This score is the best "
        f"of {search.spec.n_pairs}, so it flatters: judge the chosen pair on pictures that no fold has seen."
    )


def _call(spec: SearchSpec) -> None:
    """scikit-learn's call."""
    grid = grid_search.grid_of(spec)
    if spec.n_random is None:
        made = "GridSearchCV(net, grid, cv=folds, refit=False)"
    else:
        made = (
            f"RandomizedSearchCV(net, grid, n_iter={spec.n_pairs}, random_state={spec.base.random_state}, "
            "cv=folds, refit=False)"
        )
    st.markdown("The search, with `net` and `folds` of **Code**:")
    st.code(
        f"grid = {grid}\nsearch = {made}\n"
        'with joblib.parallel_config("dask"):  # the engine\n'
        "    search.fit(SliceDataset(trainset, idx=0), np.array(train_labels))\nsearch.best_params_",
        language="python",
        wrap_lines=True,
    )


def _expectation(lab: Lab, wanted: SearchSpec) -> str:
    takes = together_take([wanted.base] * wanted.n_fits, lab.engine.info().n_workers)
    return f"{wanted.n_pairs} pairs x {wanted.base.n_folds} folds = {count(wanted.n_fits, 'fit')} · {takes}"


def _stop(lab: Lab) -> None:
    job = jobs().of(KIND, lab.person)
    if job is not None and job.state == "running":
        job.stop(lab.person)
