"""One network judged in eval() and in train() mode: the reason for the handout's ``model.eval()``."""

from typing import Any

import numpy as np
import streamlit as st

from core.lab.rates import Rate
from core.runs import Run
from core.specs import CNNSpec
from pages.cnn.networks import opened_with_pictures
from pages.shared.controls.widgets import choice_slider
from pages.shared.panels.gone import NEEDS_PICTURES

SIZES = (1, 2, 4, 8, 16, 32, 100, 200, 500, 1000)


def train_or_eval_view(run: Run | None) -> None:
    """Both accuracies side by side, and what differs."""
    found = opened_with_pictures(run, "judge")
    if run is None or found is None:
        return
    network, images = found
    if not images.has_pictures:
        st.info(NEEDS_PICTURES)
        return
    model = run.spec.model
    assert isinstance(model, CNNSpec), "only such a network was opened"
    batch_size = choice_slider(
        "Pictures in a test batch", "test_batch", options=SIZES, default=1000, help="As in the handout's test_loader."
    )
    again = st.session_state.setdefault("modes_again", 0)
    pictures, labels = images.test_images, images.test_labels
    judged = _judge(run.id, network.epoch, batch_size, again, network.model, pictures, labels)
    left, right, gap = st.columns(3)
    n = len(labels)
    left.metric("model.eval()", Rate.of(judged["eval"], n).told())
    difference = f"{100 * (judged['train'] - judged['eval']):+.1f} percentage points"
    right.metric("model.train()", Rate.of(judged["train"], n).told(), difference)
    gap.metric("Pictures with another predicted class", f"{judged['changed']:,} of {n:,}")
    st.button("Judge again", icon=":material/casino:", key="judge_again", on_click=_again,
              help="In train() mode dropout draws anew each time.")  # fmt: skip
    norm = (
        "- **BatchNorm2d** in `train()` mode uses the mean and standard deviation of the test batch itself: a "
        "picture's answer depends on its neighbours. Try batches of 2. It also **learns** from the test pictures: this "
        f"one pass moved its running means by {judged['moved']:.1%}. (A copy was judged; the run's is as it was.)"
        if model.batch_norm
        else "- This network has no batch norm."
    )
    drop = (
        f"- **Dropout** in `train()` mode silences {model.dropout:.0%} of its inputs at random: the same picture can "
        "get two predicted classes. In `eval()` mode it does nothing."
        if model.dropout
        else "- Dropout is 0 in this network: nothing is silenced."
    )
    st.markdown(f"{norm}\n{drop}\n- {in_eval(model)} `torch.no_grad()` changes no answer: it saves memory and time.")


def in_eval(model: CNNSpec) -> str:
    """What ``model.eval()`` does to this network, as Markdown."""
    parts = ["switches dropout off"] if model.dropout else []
    if model.batch_norm:
        parts.append("lets batch norm go by the running mean and variance that training has left")
    return f"`model.eval()` {' and '.join(parts)}." if parts else "`model.eval()` changes nothing in this network."


def _again() -> None:
    st.session_state["modes_again"] += 1


@st.cache_data(max_entries=40, show_spinner="Judging the test pictures in both modes.")
def _judge(
    run_id: str, epoch: int | None, batch_size: int, again: int, _model: Any, _pictures: np.ndarray, _labels: np.ndarray
) -> dict[str, Any]:
    from core.inside.inspection import in_both_modes

    return in_both_modes(_model, _pictures, _labels, batch_size=batch_size, random_state=again)
