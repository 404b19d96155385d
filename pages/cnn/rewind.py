"""Back and forth through the epochs of a run, and on from any of them with another learning rate."""

import streamlit as st

from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.lab.rates import Rate
from core.runs import Run, kept_epochs
from core.training import evaluation
from pages.cnn.branches import GONE_ON, branches, go_on
from pages.cnn.confusion_table import confusion_table
from pages.cnn.networks import layer_choice, opened
from pages.shared.frame.frame import Lab
from pages.shared.panels.chosen_picture import choose_picture, probability_bars
from pages.shared.panels.elsewhere import trained_elsewhere
from pages.shared.panels.gone import NEEDS_PICTURES, pictures_or_none
from pages.shared.panels.rate_metric import rate_metric
from pages.shared.panels.results import pictures_of
from pages.shared.pictures.maps_sheet import maps_sheet
from pages.shared.pictures.strips import picture_mosaic
from pages.shared.words.markdown import sentence_of
from pages.shared.words.sealed import as_judged


def rewind_view(lab: Lab, run: Run | None, page: str) -> None:
    """The slider with all that it moves, and below it the branches."""
    if run is None or run.spec.model.kind != "cnn":
        st.info("There is nothing to rewind yet: train a network on **Learn**.")
        return
    epochs = kept_epochs.kept(run.folder)
    if not epochs:
        if run.restored_from:
            trained_elsewhere(run, "It has no epochs here to go back to.")
        else:
            st.info("This run has no epochs to go back to. Its first epoch is not over yet.")
        return
    try:
        images = pictures_or_none(run, pictures_of)
    except ChalknetError as error:
        st.warning(f"The pictures of this run can't be shown. {sentence_of(error)}")
        return
    _moving(lab, run, page, epochs, images)
    branches(lab, run, page)


@st.fragment
def _moving(lab: Lab, run: Run, page: str, epochs: list[int], images: ImageSet) -> None:
    if st.session_state.pop(GONE_ON, False):
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
        st.warning(sentence_of(error))
        return
    predicted = network.predicted
    assert predicted is not None, "an epoch has them"
    from core.inside import inspection

    st.html(_STYLE)
    with st.container(key="rewound"):
        picture, confusion, maps = st.columns([1, 1.5, 1.4], gap="medium")
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
        names = images.class_names
        if len(images.test_labels):
            right = Rate(int((predicted == images.test_labels).sum()), len(images.test_labels))
        else:
            told = next(event["test_accuracy"] for event in run.history().epochs if event["epoch"] == epoch)
            right = Rate.of(told, len(predicted))
        rate_metric(as_judged(f"Test accuracy after epoch {epoch}"), right)
        if len(images.test_labels):
            confusion_table(evaluation.confusion_matrix(predicted, images.test_labels, len(names)), names)
    if images.has_pictures:
        go_on(lab, run, page, epoch)
    else:
        st.info(f"Going on from here: {NEEDS_PICTURES[0].lower()}{NEEDS_PICTURES[1:]}")


# Picture and matrix side by side in any width that has room for them; the maps go below where it has none for three
_STYLE = """<style>
@media (min-width: 641px) {
  .st-key-rewound > * > [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
  .st-key-rewound > * > [data-testid="stHorizontalBlock"] > :nth-child(1) { flex: 1 1 200px; }
  .st-key-rewound > * > [data-testid="stHorizontalBlock"] > :nth-child(2) { flex: 1.5 1 335px; }
  .st-key-rewound > * > [data-testid="stHorizontalBlock"] > :nth-child(3) { flex: 1.4 1 240px; }
}
</style>"""
