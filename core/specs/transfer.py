"""A transfer run in settings: whose weights it begins with, what is frozen, and which few pictures it gets."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from core.lab.words import count, decimal
from core.specs.base import LearningRate, Spec
from core.specs.data import DataSpec
from core.specs.models import STAGES, ResNet18Spec
from core.specs.run import RunSpec

SIDES = (32, 64, 96, 128, 160, 192, 224)  # pixels; the network halves them five times
ALL_BUT_HEAD = len(STAGES) - 1
MIN_PER_CLASS = 2  # one picture of a class says nothing of what its pictures have in common

WeightsSource = Literal["random", "imagenet", "file", "here"]
_SOURCES: dict[WeightsSource, str] = {
    "random": "random weights",
    "imagenet": "ImageNet weights",
    "file": "weights from a file",
    "here": "weights pretrained here",
}
ClassName = Annotated[str, Field(min_length=1, max_length=120)]


class PickedDataSpec(DataSpec):
    """Some classes of a data set and so many training pictures of each; ``n_train`` are those to pick from."""

    # In this order, which is that of the network's outputs; none named means all
    classes: Annotated[tuple[ClassName, ...], Field(max_length=100, title="the classes")] = ()
    per_class: Annotated[  # None: all there are
        Annotated[int, Field(ge=MIN_PER_CLASS, le=1_000_000)] | None, Field(title="the pictures per class")
    ] = None

    def told(self) -> str:
        """Which pictures of the data set, as people say it."""
        classes = ", ".join(self.classes) if self.classes else "all classes"
        amount = "all their pictures" if self.per_class is None else f"{self.per_class:,} pictures per class"
        return f"{classes}: {amount}"


class WeightsSpec(Spec):
    """Which weights the network begins with. The hash decides them; where they came from is kept for people."""

    source: Annotated[WeightsSource, Field(title="the source of the weights")] = "random"
    sha256: Annotated[
        str,
        Field(
            pattern=r"^([0-9a-f]{64})?$",
            title="the weights",
            description="allowed is the SHA-256 of the weights, 64 digits from 0 to f, or nothing for random weights",
        ),
    ] = ""

    def told(self) -> str:
        """Whose weights, and the beginning of their hash where it tells two files apart."""
        return _SOURCES[self.source] + (f" ({self.sha256[:8]})" if self.source in ("file", "here") else "")

    @model_validator(mode="after")
    def _hash_belongs_to_a_source(self) -> "WeightsSpec":
        if (self.source == "random") == bool(self.sha256):
            raise ValueError(f"weights.source is '{self.source}'; weights.sha256 must be empty for 'random' alone")
        return self


class AugmentationSpec(Spec):
    """The handout's two: each time a picture is shown, it is another cut-out of it, or its mirror image."""

    # RandomHorizontalFlip(), with probability 1/2
    flip: Annotated[bool, Field(title="mirrored pictures")] = False
    # RandomResizedCrop(side, scale=(smallest, 1)), ratio from 3/4 to 4/3
    crop: Annotated[bool, Field(title="random crops")] = False
    # Share of the area; torchvision's
    smallest: Annotated[float, Field(ge=0.02, le=1, allow_inf_nan=False, title="the smallest crop")] = 0.08

    @property
    def is_on(self) -> bool:
        """Whether a picture is ever changed."""
        return self.flip or self.crop

    def told(self) -> str:
        """As people say it; empty where nothing is changed."""
        return " and ".join(word for word, on in (("mirrored", self.flip), ("cropped", self.crop)) if on)


class TransferSpec(RunSpec):
    """ResNet-18 that begins with given weights, or from scratch, and is trained above a cut.

    ``optimizer.learning_rate`` is that of the new last layer, and of everything from scratch.
    """

    task: Literal["transfer"] = "transfer"
    data: PickedDataSpec = PickedDataSpec()
    model: ResNet18Spec = ResNet18Spec()
    # Pixels that the network sees
    side: Annotated[int, Field(ge=32, le=224, multiple_of=32, title="the image side")] = 32
    weights: WeightsSpec = WeightsSpec()
    # So many of STAGES, from the picture up
    frozen_stages: Annotated[int, Field(ge=0, le=ALL_BUT_HEAD, title="the frozen stages")] = 0
    # Of pretrained stages that are trained: low, as Question 5 (a) says
    backbone_learning_rate: Annotated[LearningRate, Field(title="the learning rate of the pretrained part")] = 0.001
    augmentation: AugmentationSpec = AugmentationSpec()
    # Frozen features are computed once a view; augmentation then chooses among so many
    n_views: Annotated[int, Field(ge=1, le=32, title="the views kept of a picture")] = 1
    # Frozen stages in train() mode: their running statistics move all the same
    batch_norm_trap: Annotated[bool, Field(title="the batch-norm trap")] = False

    @property
    def begins_pretrained(self) -> bool:
        """Unless it begins with random weights."""
        return self.weights.source != "random"

    @property
    def strategy(self) -> str:
        """Its name for people."""
        if self.frozen_stages == 0:
            return "from scratch" if self.weights.source == "random" else "fine-tune all"
        if self.frozen_stages == ALL_BUT_HEAD:
            return "freeze all but the head"
        return f"freeze up to {STAGES[self.frozen_stages - 1]}"

    @property
    def uses_cache(self) -> bool:
        """Whether the frozen network answers each picture the same at all times, so that asking once is enough."""
        return self.frozen_stages == ALL_BUT_HEAD and not self.batch_norm_trap

    @property
    def work(self) -> str:
        """A last layer alone, on features, is another work than a network."""
        return f"{super().work} {'features' if self.uses_cache else 'network'}"

    def told(self, dataset: str) -> list[str]:
        """Pictures, network, and how it is trained, as people say it."""
        told = [f"{dataset}, {self.data.told()}", f"{self.model.title} at {self.side} pixels", self.strategy]
        if self.weights.source != "random":
            told.append(self.weights.told())
            if self.frozen_stages < ALL_BUT_HEAD:
                told.append(f"pretrained part at {decimal(self.backbone_learning_rate)}")
        if self.augmentation.is_on:
            views = f", {count(self.n_views, 'view')} per picture" if self.uses_cache else ""
            told.append(self.augmentation.told() + views)
        if self.batch_norm_trap:
            told.append("batch norm left in train()")
        return told

    def smallest_batch(self) -> int:
        """A last layer alone, on features, has no batch norm."""
        return 1 if self.uses_cache else self.model.smallest_batch(self.side)

    def ignored(self) -> dict[str, str]:
        """It has no branches and one rate per part; a last layer alone is too small for a GPU to pay."""
        ignored = {
            "earlier": "a transfer run has no branches",
            "schedule": "a transfer run keeps a constant rate",
            "judges_training": "a transfer run judges its test pictures only",
        }
        return ignored | ({"device": "a last layer alone is trained on the CPU"} if self.uses_cache else {})

    @model_validator(mode="after")
    def _the_trap_needs_a_frozen_stage(self) -> "TransferSpec":
        if self.batch_norm_trap and not self.frozen_stages:
            raise ValueError("batch_norm_trap is on, but nothing is frozen: freeze at least one stage")
        return self
