"""What Question 5 trains until somebody changes a setting, and the batch sizes that it offers."""

from core import datasets
from core.specs import DataSpec, RunSpec
from core.specs.transfer import WeightsSpec
from core.transfer import strategies, usual

BATCH_SIZES = (2, 4, 8, 16, 32, 64)  # few pictures: a batch is a large part of them


def default_runs(data: DataSpec) -> list[RunSpec]:
    """The strategies of an untouched page, whatever the weights that they begin with."""
    names = datasets.info(data.dataset).class_names
    any_weights = WeightsSpec(source="here", sha256="0" * 64)
    base = usual.fine_tuning(data, names, usual.source_classes(names), any_weights)
    return [spec for _, spec in strategies.members(base, usual.DIAL)]
