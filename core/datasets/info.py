"""What is known of a data set before it is loaded, and the error of everything about data."""

from dataclasses import dataclass

from core.lab.errors import ChalknetError


class DatasetError(ChalknetError):
    """A data set that is not there, is damaged, or is asked for more than it has."""


@dataclass(frozen=True)
class DatasetInfo:
    """One line of the registry.

    Attributes
    ----------
    name : str
        What ``load`` and ``DataSpec.dataset`` take, such as ``"shapes10"``.
    title : str
        The name for people, such as ``"Shapes-10"``.
    summary : str
        One short sentence.
    n_train, n_test : int
        The most pictures that can be asked for; 0 where that is not known because the set is not present.
    class_names : tuple of str
        Labels index into it.
    present : bool
        Whether ``load`` will work without a network.
    missing : str
        What is missing and how to get it, as a sentence; empty when present.
    source : str
        One sentence for people: where the pictures come from.
    licence : str
        What may be done with them, as a sentence.
    side : int
        Pixels of the largest pictures that are kept, which Question 5 gets; everything else gets 32.
    """

    name: str
    title: str
    summary: str
    n_train: int
    n_test: int
    class_names: tuple[str, ...]
    present: bool
    missing: str
    source: str
    licence: str = ""
    side: int = 32

    def check(self, n_train: int | None, n_test: int | None) -> None:
        """Raise ``DatasetError`` if so many pictures can't be had: the sentence names the field, its value, the range.

        Parameters
        ----------
        n_train, n_test : int or None
            None for all that there are.
        """
        for field, split, wanted, low, most in (
            ("n_train", "training", n_train, 2, self.n_train),
            ("n_test", "test", n_test, 1, self.n_test),
        ):
            if wanted is not None and not low <= wanted <= most:
                raise DatasetError(
                    f"{field} is {wanted}; {self.title} has {most} {split} pictures: allowed is {low} to {most}."
                )
