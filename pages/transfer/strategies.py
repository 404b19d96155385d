"""Question 5's experiments: strategies side by side, few labels, and the batch-norm trap."""

import numpy as np
import streamlit as st

from core.lab.errors import ChalknetError
from core.lab.words import count, duration, percent
from core.runs.experiments import Snapshot
from core.specs import RunSpec
from core.transfer import charts as transfer_charts
from core.transfer import strategies
from core.transfer.pretrained import PretrainedError
from core.transfer.strategies import Members
from pages.shared.controls.widgets import choices, number_slider
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import experiment_of
from pages.shared.panels.experiment_panel import experiment_panel
from pages.shared.panels.results import pictures_of
from pages.shared.pictures.strips import picture_strip
from pages.shared.words.expected import runs_take
from pages.shared.words.markdown import plain
from pages.shared.words.transfer import picked, weights_name
from pages.transfer.controls import TransferSettings
from pages.transfer.networks import PAGE, motion, pictures_for, with_networks

_NEEDS_WEIGHTS = "First choose where the weights come from: the tab **Weights** trains, fetches or reads them."
_EACH = 6  # pictures of a class that are shown


def strategies_view(lab: Lab, settings: TransferSettings) -> None:
    """All strategies in one picture, and how far each has moved each layer."""
    made = strategies.members(settings.base, settings.dial)

    def make() -> tuple[Members, dict]:
        _check(settings, settings.base)
        return made, {"weights": settings.weights.title if settings.weights else ""}

    shown = experiment_panel(
        lab,
        page=PAGE,
        kind=strategies.KIND,
        make=make,
        prepare=lambda: _let_go(lab, strategies.KIND),
        expectation=_takes(lab, made),
        start="Compare",
        hint=_hint(
            settings,
            "Press **Compare**: the same few pictures, the same seed and the same new head, trained in each way.",
        ),
        series=strategies.curves,
        below=_accuracies,
        picture={"against": "epochs"},
    )
    if shown is not None:
        _told(shown)
        if shown.progress.is_over:
            _moved(shown)
    with st.expander("The pictures that the network gets", icon=":material/photo_library:"):
        _pictures(settings)


def labels_view(lab: Lab, settings: TransferSettings) -> None:
    """Accuracy against the number of labels."""
    left, right = st.columns([2, 1])
    with left:
        counts = choices("Labelled pictures a class", "counts", options=strategies.COUNTS, default=[5, 10, 20, 50])
    with right:
        n_repeats = number_slider("Repeats", "repeats", low=1, high=10, step=1, default=3)
    counts = sorted(counts) or [5, 10, 20, 50]
    made = strategies.label_members(settings.base, settings.dial, counts, n_repeats)

    def make() -> tuple[Members, dict]:
        most = settings.base.data.model_copy(update={"per_class": max(counts)})
        _check(settings, settings.base.model_copy(update={"data": most}))
        return made, {}

    experiment_panel(
        lab,
        page=PAGE,
        kind=strategies.LABELS_KIND,
        make=make,
        expectation=_takes(lab, made),
        start="Measure",
        hint=_hint(
            settings,
            "Press **Measure**: each strategy learns from few and from more labelled pictures, several times each.",
        ),
        below=_label_curves,
        with_curves=False,
    )


def trap_view(lab: Lab, settings: TransferSettings) -> None:
    """A frozen network that still moves."""
    st.markdown(
        "`requires_grad = False` freezes the weights, but not batch norm's **running statistics**: in `train()` mode "
        "they move with every batch. The tutorial that the handout follows leaves the frozen network in `train()`."
    )
    made = strategies.trap_members(settings.base)

    def make() -> tuple[Members, dict]:
        _check(settings, settings.base)
        return made, {}

    shown = experiment_panel(
        lab,
        page=PAGE,
        kind=strategies.TRAP_KIND,
        make=make,
        prepare=lambda: _let_go(lab, strategies.TRAP_KIND),
        expectation=_takes(lab, made),
        start="Spring the trap",
        hint=_hint(
            settings,
            "Press **Spring the trap**: the same frozen network twice, once in `eval()` and once left in `train()`.",
        ),
        series=strategies.curves,
        below=_accuracies,
    )
    if shown is not None and shown.progress.is_over:
        _drift(shown)


