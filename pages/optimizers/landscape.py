"""Question 6's landscapes: torch's optimizers on surfaces of two variables, moving in the browser."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.lab.words import decimal
from core.optimizers import landscape
from core.optimizers.landscape import Path, Surface
from core.optimizers.race import MOST
from core.optimizers.sweep import with_rate
from core.specs import AdamSpec
from pages.optimizers.controls import RaceSettings
from pages.optimizers.landscape_picture import landscape_picture
from pages.shared.controls import lecture
from pages.shared.controls.complaints import complain_at
from pages.shared.controls.setting import one_of
from pages.shared.controls.settings import address, value_of
from pages.shared.controls.widgets import choice, choice_list, choice_slider, number_field, number_slider
from pages.shared.pictures.small_table import small_table
from pages.shared.words.markdown import plain, quoted

_KEY = "landscape_picture"
TITLES = {landscape.surface(key).title: key for key in landscape.SURFACES}
SUITED, OWN = "suited to the surface", "the contestants' own"
# On a phone below the surface's name, where it has room when it is open
_STYLE = "<style>:has(> .st-key-landscape_settings){min-width:min(100%,17rem)}</style>"
TIMES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


@st.fragment
def landscape_view(settings: RaceSettings) -> None:
    """Surface, start, and the contestants' paths; a fragment, so that a click redraws nothing around it."""
    with st.container(horizontal=True):
        title = choice_list("Surface", "surface", options=list(TITLES), default=next(iter(TITLES)), width=170,
                            hide_label=True)  # fmt: skip
        folded = st.container(key="landscape_settings")
        st.html(_STYLE)
    complaints, condition = st.container(), 10.0
    linked = _linked_times(complaints)
    of_whom = OWN if linked or _has_own_rates() else SUITED
    whose = value_of(one_of("Learning rates", "rates", (SUITED, OWN), of_whom))
    # A click in the picture sets the start: no popover keeps that
    more = folded.expander(f"Learning rates {whose}; start and steps", key="start_and_steps")
    if TITLES[title] == "bowl":
        with more if lecture.is_on() else st.container():
            condition = choice_slider(
                "Condition number", "condition", options=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0), default=10.0,
                format_option=lambda k: f"{k:g}", help="How many times steeper it is in y than in x.",
            )  # fmt: skip
    on = landscape.surface(TITLES[title], condition=condition)
    with complain_at(complaints), more:
        rates = choice(
            "Learning rates", "rates", options=(SUITED, OWN), default=of_whom,
            help="The contestants' own rates are made for a network: here most fly off with them, or hardly move. Who "
            "sets one of those, sees it.",
        )  # fmt: skip
        times = choice_slider(
            "Rates times", "rate_times", options=TIMES, default=linked or 1.0, format_option=lambda t: f"{t:g}",
            help="All of them larger or smaller.",
        )  # fmt: skip
        start = _start(on)
        n_steps = number_slider("Steps", "n_steps", low=10, high=landscape.MOST_STEPS, step=10, default=300)
        noise = 0
        if on.noise:
            noise = number_field("Seed of the noise", "noise", low=0, high=9_999, default=0)
    _load_torch()
    contestants = settings.contestants.values()
    chosen = [o.learning_rate if rates == OWN else landscape.suited_rate(on, o) for o in contestants]
    optimizers = [with_rate(o, rate * times) for o, rate in zip(contestants, chosen, strict=True)]
    paths = landscape.walk(on, start, optimizers, n_steps=n_steps, random_state=noise)
    names = list(settings.contestants)
    landscape_picture(
        landscape.heights(on),
        on.x_range,
        on.y_range,
        names,
        [(path.points, path.heights, path.is_lost) for path in paths],
        label=f"{on.title} from above, with the paths of {', '.join(names)}",
        key=_KEY,
        minima=on.minima,
        on_start=lambda: _moved(on),
    )
    st.markdown(f"${on.formula}$ · {on.lesson}")
    _table(on, names, [o.learning_rate for o in optimizers], paths)


def _has_own_rates() -> bool:
    """Whether somebody has set a contestant's learning rate, by hand or in a link."""
    return any(f"lr{i}" in address() for i in range(1, MOST + 1))


def _linked_times(complaints: DeltaGenerator) -> float | None:
    """By what links of earlier versions multiply the contestants' own rates, which were the only ones."""
    asked = address().get("times")
    if asked is None:
        return None
    by_text = {f"{t:g}": t for t in TIMES}
    if asked not in by_text:
        allowed = ", ".join(by_text)
        complaints.warning(f"Rates times in the link is {quoted(asked[:40])}; allowed is one of {allowed}. It is 1.")
    return by_text.get(asked)


@st.cache_resource(show_spinner="Loading torch.")
def _load_torch() -> bool:
    """Torch's optimizers load much of it at their first step: once for the whole app, and said."""
    on = landscape.surface("bowl")
    landscape.walk(on, on.start, [AdamSpec()], n_steps=1)
    return True


def _start(on: Surface) -> tuple[float, float]:
    """Two fields that a click in the picture sets as well."""
    places = []
    with st.container(horizontal=True):
        for axis, (low, high), first in (("x", on.x_range, on.start[0]), ("y", on.y_range, on.start[1])):
            key = f"start_{on.key}_{axis}"
            places.append(
                st.number_input(
                    f"Start {axis}", float(low), float(high), float(first), 0.1, format="%.2f", key=key, width=150
                )
            )
    return places[0], places[1]


def _moved(on: Surface) -> None:
    """A click in the picture."""
    at = st.session_state[_KEY].start
    if not at:
        return
    for axis, (low, high), value in (("x", on.x_range, at[0]), ("y", on.y_range, at[1])):
        st.session_state[f"start_{on.key}_{axis}"] = min(max(round(float(value), 2), float(low)), float(high))


def _table(on: Surface, names: list[str], rates: list[float], paths: list[Path]) -> None:
    small_table(
        pd.DataFrame(
            {
                "contestant": name,
                "learning rate": decimal(rate),
                "steps": f"{len(path.points) - 1}{', then lost' if path.is_lost else ''}",
                "ends at": f"({path.points[-1, 0]:.4g}, {path.points[-1, 1]:.4g})",
                "f there": f"{path.heights[-1]:.4g}",
                "lowest f": f"{path.heights.min():.4g}",
                "from the nearest minimum": f"{landscape.distance_to_minimum(on, path.points[-1]):.4g}",
            }
            for name, rate, path in zip(names, rates, paths, strict=True)
        ),
        label="Where each path has ended",
    )
    with st.expander("The paths in numbers"):
        chosen = st.selectbox("Path of", names, key="path_of", width=240)
        path = paths[names.index(chosen)]
        st.dataframe(
            pd.DataFrame({"x": path.points[:, 0], "y": path.points[:, 1], "f": path.heights}).rename_axis("step"),
            height=300,
        )
        st.caption(f"{plain(chosen)}: torch's own optimizer took these steps, in 64 bits.")
