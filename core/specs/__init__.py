"""What a run is: validated, immutable settings that go to JSON and come back the same. Needs no torch."""

from core.specs.base import MAX_SEED, LearningRate, Seed, Spec, SpecError, check_field, flatten
from core.specs.data import DataSpec
from core.specs.folds import FoldSpec, LeakSpec, SearchSpec
from core.specs.models import AnyModelSpec, CNNSpec, MLPSpec, ModelSpec, ResNet18Spec
from core.specs.optimizers import (
    AdagradSpec,
    AdamSpec,
    AdamWSpec,
    AnyOptimizerSpec,
    OptimizerSpec,
    RMSpropSpec,
    SGDSpec,
)
from core.specs.run import EarlierSpec, RunSpec, differences, is_about_training, parse_run_spec
from core.specs.schedules import ConstantSpec, CosineSpec, ScheduleSpec, StepSpec, WarmUpSpec
from core.specs.transfer import AugmentationSpec, PickedDataSpec, TransferSpec, WeightsSpec

__all__ = [
    "MAX_SEED", "AdagradSpec", "AdamSpec", "AdamWSpec", "AnyModelSpec", "AnyOptimizerSpec", "AugmentationSpec",
    "CNNSpec", "ConstantSpec", "CosineSpec", "DataSpec", "EarlierSpec", "FoldSpec", "LeakSpec", "LearningRate",
    "MLPSpec", "ModelSpec", "OptimizerSpec", "PickedDataSpec", "RMSpropSpec", "ResNet18Spec", "RunSpec", "SGDSpec",
    "ScheduleSpec", "SearchSpec", "Seed", "Spec", "SpecError", "StepSpec", "TransferSpec", "WarmUpSpec", "WeightsSpec",
    "check_field", "differences", "flatten", "is_about_training", "parse_run_spec",
]  # fmt: skip
