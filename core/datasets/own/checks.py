"""What a data set of one's own must have: two classes at least, and names that can be shown."""

from core.datasets.info import DatasetError

MIN_CLASSES, MAX_CLASSES = 2, 100
MAX_TITLE = 60  # letters


def check_classes(class_names: set[str], refused: list[tuple[str, str]]) -> None:
    """That there are enough classes and not too many, under names that can be shown.

    Raises
    ------
    DatasetError
        One sentence, with the first files that were left out.
    """
    check_enough(class_names, refused)
    n = len(class_names)
    if n > MAX_CLASSES:
        raise DatasetError(
            f"There are {n} class folders; allowed are {MIN_CLASSES} to {MAX_CLASSES}. Put some together."
        )
    long = next((c for c in sorted(class_names) if not 1 <= len(c) <= MAX_TITLE), None)
    if long is not None:
        raise DatasetError(
            f"A class folder is called {long[:MAX_TITLE]!r}; allowed are 1 to {MAX_TITLE} printable letters. Rename it."
        )


def check_enough(class_names: set[str], refused: list[tuple[str, str]]) -> None:
    """That there are two classes at least."""
    n = len(class_names)
    if n < MIN_CLASSES:
        there = f"only one class, {next(iter(class_names))!r}," if n else "no class"
        raise DatasetError(
            f"There is {there} with training pictures that can be used; at least {MIN_CLASSES} are needed, "
            "each in a folder of its own: <class>/... or train/<class>/... with test/<class>/... "
            + first_refusals(refused)
        )


def first_refusals(refused: list[tuple[str, str]]) -> str:
    """The first files that were left out, and why: a sentence, or nothing."""
    if not refused:
        return ""
    shown = "; ".join(f"{name} {reason}" for name, reason in sorted(refused)[:3])
    return f"Left out were {len(refused)} files: {shown}{'; ...' if len(refused) > 3 else ''}. "
