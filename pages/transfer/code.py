"""The receipt of each strategy: a script in the style of the tutorial that the handout follows."""

import streamlit as st

from core import receipts
from core.lab.errors import ChalknetError
from core.transfer import pretrained, strategies
from core.transfer import receipt as transfer_receipt
from pages.shared.controls.widgets import choice
from pages.shared.panels.code import pictures_button
from pages.shared.words.markdown import sentence_of
from pages.transfer.controls import TransferSettings


def transfer_code_view(settings: TransferSettings) -> None:
    """Choose a strategy, read and take its script."""
    made = strategies.all_strategies(settings.base, settings.dial)
    name = choice("Strategy", "code_strategy", options=tuple(made), default=next(iter(made)))
    spec = made[name]
    st.write("These settings as a complete script: it needs nothing of Chalknet.")
    script = receipts.script(spec)
    with st.container(horizontal=True):
        st.download_button("Script (.py)", script, "transfer.py", "text/x-python", icon=":material/download:")
        st.download_button(
            "Notebook (.ipynb)", lambda: receipts.notebook(spec), "transfer.ipynb",
            "application/x-ipynb+json", icon=":material/download:",
        )  # fmt: skip
        if transfer_receipt.needs_weights_file(spec):
            st.download_button(
                "Weights (.pt)", lambda: _weights(spec.weights.sha256), transfer_receipt.WEIGHTS_FILE,
                "application/octet-stream", icon=":material/download:", help="Put the file beside the script.",
            )  # fmt: skip
        pictures_button(spec.data, side=spec.side)
    st.code(script, language="python", line_numbers=True, wrap_lines=True)


def _weights(sha256: str) -> bytes:
    """The kept weights as ``torch.save`` writes them."""
    import io

    import torch

    buffer = io.BytesIO()
    try:
        torch.save(pretrained.load(sha256), buffer)
    except ChalknetError as error:
        st.error(sentence_of(error))
    return buffer.getvalue()
