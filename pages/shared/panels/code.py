"""The receipt: a run as a script that needs nothing of Chalknet, to read and to take along with what it reads."""

import streamlit as st

from core import receipts
from core.lab.errors import ChalknetError
from core.receipts.sections import Attachment, Section, as_notebook, as_script, as_zip, files_of
from core.runs import Run
from core.specs import RunSpec
from pages.shared.panels.elsewhere import trained_elsewhere
from pages.shared.words.language import say, say_of_core
from pages.shared.words.markdown import plain


def code_view(run: Run | None, spec: RunSpec) -> None:
    """Show and hand out the script of the run that is shown, or of the present settings before there is one."""
    if run is None:
        st.write(say("The present settings as a complete script. After a run, it is the script of that run."))
        n_steps = None
    elif run.restored_from:
        trained_elsewhere(
            run,
            say(
                "How, nobody here knows: there is no script that gives its losses. Press **Train** on **Learn**, and "
                "the script of that run stands here."
            ),
        )
        return
    else:
        st.write(say("This run as a complete script: it needs nothing of Chalknet and gives the same losses."))
        spec, n_steps = receipts.as_trained(run), receipts.ended_early(run)
    try:
        parts = receipts.sections(spec, n_steps=n_steps)
    except ChalknetError as error:  # a run that asked for more pictures than there are, and failed
        st.warning(plain(say_of_core(str(error))))
        return
    script_view(parts, "chalknet_run")


def script_view(parts: list[Section], name: str, *, notebook: bool = True) -> None:
    """A script to read and to download, in one zip with the files that it reads where there are such.

    Parameters
    ----------
    parts : list of Section
    name : str
        Of the file, without its ending.
    notebook : bool
        Whether it is handed out as a notebook too.
    """
    script, files = as_script(parts), files_of(parts)
    missing = " ".join(file.missing for file in files if file.missing)
    packed = bool(files) and not missing
    ending = "zip" if packed else "py"
    with st.container(horizontal=True):
        st.download_button(
            say("Script (.{ending})", ending=ending),
            (lambda: as_zip(f"{name}.py", script, parts)) if packed else script,
            f"{name}.{ending}",
            "application/zip" if packed else "text/x-python",
            icon=":material/download:",
        )
        if notebook:
            ending = "zip" if packed else "ipynb"
            st.download_button(
                say("Notebook (.{ending})", ending=ending),
                lambda: as_zip(f"{name}.ipynb", as_notebook(parts), parts) if packed else as_notebook(parts),
                f"{name}_notebook.{ending}" if packed else f"{name}.{ending}",
                "application/zip" if packed else "application/x-ipynb+json",
                icon=":material/download:",
            )
    if missing:
        names = say(" and ").join(f"`{file.name}`" for file in files if file.missing)
        gone = say("{files}, which the script reads, can't be made any more.", files=names)
        st.caption(f"{gone} {plain(say_of_core(missing))}")
    elif packed:
        each = [say("`{name}`, which {does}", name=file.name, does=say_of_core(file.does)) for file in files]
        holds = say("The zip holds `{name}.py` and {files}.", name=name, files=say(" and ").join(each))
        st.caption(f"{holds} {say('Unpack it: the script finds what lies beside it.')}")
    st.code(script, language="python", line_numbers=True, wrap_lines=True)
    for file in files:
        if file.is_code:
            _folded(file)


def _folded(file: Attachment) -> None:
    """Closed at first: it is not the lesson."""
    box = st.expander(f"`{file.name}`", icon=":material/code:", key=f"beside_{file.name}", on_change="rerun")
    if box.open:
        with box:
            st.code(file.content().decode(), language="python", wrap_lines=True)
