"""Which pictures a run gets."""

from typing import Annotated

from pydantic import Field

from core.specs.base import Seed, Spec


class DataSpec(Spec):
    """Which pictures: a data set of the registry, how many of them, and the seed that draws them."""

    dataset: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            pattern=r"^[a-z0-9][a-z0-9_-]*$",
            description="allowed are small letters, digits, _ and - (first a letter or a digit)",
        ),
    ] = "shapes10"
    n_train: Annotated[int, Field(ge=2, le=1_000_000)] = 5_000
    n_test: Annotated[int, Field(ge=1, le=1_000_000)] = 1_000
    random_state: Seed = 0
