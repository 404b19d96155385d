"""Bring your own pictures: a zip, or a folder where the lab and its user share a disk."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.datasets import own_images
from core.datasets.own_images import ImportReport
from core.errors import ChalknetError
from pages.shared.wording import plain

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MOST_REFUSED = 200  # named on the page


def own_pictures() -> None:
    """Draw the form, import when asked, and say what was taken and what was refused."""
    with st.expander("Add your own pictures", icon=":material/add_photo_alternate:"):
        st.markdown(
            "A zip with a folder for each class, `cat/…`, `dog/…`, or with `train/cat/…` and `test/cat/…`. "
            "Any size and format: they become 32 x 32 pixels."
        )
        title = st.text_input("Name of the data set", max_chars=40, key="own_title")
        upload = st.file_uploader("Zip file", type="zip", key="own_zip")
        folder = ""
        # On a server for a hall, a path would let anybody look through the server's disk
        if st.get_option("server.address") in _LOOPBACK:
            folder = st.text_input("Or a folder on this machine", key="own_folder", placeholder="/home/ada/leaves")
        if st.button("Import", icon=":material/input:", disabled=not (upload or folder), key="own_import"):
            name = title.strip() or Path(upload.name if upload else folder).stem
            if upload:
                _import(lambda report: own_images.import_zip(upload, title=name, on_progress=report))
            else:
                _import(lambda report: own_images.import_folder(Path(folder), title=name, on_progress=report))
        if "own_report" in st.session_state:
            _show(st.session_state["own_report"])


def _import(run: Callable[[Callable[[int, int], None]], ImportReport]) -> None:
    bar = st.progress(0.0, "Reading the list of files.")
    try:
        report = run(lambda done, total: bar.progress(done / max(1, total), f"{done:,} of {total:,} pictures"))
    except ChalknetError as error:
        st.session_state.pop("own_report", None)
        st.error(str(error))
        return
    finally:
        bar.empty()
    # Plain data: what a hot reload turns into another class must not be in the session
    st.session_state["own_report"] = {
        "title": report.title,
        "n_train": report.n_train,
        "n_test": report.n_test,
        "n_classes": len(report.taken),
        "skipped": report.skipped,
        "refused": [(refused.name, refused.reason) for refused in report.refused],
    }
    st.rerun()  # the sidebar has a new data set to offer


def _show(report: dict) -> None:
    st.success(
        f"{plain(report['title'])}: {report['n_train'] + report['n_test']:,} pictures taken in "
        f"{report['n_classes']} classes, {report['n_train']:,} to train and {report['n_test']:,} to test. "
        "Choose it in the sidebar."
    )
    refused = report["refused"]
    if report["skipped"]:
        st.caption(f"{report['skipped']:,} hidden or system files were passed over.")
    if refused:
        st.warning(f"{len(refused):,} files were refused:")
        st.dataframe(
            {"file": [name for name, _ in refused[:_MOST_REFUSED]], "why": [why for _, why in refused[:_MOST_REFUSED]]},
            hide_index=True,
        )
