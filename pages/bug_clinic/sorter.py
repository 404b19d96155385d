"""Is this overfitting? Ten real runs, shown by their curves alone, to be sorted; below, dials to try it."""

import random

import streamlit as st

from core.datasets.info import DatasetInfo
from core.exercises.short_runs import N_SEEDS, Curves, Recipe
from core.exercises.sorting import ANSWERS, RECIPES, REFERENCE, TITLES, Answer, hint, in_order, intended, mistake
from core.exercises.sorting_told import answered, how_made, measured_by
from core.exercises.verdict import Verdict, verdict
from core.lab.jobs import Job
from core.lab.remembered import Remembered
from pages.bug_clinic.dials import dials
from pages.bug_clinic.run_curves import run_curves
from pages.bug_clinic.short_training import all_there, chosen_set, current, shelf, start, tell_disk, wait_for
from pages.shared.controls import lecture
from pages.shared.controls.settings import put
from pages.shared.controls.widgets import choice, number_field
from pages.shared.frame.frame import Lab
from pages.shared.panels.headline import headline
from pages.shared.panels.progress import note_answer
from pages.shared.words.markdown import plain

_RUN, _ORDER = "sorting_run", "sorting_order"  # URL parameters
_MOST_ORDER = 9_999
_RUNS = [str(number) for number in range(1, len(RECIPES) + 1)]
_SHORT = {
    "overfit": "Overfit", "underfit": "Underfit", "noise": "Noise of few test pictures", "bug": "Bug", "fine": "Fine",
}  # fmt: skip


@st.cache_resource(show_spinner=False)
def _given() -> Remembered[tuple[str, str, int], dict[str, Answer]]:
    """What persons have answered: a reload finds it. By person, data set and order."""
    return Remembered(1_000)


def sorter_view(lab: Lab) -> None:
    """All of the tab."""
    st.html(_STYLE)
    with st.container(key="sorting"):
        _view(lab)


def _view(lab: Lab) -> None:
    info = chosen_set(lab.data.dataset)
    recipes = {key: recipe.cut(info) for key, recipe in RECIPES.items()}
    job = current(lab.person)
    tell_disk()
    if not lecture.is_on():  # there the curves come first
        st.markdown(
            "Ten short runs, each really trained here with five seeds. You see the curves of one seed. **Sort each "
            "run**; then all five seeds show what it is, and by which evidence."
        )
    run = choice("Run", _RUN, options=_RUNS, default=_RUNS[0])
    body = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=150):
            order = number_field("Order", _ORDER, low=0, high=_MOST_ORDER, default=0,
                                 help="Draws the order of the ten.")  # fmt: skip
        st.button("New order", icon=":material/shuffle:", key="new_order", on_click=_shuffle)
    key = in_order(order)[int(run) - 1]
    given = _given().get_or_make((lab.person, info.name, order), dict)
    is_there = all_there(recipes[REFERENCE], info.name) and all_there(recipes[key], info.name)
    n_missing = shelf().n_missing(list(recipes.values()), info.name)
    with body:
        if is_there:
            _one(info, recipes, key, run, given)
        _training(lab.person, info, recipes, order, job, n_missing, key, is_there=is_there)
    st.divider()
    dials(lab.person, info, recipes[REFERENCE], job)


def _training(
    person: str, info: DatasetInfo, recipes: dict[str, Recipe], order: int, job: Job | None, n_missing: int, key: str,
    *, is_there: bool,
) -> None:  # fmt: skip
    """What is missing of the ten, and the way to it."""
    if job is not None:
        def has_come() -> bool:
            both = all_there(recipes[REFERENCE], info.name) and all_there(recipes[key], info.name)
            return both and not is_there

        wait_for(job, person, has_come)
    elif n_missing:
        n_all = len(recipes) * N_SEEDS
        wanted = [recipes[REFERENCE], *(recipes[one] for one in in_order(order))]
        st.button(
            "Train the ten runs", type="secondary" if is_there else "primary", icon=":material/play_arrow:",
            key="train_ten", on_click=start, args=(person, "The ten runs train", wanted, info.name),
        )  # fmt: skip
        st.caption(
            f"{n_all - n_missing} of {n_all} runs are there. All are perceptrons of Question 1, on up to 5,000 "
            f"training pictures of {plain(info.title)}; what they are tested on is held out of its training pictures "
            "too. Each run can be sorted as soon as its five seeds are trained, and what is trained once is kept for "
            "everybody."
        )


