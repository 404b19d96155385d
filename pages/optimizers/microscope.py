"""Question 6's microscope: one weight of the real network, one step, in letters, in numbers, and as torch did it."""

import math

import streamlit as st

from core import datasets
from core.lab.errors import ChalknetError
from core.optimizers import charts as optimizer_charts
from core.optimizers import microscope
from core.optimizers.microscope import Recording
from core.specs import RunSpec
from pages.optimizers.calculation import calculation, first_step_told, place_in_words, side_by_side
from pages.optimizers.controls import RaceSettings
from pages.shared.panels.results import pictures_of
from pages.shared.words.markdown import plain, sentence_of

N_STEPS = 30


@st.fragment
def microscope_view(settings: RaceSettings) -> None:
    """Whose step, which weight, which step; then the calculation. A fragment: the slider redraws nothing around it."""
    names = list(settings.contestants)
    specs = {name: settings.base.model_copy(update={"optimizer": o}) for name, o in settings.contestants.items()}
    layers = _layers(settings.base.model.model_dump_json(), datasets.info(settings.base.data.dataset).class_names)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        if st.session_state.get("whose") not in (None, *names):
            del st.session_state["whose"]
        whose = st.segmented_control("Whose step", names, default=names[0], required=True, key="whose")
        layer = st.selectbox("Layer", list(layers), key="weight_layer", width=145)
        index = _weight_field(layer, layers[layer])
    try:
        recordings = _recordings(settings, specs, whose, layer, index)
    except ChalknetError as error:
        st.warning(sentence_of(error))
        return
    mine = recordings[whose]
    n = len(mine.gradients)
    step = st.slider("Step", 1, n, 1, key="micro_step") if n > 1 else 1
    worked = {
        name: microscope.steps(specs[name].optimizer, r.weights[0], r.gradients, r.rates)
        for name, r in recordings.items()
    }
    st.markdown(
        f"{plain(specs[whose].optimizer.told())} · weight **{place_in_words(mine)}** of `{layer}` · batch {step} "
        f"has the loss {mine.losses[step - 1]:.4f}"
    )
    calculation(worked[whose][step - 1], mine, step)
    side_by_side(recordings, worked, step)
    if len(recordings) > 1:
        st.altair_chart(
            optimizer_charts.weight_chart({name: list(r.weights) for name, r in recordings.items()}, names, step)
        )
    else:
        st.caption("The other contestants are a press away: for this network each takes a few seconds.")
    if told := first_step_told([spec.optimizer for spec in specs.values()]):
        st.markdown(told)


def _weight_field(layer: str, shape: tuple[int, ...]) -> int | None:
    """The weight's index; none for the one with the largest first gradient. People count from 1."""
    n = math.prod(shape)
    given = st.number_input(
        f"Weight, 1 to {n:,}", 1, n, None, 1, key=f"weight_of_{layer}", placeholder="largest gradient", width=190,
        help="Empty: the weight with the largest gradient in the first contestant's first step.",
    )  # fmt: skip
    return None if given is None else int(given) - 1


def _recordings(
    settings: RaceSettings, specs: dict[str, RunSpec], whose: str, layer: str, index: int | None
) -> dict[str, Recording]:
    """Of all contestants for the perceptron; of the chosen one for the CNN, whose steps take longer."""
    if index is None:  # the same weight for all: the first gradient does not depend on the optimizer
        index = _record(specs[whose].model_dump_json(), layer, None, 1).index
    chosen = specs if settings.base.model.kind == "mlp" else {whose: specs[whose]}
    return {name: _record(spec.model_dump_json(), layer, index, N_STEPS) for name, spec in chosen.items()}


@st.cache_data(show_spinner="torch takes the first steps.", max_entries=200)
def _record(settings: str, layer: str, index: int | None, n_steps: int) -> Recording:
    spec = RunSpec.model_validate_json(settings)
    return microscope.record(spec, pictures_of(spec.data), layer, index, n_steps=n_steps)


@st.cache_data(show_spinner="Loading torch.", max_entries=50)
def _layers(model: str, class_names: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    spec = RunSpec.model_validate_json(f'{{"model": {model}}}')
    return microscope.layers(spec, len(class_names))