def _hint(settings: TransferSettings, then: str) -> str:
    """What stands there before the first press."""
    return _NEEDS_WEIGHTS if settings.weights is None else then


def _check(settings: TransferSettings, spec: RunSpec) -> None:
    """That there are weights, and of each class so many pictures, before anything is queued."""
    if settings.weights is None:
        raise PretrainedError(_NEEDS_WEIGHTS)
    pictures_of(spec.data)


def _let_go(lab: Lab, kind: str) -> None:
    """Of this person's experiment before, only what it did is kept: its networks would fill the disk."""
    before = experiment_of(PAGE, kind).shown()
    if before is None or not before.belongs_to(lab.person):
        return
    for member in with_networks(before.read()).values():
        if not member.run.meta.get("kept"):
            (member.run.folder / "model.pt").unlink(missing_ok=True)


def _takes(lab: Lab, made: Members) -> str:
    """How long it will take, before it is started."""
    return runs_take((spec for _, spec in made), lab.engine.info().n_workers)


def _accuracies(now: Snapshot) -> None:
    """Each one's accuracy and seconds as large numbers."""
    for member, column in zip(now.members, st.columns(max(1, len(now.members))), strict=False):
        epochs = member.history.epochs
        accuracy = percent(epochs[-1]["test_accuracy"] if epochs else None)
        seconds = duration(epochs[-1]["seconds"]) if epochs else "waiting"
        column.metric(strategies.name_of(member.labels), accuracy, seconds, delta_color="off", delta_arrow="off")


def _told(now: Snapshot) -> None:
    """What the experiment was about, in one line; the controls may have moved on."""
    spec = next((member.spec for member in now.members if member.spec.weights.source != "random"), None)
    if spec is not None:
        title = now.experiment.settings.get("weights", "")
        st.caption(
            f"{plain(weights_name(spec.weights))}: {plain(title)} · {plain(picked(spec.data))} · {spec.side} pixels · "
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
    st.subheader("How far each layer has moved", anchor=False)
    try:
        motions = {name: motion(member.run.id) for name, member in found.items()}
    except (ChalknetError, OSError) as error:
        st.warning(str(error))
        return
    st.altair_chart(transfer_charts.motion_bars(motions), width="content")
    st.caption(
        "The length of the change of a layer's weights, as a share of the weights that it began with; layers in the "
        "order in which a picture goes through them, on an axis that widens what is small. The new head is left out."
    )


def _drift(now: Snapshot) -> None:
    """What the trap did to the running statistics, and what it cost."""
    found = with_networks(now)
    accuracies = [member.accuracy for member in found.values() if member.accuracy is not None]
    if len(accuracies) < 2:
        return
    right, trapped = accuracies
    cost = 100 * (right - trapped)
    told = f"**The trap costs {cost:.1f} points of test accuracy.**"
    if cost <= 0:
        told = f"**The trap costs nothing here**: test accuracy is {-cost:.1f} points better with it."
    st.markdown(f"{told} No weight below the head has moved, but the statistics have:")
    try:
        motions = {name: motion(member.run.id) for name, member in found.items()}
    except (ChalknetError, OSError) as error:
        st.warning(str(error))
        return
    st.altair_chart(transfer_charts.motion_bars(motions, drift=True), width="content")
    st.caption("Change of each batch norm's running mean and variance, as a share of what they were.")


def _label_curves(now: Snapshot) -> None:
    points = strategies.label_points(now)
    if points.empty:
        st.caption("The curve begins with the first finished run.")
        return
    summary = strategies.label_summary(points)
    st.altair_chart(transfer_charts.label_curves(summary))
    one = points.groupby(["strategy", "per_class"]).size().max() < 2
    st.caption(
        "Each repeat draws other pictures, another head and another order. "
        + ("Bars need two repeats." if one else "Bars: 95 % intervals of the mean (Student's t).")
    )


def _pictures(settings: TransferSettings) -> None:
    """Some of each class, and what augmentation makes of one."""
    try:
        images = pictures_for(settings.base.data, settings.base.side)
    except ChalknetError as error:
        st.warning(str(error))
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
