"""Save and restore (Question 3 e): downloads, and an upload that is compared before anything is replaced."""

import hashlib
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.lab.errors import ChalknetError
from core.runs import Run
from core.specs import AdamSpec, CNNSpec, ResNet18Spec, RunSpec
from pages.cnn.controls import n_classes
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import run_of
from pages.shared.panels.results import pictures_of
from pages.shared.words.markdown import plain

OF_RUN, OF_HANDOUT, OF_FILE = "this run's settings", "the handout's settings", "the file's own settings"
MAX_MB = 250  # as core.inside.weights.MAX_BYTES


def save_view(lab: Lab, run: Run | None, page: str) -> None:
    """Save on the left, restore on the right."""
    save, restore = st.columns([1, 1.6], gap="large")
    with save:
        st.subheader("Save", anchor=False)
        _save(run)
    with restore:
        st.subheader("Restore", anchor=False)
        _restore(lab, run, page)


def _save(run: Run | None) -> None:
    if run is None or run.spec.model.kind != "cnn" or not (run.folder / "model.pt").exists():
        st.info("There are no weights to save yet: train a network on **Learn** to its end.")
        return
    from core.inside import weights

    files = [
        ("Weights (.pt)", "cnn.pt", weights.state_dict_bytes, "`torch.save(model.state_dict(), PATH)`"),
        ("Weights (.safetensors)", "cnn.safetensors", weights.safetensors_bytes, "The same, and nothing but tensors."),
    ]
    if (run.folder / "checkpoint.pt").exists():
        files.append(
            ("Checkpoint (.pt)", "cnn_checkpoint.pt", weights.checkpoint_bytes,
             "Optimizer, epoch and settings too: to go on training after the last whole epoch.")
        )  # fmt: skip
    for title, name, make, said in files:
        st.download_button(
            title,
            partial(make, run),
            name,
            "application/octet-stream",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )
        st.caption(said)


def _restore(lab: Lab, run: Run | None, page: str) -> None:
    upload = st.file_uploader(
        "File of weights", type=["pt", "pth", "bin", "safetensors"], key="weights_file", max_upload_size=MAX_MB
    )
    if upload is None:
        st.caption("A file of this page or of any PyTorch script. It is read with `weights_only=True`.")
        _tell_restored(run)
        return
    data = upload.getvalue()
    try:
        file = _read(hashlib.sha256(data).hexdigest(), data)
    except ChalknetError as error:
        st.error(str(error))
        return
    settings = _settings(lab, run, file)
    spec = settings[st.radio("modelB is built with", list(settings), key="model_b", horizontal=True)]
    strict = st.toggle("strict", True, key="strict", help="Of `load_state_dict`; the handout has False.")
    found = _compare(spec, file, strict)
    if st.button("Load it into modelB", type="primary", key="load_weights", disabled=not _can_load(found, strict)):
        _load(lab, spec, file, strict, page, upload.name)


# By content: the same file is the same weights for everybody
@st.cache_resource(max_entries=3, show_spinner="Reading the file.")
def _read(digest: str, _data: bytes) -> Any:
    from core.inside.weights import read_weights

    return read_weights(_data)


def _settings(lab: Lab, run: Run | None, file: Any) -> dict[str, RunSpec]:
    """What modelB can be: its settings by their name for people."""
    handout = RunSpec(data=lab.data, model=CNNSpec(), optimizer=AdamSpec())
    found = {}
    if run is not None and run.spec.model.kind == "cnn":
        found[OF_RUN] = run.spec
        handout = handout.model_copy(update={"data": run.spec.data})
    if file.spec is not None and file.spec.model.kind == "cnn":
        found[OF_FILE] = file.spec.model_copy(update={"data": handout.data})
    return found | {OF_HANDOUT: handout}


def _compare(spec: RunSpec, file: Any, strict: bool) -> list:
    from core.inside.weights import differences

    found = differences(spec.model, n_classes(spec.data.dataset), file.weights)
    at = "" if file.epoch is None else f", after epoch {file.epoch}"
    if not found:
        st.success(f"All {len(file.weights)} keys fit{at}. Nothing has been replaced yet.", icon=":material/check:")
        return found
    kinds = pd.Series([d.problem for d in found]).value_counts()
    told = ", ".join(f"{n} {kind}" for kind, n in kinds.items())
    if strict:
        st.error(f"{told}. With `strict=True` PyTorch refuses the file; nothing is replaced.")
    elif "wrong shape" in kinds:
        st.error(f"{told}. `strict=False` does not help against a wrong shape; nothing is replaced.")
    else:
        st.warning(
            f"{told}. `strict=False` hides this: PyTorch would say nothing, and what is missing stays **random**.",
            icon=":material/visibility_off:",
        )
    st.dataframe(
        pd.DataFrame(
            {
                "key": [d.key for d in found],
                "problem": [d.problem for d in found],
                "in modelB": [_shape(d.in_network) for d in found],
                "in the file": [_shape(d.in_file) for d in found],
            }
        ),
        hide_index=True,
    )
    return found


def _shape(shape: tuple[int, ...] | None) -> str:
    return "–" if shape is None else " x ".join(map(str, shape)) or "one number"


def _can_load(found: list, strict: bool) -> bool:
    return not found or (not strict and all(d.problem != "wrong shape" for d in found))


def _load(lab: Lab, spec: RunSpec, file: Any, strict: bool, page: str, name: str) -> None:
    """A new run of this person has the weights; the run that was shown stays as it is."""
    from core.inside.restored import restored_run
    from core.inside.weights import restore

    try:
        images = pictures_of(spec.data)
        with st.spinner("Judging the test pictures."):
            assert not isinstance(spec.model, ResNet18Spec), "this page's runs are of no such"
            model = restore(spec.model, len(images.class_names), file.weights, strict=strict)
            settings = spec.model_copy(update={"earlier": ()})
            run = restored_run(settings, model, images, page=page, owner=lab.person, file_name=name)
    except ChalknetError as error:
        st.error(str(error))
        return
    run_of(page).show(run)
    accuracy = (run.result or {}).get("test_accuracy", 0.0)
    st.success(
        f"modelB names **{accuracy:.2%}** of {len(images.test_labels):,} test pictures right. **Inside** and "
        "**Results** now show it; the earlier run is untouched.",
        icon=":material/check:",
    )


def _tell_restored(run: Run | None) -> None:
    name = None if run is None else run.meta.get("restored")
    if run is not None and name:
        accuracy = (run.result or {}).get("test_accuracy", 0.0)
        st.markdown(f"The network that is shown came from the file {plain(name)}: **{accuracy:.2%}** right.")
