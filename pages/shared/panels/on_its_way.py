"""A picture on its way through a network, computed beside the page: torch may have to be loaded, pictures drawn."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import streamlit as st

from core.lab.errors import ChalknetError
from core.runs import Run
from core.specs import RunSpec
from pages.shared.controls.widgets import index_field
from pages.shared.panels.gone import why_gone
from pages.shared.words.language import say
from pages.shared.words.markdown import plain, sentence_of

if TYPE_CHECKING:  # its module needs torch
    from core.inside.look_through import Look

_LOOK_SECONDS = 0.5


def on_its_way(spec: RunSpec, run: Run | None, draw: Callable[["Look | None"], object]) -> None:
    """Choose a test picture, and draw the network with what it makes of it; without it until that is known.

    Parameters
    ----------
    spec : RunSpec
        What the settings ask for: of its network before training, where the run has another one.
    run : Run or None
        The one that is shown; its weights are looked through if its network is the same and it has ended.
    draw : callable
        Gets what was seen, or None.
    """
    above = st.container()  # the picture first; its number decides what is drawn
    with st.container(width=240):
        index = index_field(say("Test picture number"), "picture", n=spec.data.n_test)
    shown, run_id = spec, None
    if run is not None and _is_same(run.spec, spec) and (run.folder / "model.pt").exists():
        shown, run_id = run.spec, run.id
    # Of a run before its first step only these three decide
    asked = RunSpec(data=shown.data, model=shown.model, random_state=shown.random_state)
    looking = _looking(asked, index, run_id)
    was_done = looking.done()

    def both() -> None:
        if looking.done() and not was_done:
            st.rerun()
        try:
            look = looking.result() if looking.done() else None
        except ChalknetError as error:
            draw(None)
            _looking.clear(asked, index, run_id)  # the next drawing tries again
            st.warning(sentence_of(error))
            return
        draw(look)
        waits = say("Sending a picture through the network.")
        st.caption(waits if look is None else _told(look, shown.random_state))

    with above:
        st.fragment(both, run_every=None if was_done else _LOOK_SECONDS)()


def _is_same(one: RunSpec, other: RunSpec) -> bool:
    """Whether both have the same layers; of pictures that are gone nothing can be sent."""
    return one.model == other.model and one.data.dataset == other.data.dataset and not why_gone(one.data)


def _told(look: "Look", random_state: int) -> str:
    of_class = plain(look.class_name)
    if look.is_trained:
        return say(
            "Inside the layers: what they answer to this picture of class {of_class}, after training, in the run that "
            "is shown. Orange is above zero, blue below, each layer on its own scale.",
            of_class=of_class,
        )
    return say(
        "Inside the layers: what they answer to this picture of class {of_class}, **before training**: the initial "
        "weights of seed {seed}. Orange is above zero, blue below, each layer on its own scale.",
        of_class=of_class,
        seed=random_state,
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _looking(spec: RunSpec, index: int, run_id: str | None) -> "Future[Look]":
    def look() -> "Look":
        from core.inside.look_through import look_through

        return look_through(spec, index, run_id)

    with_one_thread = ThreadPoolExecutor(1, thread_name_prefix="look")
    looking = with_one_thread.submit(look)
    with_one_thread.shutdown(wait=False)
    return looking
