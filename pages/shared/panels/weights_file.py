"""A file of weights that a person brings: chosen, read, and what was taken off it."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.lab.errors import ChalknetError
from pages.shared.frame.engine import limits
from pages.shared.words.markdown import plain, sentence_of

if TYPE_CHECKING:  # a page opens without torch
    from core.inside.weights import WeightsFile

# "tar" is for model_best.pth.tar, as PyTorch's own example calls its file
TYPES = ("pt", "pth", "tar", "ckpt", "pkl", "th", "bin", "safetensors")
MAX_MB = 250  # as core.inside.weights.MAX_BYTES


@dataclass(frozen=True)
class Brought:
    """A file that could be read, and its name, which is anything."""

    name: str
    file: "WeightsFile"


def weights_file(key: str) -> Brought | None:
    """The uploader; None while there is no file, or after a sentence why it can't be read."""
    upload = st.file_uploader("File of weights", type=TYPES, key=key, max_upload_size=min(MAX_MB, limits().upload_mb))
    if upload is None:
        return None
    data = upload.getvalue()
    try:
        limits().check_upload(upload.size)
        file = _read(hashlib.sha256(data).hexdigest(), data)
    except ChalknetError as error:
        st.error(sentence_of(error))
        return None
    if file.unwrapped:
        st.markdown(f":material/layers_clear: {plain(file.unwrapped)}")
    return Brought(upload.name, file)


# By content: the same file is the same weights for everybody
@st.cache_resource(max_entries=3, show_spinner="Reading the file.")
def _read(digest: str, _data: bytes) -> Any:
    from core.inside.weights import read_weights

    return read_weights(_data)
