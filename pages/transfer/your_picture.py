"""Question 5: a new picture, from the test set, a file or the camera, and the training pictures that it resembles."""

import numpy as np
import streamlit as st

from core.lab.errors import ChalknetError
from core.runs import Run, snapshots
from core.transfer import embedding
from pages.shared.frame.frame import Lab
from pages.shared.panels.chosen_picture import choose_picture, probability_bars
from pages.shared.panels.gone import NEEDS_PICTURES
from pages.shared.panels.headline import headline
from pages.shared.pictures.strips import picture_strip
from pages.shared.words.markdown import sentence_of
from pages.shared.words.sealed import as_judged
from pages.transfer.networks import network, network_choice, pictures_for, pictures_left, spec_of

MOST_TRAINING = 1_000  # pictures among which neighbours are sought


def your_picture_view(lab: Lab) -> None:
    """The picture on the left; what the network says, and why it may, on the right."""
    run = network_choice("picture_network")
    if run is None:
        return
    try:
        _draw(run)
    except (ChalknetError, OSError) as error:
        st.warning(sentence_of(error))


def _draw(run: Run) -> None:
    from core.inside.said import said_of_picture
    from core.transfer.inside import features_of, probabilities_of

    model, side = network(run.id), spec_of(run).side
    images = pictures_left(run)
    left, right = st.columns([1, 1.9], gap="medium")  # three sources side by side
    with left:
        chosen = choose_picture(images, camera=True)
    if chosen is None:
        return
    features = features_of(model, chosen.pixels[None], side)
    with right:
        probabilities = probabilities_of(model, features)[0]
        headline(said_of_picture(probabilities, images.class_names, chosen.label))
        probability_bars(probabilities, images.class_names, chosen.label)
        st.caption(f"The network's own outputs for this one picture. {_record(run)}")
        if not images.has_pictures:
            st.info(f"The training pictures that it resembles: {NEEDS_PICTURES[0].lower()}{NEEDS_PICTURES[1:]}")
            return
        known = _training_features(run.id, side)
        index, cosines = embedding.nearest(known, features[0], 8)
        st.header("The training pictures that it resembles most", anchor=False)
        told = [
            f"{images.class_names[images.train_labels[i]]}\n{c:.2f}" for i, c in zip(index, cosines, strict=True)
        ]
        picture_strip(images.train_images[index], told)
        n = len(images.train_images)
        among = f" Sought among the first {MOST_TRAINING:,} of {n:,}." if n > MOST_TRAINING else ""
        st.caption(f"By the direction of their 512 features: 1 is the same direction (cosine).{among}")


def _record(run: Run) -> str:
    """How it did on the test pictures: what one picture can't tell."""
    rate = snapshots.read(run).rate
    return "" if rate is None else as_judged(f"Of the test pictures it classifies {rate.in_full()} correctly.")


@st.cache_resource(max_entries=4, show_spinner="Looking at the training pictures.")
def _training_features(run_id: str, side: int) -> np.ndarray:
    from core.runs import open_run
    from core.transfer.inside import features_of

    images = pictures_for(open_run(run_id).spec.data, side)
    return features_of(network(run_id), images.train_images[:MOST_TRAINING], side)