def _one(
    info: DatasetInfo, recipes: dict[str, Recipe], key: str, run: str, given: dict[str, Answer]
) -> None:
    """The curves, the question, and after the answer what it is."""
    recipe, runs = recipes[key], shelf().seeds(recipes[key], info.name)
    reached = [one.test_accuracy[-1] for one in shelf().seeds(recipes[REFERENCE], info.name)]
    found = verdict(runs, reached, label_noise=recipe.label_noise)
    run_curves(runs[:1], f"run {run}, one seed")
    st.caption(measured_by(recipe, len(info.class_names), reached))
    if key not in given:
        with st.container(horizontal=True):
            for answer in ANSWERS:
                st.button(
                    _SHORT[answer], key=f"sort_{answer}", on_click=_answer, args=(given, key, answer, found, info.name)
                )
    else:
        _found(info, recipe, key, runs, given[key], found)
        if int(run) < len(_RUNS):
            st.button("Next run", type="primary", icon=":material/arrow_forward:", key="next_run", on_click=put,
                      args=({_RUN: str(int(run) + 1)},))  # fmt: skip
    _score(info, recipes, given)


def _found(info: DatasetInfo, recipe: Recipe, key: str, runs: list[Curves], answer: Answer, found: Verdict) -> None:
    headline(*answered(answer, found.label))
    st.markdown(plain(found.sentence))
    confused = hint(answer, found.label)
    if confused:
        st.markdown(f"**The confusion**: {confused}")
    run_curves(runs, f"mean of {N_SEEDS} seeds with its band")
    st.caption(f"Line: mean of {N_SEEDS} seeds. Band: from the lowest to the highest seed. {how_made(recipe)}")
    if found.label != intended(key):
        st.info(
            f"It was made to show: {TITLES[intended(key)].lower()}. On {plain(info.title)} the seeds show otherwise, "
            "and they count."
        )


def _score(info: DatasetInfo, recipes: dict[str, Recipe], given: dict[str, Answer]) -> None:
    if not given:
        return
    reached = [one.test_accuracy[-1] for one in shelf().seeds(recipes[REFERENCE], info.name)]
    n_right = 0
    for key, answer in given.items():
        runs = shelf().seeds(recipes[key], info.name)
        if len(runs) == N_SEEDS:
            label = verdict(runs, reached, label_noise=recipes[key].label_noise).label
            n_right += label in (answer, "unclear")
    st.caption(f"{len(given)} of {len(RECIPES)} sorted, {n_right} of them right.")


def _answer(given: dict[str, Answer], key: str, answer: Answer, found: Verdict, dataset: str) -> None:
    """Take an answer; the first one counts."""
    if key in given:
        return
    given[key] = answer
    wrong = mistake(answer, found.label)
    note_answer("overfitting", f"{dataset}/{key}", is_right=not wrong, mistake=wrong)


def _shuffle() -> None:
    put({_ORDER: random.randint(1, _MOST_ORDER), _RUN: _RUNS[0]})


_STYLE = """<style>
.st-key-sorting button:is([data-testid^="stBaseButton"]){min-height:44px;min-width:44px}
.st-key-sorting [data-testid="stButtonGroup"] :is(button,[role="radio"],label){min-height:44px;min-width:44px}
.st-key-sorting [data-testid="stButtonGroup"] *{font-size:1rem}
</style>"""
