"""The link to a run on the page of its question, with the page's widgets set to the run's settings."""

from core import datasets
from core.lab.errors import ChalknetError
from core.lab.words import decimal
from core.runs import Run
from core.specs import RunSpec
from pages.shared.controls.training import BATCH_SIZES, LEARNING_RATES
from pages.shared.frame.data_choice import ALL, N_TEST, N_TRAIN, link_text
from pages.shared.frame.shown import EXPERIMENT, RUN


def page_parameters(run: Run) -> dict[str, str]:
    """The URL parameters; a setting that the page's widget can't have is left out, for it would only be refused."""
    experiment = run.meta.get("experiment")
    of = {EXPERIMENT: str(experiment)} if experiment else {RUN: run.id}
    return settings_parameters(run.spec, trained_here=run.restored_from is None) | of


def settings_parameters(spec: RunSpec, *, trained_here: bool = True) -> dict[str, str]:
    """The settings as the widgets of ``pages/shared`` write them into the URL; those of training if that was here."""
    given: dict[str, str] = {"data_seed": str(spec.data.random_state)}
    try:
        info = datasets.info(spec.data.dataset)
    except ChalknetError:  # deleted: the page keeps the pictures that it has
        pass
    else:
        given["dataset"] = link_text(info)
        sizes = [("n_train", N_TRAIN, info.n_train)] if trained_here else []
        for name, options, most in (*sizes, ("n_test", N_TEST, info.n_test)):
            n = getattr(spec.data, name)
            if n == most or n in options:
                given[name] = "all" if n in (most, ALL) else str(n)
    for part in (spec.model, spec.optimizer) if trained_here else (spec.model,):
        for name, value in part.model_dump().items():
            if name == "learning_rate":
                if any(abs(value - rate) < 1e-9 * rate for rate in LEARNING_RATES):
                    given[name] = decimal(value)
            elif name != "kind":
                given[name] = str(value).lower() if isinstance(value, bool) else decimal(value)
    if not trained_here:
        return given
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
