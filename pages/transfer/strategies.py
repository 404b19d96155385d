"""The strategies of Question 5 side by side, and how far each has moved each layer."""

import numpy as np
import streamlit as st

from core.lab.errors import ChalknetError
from core.lab.words import count
from core.runs.experiments import Snapshot
from core.runs.outcome import entrants_of, outcome_of
from core.specs import TransferSpec
from core.transfer import charts as transfer_charts
from core.transfer import strategies
from core.transfer.strategies import Members
from pages.shared.frame.frame import Lab
from pages.shared.panels.experiment_panel import experiment_panel
from pages.shared.pictures.strips import picture_strip
from pages.shared.words.markdown import plain, sentence_of
from pages.transfer.bets import OrderBetting
from pages.transfer.controls import TransferSettings
from pages.transfer.experiment import accuracies, check, hint, let_go, takes
from pages.transfer.networks import PAGE, motion, pictures_for, with_networks
from pages.transfer.path import LABELS, PICTURE, step

_EACH = 6  # pictures of a class that are shown


def strategies_view(lab: Lab, settings: TransferSettings) -> None:
    """All strategies in one picture, and how far each has moved each layer."""
    made = strategies.members(settings.base, settings.dial)

    def make() -> tuple[Members, dict]:
        check(settings, settings.base)
        return made, {"weights": settings.weights.title if settings.weights else ""}

    shown = experiment_panel(
        lab,
        page=PAGE,
        kind=strategies.KIND,
        make=make,
        prepare=lambda: let_go(lab, strategies.KIND),
        expectation=takes(lab, made),
        start="Compare",
        hint=hint(
            settings,
            "Press **Compare**: the same few pictures, the same seed and the same new head, trained in each way.",
        ),
        series=strategies.curves,
        below=accuracies,
        picture={"against": "epochs"},
        betting=OrderBetting([strategies.name_of(labels) for labels, _ in made]),
        outcome=lambda now: outcome_of(entrants_of(now, lambda member: strategies.name_of(member.labels))),
    )
    if shown is not None:
        _told(shown)
        if len(shown.finished) > 1:
            st.caption("One draw of the pictures, too: **How few labels?** repeats the strategies with others.")
        if shown.progress.is_over:
            with st.container(horizontal=True):
                step("Try a picture of yours", PICTURE, "to_picture")
                step("With fewer and more labels", LABELS, "to_labels")
            _moved(shown)
    with st.expander("The pictures that the network gets", icon=":material/photo_library:"):
        _pictures(settings)


def _told(now: Snapshot) -> None:
    """What the experiment was about, in one line; the controls may have moved on."""
    specs = [member.spec for member in now.members if isinstance(member.spec, TransferSpec)]
    spec = next((one for one in specs if one.weights.source != "random"), None)
    if spec is not None:
        title = now.experiment.settings.get("weights", "")
        st.caption(
            f"{plain(spec.weights.told())}: {plain(title)} · {plain(spec.data.told())} · {spec.side} pixels · "
            f"{count(spec.n_epochs, 'epoch')} · batches of {spec.batch_size} · seed {spec.random_state}"
            + (f" · {spec.n_views} views kept of a picture where all but the head is frozen"
               if spec.augmentation.is_on else "")
        )  # fmt: skip


def _moved(now: Snapshot) -> None:
    """A bar a layer."""
    found = with_networks(now)
    if not found:
        st.caption("The networks of this experiment were let go when the next one began; its curves are kept.")
        return
    st.header("How far each layer has moved", anchor=False)
    try:
        motions = {name: motion(member.run.id) for name, member in found.items()}
    except (ChalknetError, OSError) as error:
        st.warning(sentence_of(error))
        return
    for chart in transfer_charts.motion_bars(motions):
        st.altair_chart(chart)
    st.caption(
        "The length of the change of a layer's weights, as a share of the weights that it began with; layers in the "
        "order in which a picture goes through them, on a square-root axis. The new head is left out."
    )


def _pictures(settings: TransferSettings) -> None:
    """Some of each class, and what augmentation makes of one."""
    try:
        images = pictures_for(settings.base.data, settings.base.side)
    except ChalknetError as error:
        st.warning(sentence_of(error))
        return
    rows = [np.flatnonzero(images.train_labels == k)[:_EACH] for k in range(len(images.class_names))]
    index = np.concatenate([row[:3] if len(rows) > 6 else row for row in rows])
    picture_strip(images.train_images[index], [images.class_names[images.train_labels[i]] for i in index], size=64)
    if settings.base.augmentation.is_on:
        st.markdown("**Augmentation**: the first picture as eight epochs may see it.")
        views = _views(images.train_images[:1], settings.base.side, settings.base.augmentation.model_dump_json())
        picture_strip(views, [""] * len(views), size=96)


@st.cache_data(max_entries=16, show_spinner=False)
def _views(picture: np.ndarray, side: int, augmentation: str) -> np.ndarray:
    """Eight random views of a picture, of bytes."""
    import torch

    from core.specs.transfer import AugmentationSpec
    from core.training.augmentation import augment

    spec = AugmentationSpec.model_validate_json(augmentation)
    whole = torch.from_numpy(picture.copy()).permute(0, 3, 1, 2).float().repeat(8, 1, 1, 1)
    views = augment(whole, side, spec, torch.Generator().manual_seed(0))
    return views.round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
