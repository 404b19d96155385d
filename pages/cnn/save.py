"""Save and restore (Question 3 e): downloads, and an upload that is compared before anything is replaced."""

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.lab.errors import ChalknetError
from core.lab.rates import known_rate
from core.lab.words import count, shape
from core.runs import Run
from core.specs import AdamSpec, CNNSpec, ResNet18Spec, RunSpec
from pages.shared.controls.training import n_classes
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import run_of
from pages.shared.panels.elsewhere import trained_elsewhere
from pages.shared.panels.gone import why_gone
from pages.shared.panels.results import pictures_of
from pages.shared.panels.weights_file import weights_file
from pages.shared.pictures.small_table import small_table
from pages.shared.words.markdown import sentence_of
from pages.shared.words.sealed import as_judged

if TYPE_CHECKING:  # a page opens without torch
    from core.inside.weights import Difference, WeightsFile

OF_RUN, OF_HANDOUT, OF_FILE = "this run's settings", "the handout's settings", "the file's own settings"


def save_view(lab: Lab, run: Run | None, page: str) -> None:
    """Save on the left, restore on the right."""
    save, restore = st.columns([1, 1.6], gap="large")
    with save:
        st.header("Save", anchor=False)
        _save(run)
    with restore:
        st.header("Restore", anchor=False)
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
    from core.inside import fitting

    brought = weights_file("weights_file")
    if brought is None:
        st.caption(
            "A file of this page or of any PyTorch script. It is read with `weights_only=True`: nothing in it is run. "
            "Prefixes such as `module.` come off."
        )
        _tell_restored(run)
        return
    file = brought.file
    settings = _settings(lab, run, file)
    spec = settings[st.radio("modelB is built with", list(settings), key="model_b", horizontal=True)]
    strict = st.toggle("strict", True, key="strict", help="Of `load_state_dict`; the handout has False.")
    found = _compare(spec, file, strict)
    is_refused = fitting.severity(found, strict=strict) == "refused"
    if st.button("Load it into modelB", type="primary", key="load_weights", disabled=is_refused):
        missing = [d for d in found if d.problem == "missing in the file"]
        random = f" ({count(len(missing), 'key')} missing in it, so random)" if missing else ""
        _load(lab, spec, file, strict, page, brought.name[:60] + random)


def _settings(lab: Lab, run: Run | None, file: "WeightsFile") -> dict[str, RunSpec]:
    """What modelB can be: its settings by their name for people."""
    handout = RunSpec(data=lab.data, model=CNNSpec(), optimizer=AdamSpec())
    found = {}
    if run is not None and run.spec.model.kind == "cnn" and not why_gone(run.spec.data):  # else nothing could judge it
        found[OF_RUN] = run.spec
        handout = handout.model_copy(update={"data": run.spec.data})
    if file.spec is not None and file.spec.model.kind == "cnn":
        found[OF_FILE] = file.spec.model_copy(update={"data": handout.data})
    return found | {OF_HANDOUT: handout}


def _compare(spec: RunSpec, file: "WeightsFile", strict: bool) -> "list[Difference]":
    from core.inside import fitting
    from core.inside.weights import differences

    found = differences(spec.model, n_classes(spec.data.dataset), file.weights)
    says = "" if file.epoch is None else f" The file says that they are of epoch {file.epoch:,}."
    told = fitting.told(found, strict=strict, n_keys=len(file.weights))
    severity = fitting.severity(found, strict=strict)
    if severity == "fits":
        st.success(f"{told}{says} Nothing has been replaced yet.", icon=":material/check:")
        return found
    if severity == "refused":
        st.error(told)
    else:
        st.warning(told, icon=":material/visibility_off:")
    small_table(
        pd.DataFrame(
            {
                "key": [d.key for d in found],
                "problem": [d.problem for d in found],
                "in modelB": ["–" if d.in_network is None else shape(*d.in_network) for d in found],
                "in the file": ["–" if d.in_file is None else shape(*d.in_file) for d in found],
            }
        ),
        label="Keys that do not fit",
    )
    return found


def _load(lab: Lab, spec: RunSpec, file: "WeightsFile", strict: bool, page: str, name: str) -> None:
    """A new run of this person has the weights; the run that was shown stays as it is."""
    from core.inside.restored import restored_run
    from core.inside.weights import restore

    try:
        images = pictures_of(spec.data)
        with st.spinner(as_judged("Judging the test pictures.")):
            assert not isinstance(spec.model, ResNet18Spec), "this page's runs are of no such"
            model = restore(spec.model, len(images.class_names), file.weights, strict=strict)
            settings = spec.model_copy(update={"earlier": ()})
            run = restored_run(settings, model, images, page=page, owner=lab.person, file_name=name)
    except ChalknetError as error:
        st.error(sentence_of(error))
        return
    run_of(page).show(run)
    st.success(
        f"modelB classifies {_right(run)} correctly. **Inside** and **Results** now show it; the earlier run is "
        "untouched.",
        icon=":material/check:",
    )


def _tell_restored(run: Run | None) -> None:
    if run is not None and run.restored_from:
        trained_elsewhere(run, f"It classifies {_right(run)} correctly.")


def _right(run: Run) -> str:
    """Such as ``"**93 of 100** test pictures"``."""
    result = run.result or {}
    rate = known_rate(result.get("test_accuracy"), result.get("n_judged") or run.spec.data.n_test)
    return as_judged("no test pictures" if rate is None else f"**{rate.counted}** test pictures")
