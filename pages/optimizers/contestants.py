"""Who races, as widgets: each contestant's optimizer, its learning rate, and what else its record can be set to."""

from typing import Any

import streamlit as st

from core.lab.words import decimal
from core.optimizers import race
from core.specs.optimizers import CONTESTANTS, RECORDS, AnyOptimizerSpec, Coefficient
from pages.shared.controls.setting import Setting, one_of
from pages.shared.controls.settings import put, settle, value_of
from pages.shared.controls.training import LEARNING_RATES
from pages.shared.controls.widgets import choice_slider, is_fixed, number_slider
from pages.shared.frame.tabs import go_to
from pages.shared.words.glossary import GLOSSARY, definition

RATES = [float(f"{rate:.0e}") for rate in LEARNING_RATES]
TITLES = tuple(CONTESTANTS)
# The first three are the handout's: its SGD, and what it says to put in its place
LINE_UP = (*(optimizer.title for optimizer in race.HANDOUT), "SGD", "Nesterov", "Adagrad")
RATE = 0.01  # the handout's, for all of them


def contestants_slider() -> int:
    """How many there are."""
    return number_slider("Contestants", "n_contestants", low=race.FEWEST, high=race.MOST, step=1, default=3)


def contestants_controls(n: int) -> list[AnyOptimizerSpec]:
    """The settings of each, and two buttons that set all of them."""
    optimizers = [_contestant(i) for i in range(1, n + 1)]
    st.button(
        "Handout's race", icon=":material/undo:", on_click=_handouts_race, key="handout_race", width="stretch",
        help="Question 1's SGD, and Adam and RMSprop in its place with the same learning rate, 0.01.",
    )  # fmt: skip
    st.button(
        "Usual rates", icon=":material/tune:", on_click=_usual_rates, key="usual_rates", width="stretch",
        help="Each contestant with the learning rate that it is most often used with.",
    )  # fmt: skip
    return optimizers


def put_rates(rates: dict[str, float]) -> None:
    """A callback: give the contestants these learning rates, by their titles, and open the race."""
    titles = {i: value_of(_title(i)) for i in range(1, race.MOST + 1)}
    put({f"lr{i}": rates[title] for i, title in titles.items() if title in rates})
    go_to("Race")


def _contestant(i: int) -> AnyOptimizerSpec:
    """One contestant, folded away below what it is.

    In no popover: the widgets of a closed one are not in the browser, which goes on sending what they were last, and so
    undoes what a button has set there.
    """
    # Settled before the expander, which hides what is said in it until it is opened
    settle(title_setting := _title(i))
    settle(rate_setting := _rate(i))
    title, rate = value_of(title_setting), value_of(rate_setting)
    with st.expander(f"{i}. {title}, {decimal(rate)}", key=f"contestant{i}"):
        title = st.selectbox(
            title_setting.label, TITLES, TITLES.index(title), key=title_setting.name,
            disabled=is_fixed(title_setting.name),
        )  # fmt: skip
        rate = st.select_slider(
            rate_setting.label, RATES, rate, format_func=decimal, key=rate_setting.name,
            help=definition("learning rate"), disabled=is_fixed(rate_setting.name),
        )  # fmt: skip
        record, variant = CONTESTANTS[title]
        settings: dict[str, object] = {"learning_rate": rate, **variant.fixed}
        for name, coefficient in record.coefficients().items():
            if coefficient.key and name not in settings:
                settings[name] = _coefficient(i, coefficient, record.model_fields[name].default)
        if record.note:
            st.caption(record.note)
        return record(**settings)


def _coefficient(i: int, coefficient: Coefficient, default: Any) -> Any:
    """A slider of its marks, or of hundredths."""
    word, key = coefficient.word, f"{coefficient.key}{i}"
    explained = coefficient.help or (definition(word) if word in GLOSSARY else None)
    label = f"{word[0].upper()}{word[1:]}{', contestant' if word[-1].isdigit() else ''} {i}"
    if not coefficient.marks:
        low, high = coefficient.low, coefficient.high
        return number_slider(label, key, low=low, high=high, step=0.01, default=default, help=explained)
    return choice_slider(
        label, key, options=coefficient.marks, default=default, format_option=decimal, help=explained
    )


def _title(i: int) -> Setting[str]:
    return one_of(f"Optimizer {i}", f"o{i}", TITLES, LINE_UP[i - 1])


def _rate(i: int) -> Setting[float]:
    return one_of(f"Learning rate {i}", f"lr{i}", RATES, RATE, decimal)


def _handouts_race() -> None:
    values: dict[str, object] = {"n_contestants": len(race.HANDOUT)}
    usual = {c.key: r.model_fields[name].default for r in RECORDS for name, c in r.coefficients().items() if c.key}
    for i, optimizer in enumerate(race.HANDOUT, 1):
        values |= {f"o{i}": optimizer.title, f"lr{i}": RATE}
        values |= {f"{key}{i}": value for key, value in usual.items()}
    put(values)


def _usual_rates() -> None:
    drawn = range(1, int(st.session_state["n_contestants"]) + 1)
    put({f"lr{i}": CONTESTANTS[value_of(_title(i))][0].usual_rate for i in drawn})
