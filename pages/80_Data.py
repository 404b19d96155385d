"""Data: what goes in, before anything is learnt from it."""

from collections.abc import Callable

import streamlit as st

from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from pages.data.bring import data_bring
from pages.data.classes import data_classes
from pages.data.duplicates import data_duplicates
from pages.data.knobs import data_knobs
from pages.data.pictures import about_pictures, load_pictures, mosaic, one_picture
from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import tabs
from pages.shared.words.markdown import sentence_of

lab = frame("data")


def of_pictures(view: Callable[[ImageSet], None]) -> Callable[[], None]:
    """A view of the chosen pictures, below a line that says what they are."""

    def both() -> None:
        try:
            images = load_pictures(lab.data)
        except ChalknetError as error:
            st.error(f"These pictures can't be shown. {sentence_of(error)}", icon=":material/broken_image:")
            st.markdown("The tab **Add** fetches a data set anew; the sidebar has the others.")
            return
        about_pictures(lab.data, images)
        view(images)

    return both


tabs(
    {
        "Pictures": of_pictures(mosaic),
        "One picture": of_pictures(one_picture),
        "Classes": of_pictures(data_classes),
        "Duplicates": of_pictures(lambda images: data_duplicates(lab, images)),
        "Easy or hard": data_knobs,
        "Add": lambda: data_bring(lab),
    }
)
