"""Which pictures a run gets."""

from typing import Annotated, Literal

from pydantic import Field

from core.specs.base import Seed, Spec


class DataSpec(Spec):
    """Which pictures: a data set of the registry, how many of them, and the seed that draws them.

    ``judged_on`` says what the run is judged on: its test pictures as in the handout, or as many of the training
    pictures, which are held out (the sealed test set). ``n_test`` is how many are judged, either way.
    """

    dataset: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            pattern=r"^[a-z0-9][a-z0-9_-]*$",
            title="the data set",
            description="allowed are small letters, digits, _ and - (first a letter or a digit)",
        ),
    ] = "shapes10"
    n_train: Annotated[int, Field(ge=2, le=1_000_000, title="the number of training pictures")] = 5_000
    n_test: Annotated[int, Field(ge=1, le=1_000_000, title="the number of test pictures")] = 1_000
    random_state: Annotated[Seed, Field(title="the seed of the pictures")] = 0
    judged_on: Annotated[Literal["test", "validation"], Field(title="the pictures that judge")] = "test"

    @property
    def wanted(self) -> tuple[int, int]:
        """How many training and test pictures the set has to give.

        Where some of the training pictures judge, test pictures are not looked at; none at all can't be asked for.
        """
        return (self.n_train, self.n_test) if self.judged_on == "test" else (self.n_train + self.n_test, 1)
