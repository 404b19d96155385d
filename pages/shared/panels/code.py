"""The receipt: a run as a script that needs nothing of Chalknet."""

import streamlit as st

from core import receipts
from core.datasets.image_set import SIDE
from core.receipts.training_script import DATA_FILE, data_file, needs_data_file
from core.runs import Run
from core.specs import DataSpec, RunSpec
from pages.shared.panels.elsewhere import trained_elsewhere
from pages.shared.panels.gone import why_gone


def code_view(run: Run | None, spec: RunSpec) -> None:
    """Show and hand out the script of the run that is shown, or of the present settings before there is one."""
    if run is None:
        st.write("The present settings as a complete script. After a run, it is the script of that run.")
        n_steps = None
    elif run.restored_from:
        trained_elsewhere(
            run,
            "How, nobody here knows: there is no script that gives its losses. Press **Train** on **Learn**, and the "
            "script of that run stands here.",
        )
        return
    else:
        st.write("This run as a complete script: it needs nothing of Chalknet and gives the same losses.")
        spec, n_steps = run.spec, receipts.ended_early(run)
    script = receipts.script(spec, n_steps=n_steps)
    with st.container(horizontal=True):
        st.download_button("Script (.py)", script, "chalknet_run.py", "text/x-python", icon=":material/download:")
        st.download_button(
            "Notebook (.ipynb)",
            lambda: receipts.notebook(spec, n_steps=n_steps),
            "chalknet_run.ipynb",
            "application/x-ipynb+json",
            icon=":material/download:",
        )
        pictures_button(spec.data)
    st.code(script, language="python", line_numbers=True, wrap_lines=True)


def pictures_button(data: DataSpec, *, side: int = SIDE) -> None:
    """Beside a script: the pictures that no package brings, as a file; nothing where the script needs none.

    ``side`` is what its network sees.
    """
    if needs_data_file(data) and why_gone(data):
        st.caption("The file of its pictures can't be made any more.", width="content")
    elif needs_data_file(data):
        st.download_button(
            "Pictures (.npz)",
            lambda: data_file(data, side=side),
            DATA_FILE,
            "application/octet-stream",
            icon=":material/download:",
            help="These pictures are only in this lab: put the file beside the script.",
        )
