"""Back and forth through the epochs of a run, and on from any of them with another learning rate."""

import html

import numpy as np
import pandas as pd
import streamlit as st

from core import runs
from core.charts.curves import overlay
from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.lab.words import decimal
from core.runs import Run, kept_epochs
from core.runs.branches import family, make_branch
from core.training import evaluation
from pages.cnn.networks import layer_choice, opened
from pages.shared.controls.training import LEARNING_RATES
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import run_of
from pages.shared.frame.tabs import go_to
from pages.shared.panels.chosen_picture import choose_picture, probability_bars
from pages.shared.panels.results import pictures_of
from pages.shared.pictures.maps_sheet import maps_sheet
from pages.shared.pictures.strips import picture_mosaic

_GONE_ON = "went_on"  # set where a branch was started: the whole page has to be drawn again


def rewind_view(lab: Lab, run: Run | None, page: str) -> None:
    """The slider with all that it moves, and below it the branches."""
    if run is None or run.spec.model.kind != "cnn":
        st.info("There is nothing to rewind yet: train a network on **Learn**.")
        return
    epochs = kept_epochs.kept(run.folder)
    if not epochs:
        came = "Its weights came from a file." if run.meta.get("restored") else "Its first epoch is not over yet."
        st.info(f"This run has no epochs to go back to. {came}")
        return
    try:
        images = pictures_of(run.spec.data)
    except ChalknetError as error:
        st.warning(f"The pictures of this run can't be shown. {error}")
        return
    _moving(lab, run, page, epochs, images)
    _branches(lab, run, page)


@st.fragment
def _moving(lab: Lab, run: Run, page: str, epochs: list[int], images: ImageSet) -> None:
    if st.session_state.pop(_GONE_ON, False):
        st.rerun()
    key = f"rewind_{run.id}"
    if len(epochs) > 1:
        if st.session_state.get(key, epochs[-1]) not in epochs:  # thinned out meanwhile
            st.session_state[key] = epochs[-1]
        epoch = st.select_slider("Epoch", epochs, epochs[-1], key=key)
    else:
        epoch = epochs[0]
        st.write(f"Epoch {epoch}, the only one so far.")
    try:
        network = opened(run, epoch)
    except ChalknetError as error:
        st.warning(str(error))
        return
    guesses = network.guesses
    assert guesses is not None, "an epoch has them"
    from core.inside import inspection

    picture, maps, confusion = st.columns([1, 1.45, 1.45], gap="medium")
    with picture:
        chosen = choose_picture(images)
        if chosen is not None:
            probabilities = inspection.probabilities(network.model, chosen.pixels[None])[0]
            probability_bars(probabilities, images.class_names, chosen.label)
    with maps:
        layer = layer_choice(network, "collapsed")
        if chosen is not None:
            answer = inspection.feature_maps(network.model, chosen.pixels)[layer]
            maps_sheet(answer, label=f"Feature maps of {layer}", key="maps_rewind", tall=306)
        st.caption("The filters of `conv_layer.0`")
        filters = inspection.first_filters(network.model)
        picture_mosaic(filters, columns=16, size=21, alt=f"{len(filters)} filters of the first convolution")
    with confusion:
        right = float((guesses == images.test_labels).mean())
        st.metric(f"Test accuracy after epoch {epoch}", f"{right:.1%}")
        names = images.class_names
        _confusion(evaluation.confusion_matrix(guesses, images.test_labels, len(names)), names)
    _go_on(lab, run, page, epoch)


