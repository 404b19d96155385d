"""Links to pages as they stand: to a run with the settings that it was started with, to settings, to pictures."""

from collections.abc import Mapping, Sequence

from core import datasets
from core.lab.errors import ChalknetError
from core.lab.words import decimal
from core.runs import Run, experiments
from core.specs import AnyModelSpec, AnyOptimizerSpec, DataSpec, RunSpec
from pages.shared.controls.setting import SEALED
from pages.shared.controls.training import BATCH_SIZES, LEARNING_RATES
from pages.shared.frame.data_choice import ALL, N_TEST, N_TRAIN, link_text
from pages.shared.frame.shown import EXPERIMENT, RUN

# Pages whose widgets set a spec's own fields; on the others a spec is made of other settings
_SET_BY_SPEC = ("perceptron", "cnn")
# What of a network or an optimizer these have a widget for: what no widget reads would only make links long
_OF_WIDGETS = ("H", "channels1", "channels2", "batch_norm", "dropout", "learning_rate", "momentum")


def page_parameters(run: Run) -> dict[str, str]:
    """The URL parameters with which the run's page opens as it stood when the run was started.

    Where nobody has noted that (runs of earlier versions, branches, restored networks), they are made of its settings:
    what the page's widgets can't have is left out, for it would only be refused.
    """
    meta = run.meta
    if experiment_id := meta.get("experiment"):
        try:
            noted = experiments.open_experiment(str(experiment_id)).address
        except ChalknetError:  # deleted: its page says so
            noted = {}
        return _settings_of(run, noted) | {EXPERIMENT: str(experiment_id)}
    return _settings_of(run, meta.get("address", {})) | {RUN: run.id}


def _settings_of(run: Run, noted: Mapping[str, str]) -> dict[str, str]:
    pictures = picture_parameters(run.spec.data)
    if noted and "dataset" in pictures:
        return dict(noted)
    if noted:  # they are gone: the page keeps those that it has
        return {name: text for name, text in noted.items() if name != "dataset"}
    if run.meta.get("page") not in _SET_BY_SPEC:
        return pictures
    if run.restored_from is None:
        return settings_parameters(run.spec)
    # Trained elsewhere: true of its network and of the test pictures only
    return {name: text for name, text in pictures.items() if name != "n_train"} | _part_parameters(run.spec.model)


def settings_parameters(spec: RunSpec) -> dict[str, str]:
    """The settings as the widgets of ``pages/shared`` write them into the URL."""
    given = picture_parameters(spec.data) | _part_parameters(spec.model) | _part_parameters(spec.optimizer)
    given["random_state"] = str(spec.random_state)
    if spec.batch_size in BATCH_SIZES:
        given["batch_size"] = str(spec.batch_size)
    if spec.judges_training:
        given["judges_training"] = "true"
    if spec.max_seconds is not None:
        given |= {"train_for": "seconds", "seconds": f"{spec.max_seconds:.0f}"}
    elif spec.n_epochs <= 50:
        given["n_epochs"] = str(spec.n_epochs)
    return given


def picture_parameters(data: DataSpec) -> dict[str, str]:
    """The lab's settings, which every page reads: the pictures."""
    given: dict[str, str] = {"data_seed": str(data.random_state)}
    try:
        info = datasets.info(data.dataset)
    except ChalknetError:  # deleted: the page keeps the pictures that it has
        return given
    given["dataset"] = link_text(info)
    most_of_both = (info.n_train, info.n_test)
    if data.judged_on == "validation":  # both are training pictures (pages/shared/frame/data_choice.py)
        given[SEALED] = "true"
        most_of_both = (info.n_train - data.n_test, info.n_train // 2)
    for name, options, most in zip(("n_train", "n_test"), (N_TRAIN, N_TEST), most_of_both, strict=True):
        n = getattr(data, name)
        if n == most or n in options:
            given[name] = "all" if n in (most, ALL) else str(n)
    return given


def _part_parameters(part: AnyModelSpec | AnyOptimizerSpec) -> dict[str, str]:
    """Of a network or an optimizer."""
    given = {}
    for name, value in part.model_dump().items():
        if name == "learning_rate":
            if any(abs(value - rate) < 1e-9 * rate for rate in LEARNING_RATES):
                given[name] = decimal(value)
        elif name in _OF_WIDGETS:
            given[name] = setting_text(value)
    return given


def setting_text(value: object) -> str:
    """A value as a link has it: the widgets of ``pages/shared/controls`` read it back."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Sequence):
        return ",".join(map(setting_text, value))
    if isinstance(value, int | float):
        return decimal(value)
    raise TypeError(f"{value!r} is no setting of a page")