def _confusion(matrix: np.ndarray, names: tuple[str, ...]) -> None:
    """The matrix as a small table: quicker to draw again and again than a chart. Names are shown as they are."""
    totals = np.maximum(1, matrix.sum(axis=1))
    rows = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>'
        + "".join(
            f'<td style="--share:{100 * n / totals[true]:.0f}%">{n if n else ""}</td>' for n in matrix[true].tolist()
        )
        + "</tr>"
        for true, name in enumerate(names)
    )
    heads = "".join(f'<th scope="col"><span>{html.escape(name)}</span></th>' for name in names)
    st.html(
        "<style>.matrix{overflow:auto;max-height:24rem}.matrix table{border-collapse:collapse;font-size:.8rem}"
        ".matrix td{width:26px;min-width:26px;height:25px;text-align:center;border:1px solid "
        "color-mix(in srgb,currentColor 15%,transparent);"
        "background:color-mix(in srgb,#1f9e77 calc(var(--share) * 0.6),transparent)}.matrix thead td{border:0}"
        ".matrix th{font-weight:400;text-align:right;padding:0 6px 0 0;border:0;max-width:5rem;overflow:hidden;"
        "text-overflow:ellipsis;white-space:nowrap}.matrix thead th{height:56px;vertical-align:bottom;padding:0;"
        "max-width:26px;overflow:visible}.matrix thead span{display:block;width:26px;transform:rotate(-50deg);"
        "transform-origin:left bottom;text-align:left;margin-left:12px}</style>"
        '<div class="matrix" role="group" tabindex="0" aria-label="Confusion matrix: rows are true classes">'
        f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _go_on(lab: Lab, run: Run, page: str, epoch: int) -> None:
    """Settings and button of a branch."""
    with st.container(horizontal=True, vertical_alignment="bottom", border=True):
        tenth = float(f"{run.spec.optimizer_at(epoch - 1).learning_rate / 10:.3g}")
        rates = sorted({*(float(f"{rate:.0e}") for rate in LEARNING_RATES), tenth})
        rate = st.select_slider(
            "Another learning rate", rates, tenth, key=f"rate_{run.id}", format_func=decimal, width=280
        )
        more = int(st.number_input("Epochs more", 1, 50, 2, key=f"more_{run.id}", width=130))
        st.button(
            f"Go on from epoch {epoch}",
            type="primary",
            icon=":material/call_split:",
            key="go_on",
            on_click=_start_branch,
            args=(lab, run.id, page, epoch, rate, more),
        )


def _start_branch(lab: Lab, run_id: str, page: str, epoch: int, rate: float, more: int) -> None:
    try:
        branch = make_branch(runs.open_run(run_id), epoch, rate, more, owner=lab.person)
        lab.engine.submit(branch, lab.person)
    except ChalknetError as error:
        st.error(str(error))
        return
    run_of(page).show(branch)
    go_to("Learn")  # there it is watched as it goes
    st.session_state[_GONE_ON] = True


def _branches(lab: Lab, run: Run, page: str) -> None:
    """The family of this run in one picture: each branch begins where it left its parent."""
    members = family(run, runs.all_runs(page), lab.person)
    if len(members) < 2:
        return
    names = {member.id: _name(k, member) for k, member in enumerate(members)}
    curves = pd.concat([_curve(member, names[member.id]) for member in members])
    st.subheader("Branches", anchor=False)
    chart, choice = st.columns([3, 1], vertical_alignment="center")
    chart.altair_chart(overlay(curves, y="test_accuracy", title="test accuracy", percent=True))
    shown = choice.radio("Shown here", list(names), list(names).index(run.id), format_func=names.__getitem__,
                         key=f"branch_of_{run.id}")  # fmt: skip
    if shown != run.id:
        run_of(page).show(next(member for member in members if member.id == shown))
        st.rerun()


def _name(number: int, run: Run) -> str:
    rate = f"learning rate {decimal(run.spec.optimizer.learning_rate)}"
    begin = run.meta.get("parent_epoch")
    return f"first run, {rate}" if begin is None else f"branch {number} from epoch {begin}, {rate}"


def _curve(run: Run, label: str) -> pd.DataFrame:
    """A branch is drawn from the epoch on in which it left its parent."""
    begin = run.meta.get("parent_epoch", 0)
    history = run.history()
    told = [event for event in history.epochs if event["epoch"] >= begin]
    per_epoch = max(1, history.n_steps_per_epoch)
    return pd.DataFrame(
        {
            "run": label,
            "epoch": [event["step"] / per_epoch for event in told],
            "test_accuracy": [event["test_accuracy"] for event in told],
        }
    )
