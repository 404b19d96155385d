"""Lines of a loop to put in order: which orders are right, and which mistake a wrong one shows.

A partial order decides, not one list: what a line needs has to stand above it, everything else is free. A loop's end
is a line too (a comment in the code), so a line can be put into the loop, above it or below it, and its indentation
follows.
Wrong orders that Python runs are as interesting as those that it refuses: ``loop_runs`` runs both.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from core.lab.errors import ChalknetError

INDENT = "    "
MAX_SEED = 999_999
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class OrderError(ChalknetError):
    """An order that is none of these lines."""


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes
    ----------
    key : str
    text : str
        Without its indentation.
    opens, closes : bool
        Whether a loop begins with it, or has ended with it.
    """

    key: str
    text: str
    opens: bool = False
    closes: bool = False


# Of each line's key the place at which it stands, from 0
Places = Mapping[str, int]


@dataclass(frozen=True)
class Mistake:
    """One way to get it wrong.

    Attributes
    ----------
    key : str
    shows : callable
        Whether an order shows it, of its places.
    hint : str
        What it does, as a sentence that is true of each order that shows it.
    """

    key: str
    shows: Callable[[Places], bool]
    hint: str


@dataclass(frozen=True)
class Missing:
    """A line that stands above what it needs: Python gets to it first, and raises.

    Attributes
    ----------
    key : str
        Of the mistake; several pairs may share one.
    line, needs : str
        Keys of lines.
    hint : str
    """

    key: str
    line: str
    needs: str
    hint: str


@dataclass(frozen=True)
class Puzzle:
    """Lines to put in order.

    Attributes
    ----------
    key : str
    lines : tuple of Line
        In the order of the handout, or of the lesson.
    before : tuple of pairs of str
        The first of a pair has to stand above the second.
    apart : tuple of triples of str
        The first must not stand between the other two.
    loops : tuple of Mistake
        Loops that are taken apart: nothing else can be said of such an order.
    missing : tuple of Missing
        What raises at the first pass.
    silent : tuple of Mistake
        What Python runs without a word, the gravest first. Some raise later, as the loop comes round.
    """

    key: str
    lines: tuple[Line, ...]
    before: tuple[tuple[str, str], ...]
    apart: tuple[tuple[str, str, str], ...]
    loops: tuple[Mistake, ...]
    missing: tuple[Missing, ...]
    silent: tuple[Mistake, ...]

    @property
    def right(self) -> tuple[int, ...]:
        """The order in which the lines are listed."""
        return tuple(range(len(self.lines)))

    def hints(self) -> dict[str, str]:
        """All of them, by the mistakes' keys."""
        every: list[Mistake | Missing] = [*self.loops, *self.missing, *self.silent]
        return {mistake.key: mistake.hint for mistake in every}


def shuffled(puzzle: Puzzle, seed: int) -> tuple[int, ...]:
    """The lines as they lie at first: the same for the same seed, and never right already."""
    random, order = Random(seed), list(puzzle.right)
    random.shuffle(order)
    while is_right(puzzle, order):
        random.shuffle(order)
    return tuple(order)


def checked(puzzle: Puzzle, order: Sequence[object]) -> tuple[int, ...]:
    """The same order, once it is known to be one: each line's number once.

    Raises
    ------
    OrderError
        If it is not.
    """
    numbers = [number for number in order if isinstance(number, int) and not isinstance(number, bool)]
    if len(numbers) != len(order) or sorted(numbers) != list(puzzle.right):
        raise OrderError(f"An order names each of the {len(puzzle.lines)} lines once.")
    return tuple(numbers)


def as_letters(order: Sequence[int]) -> str:
    """An order as a link has it: a letter per line."""
    return "".join(_LETTERS[number] for number in order)


def of_letters(puzzle: Puzzle, text: str) -> tuple[int, ...]:
    """The order of a link's text.

    Raises
    ------
    OrderError
        If the text is none.
    """
    return checked(puzzle, [_LETTERS.find(letter) for letter in text])


def depths(puzzle: Puzzle, order: Sequence[int]) -> list[int]:
    """How deep each line is indented at its place: a loop's end closes the innermost that is open."""
    found, depth = [], 0
    for number in order:
        line = puzzle.lines[number]
        depth = max(0, depth - line.closes)
        found.append(depth)
        depth += line.opens
    return found


def text_of(puzzle: Puzzle, order: Sequence[int]) -> str:
    """The lines in this order, as Python gets them."""
    rows = zip(depths(puzzle, order), order, strict=True)
    return "\n".join(f"{INDENT * depth}{puzzle.lines[number].text}" for depth, number in rows)


def places(puzzle: Puzzle, order: Sequence[int]) -> dict[str, int]:
    """Where each line stands."""
    return {puzzle.lines[number].key: place for place, number in enumerate(order)}


def is_right(puzzle: Puzzle, order: Sequence[int]) -> bool:
    """Whether each line has above it what it needs."""
    at = places(puzzle, order)
    return all(at[first] < at[second] for first, second in puzzle.before) and not any(
        at[one] < at[what] < at[other] for what, one, other in puzzle.apart
    )


def mistakes(puzzle: Puzzle, order: Sequence[int]) -> list[str]:
    """The mistakes that a wrong order shows, as keys: the one that Python meets first leads; none of a right order.

    Where loops are taken apart, or a line lacks what it needs, nothing is said of what would come after.
    """
    at = places(puzzle, order)
    if apart := [mistake.key for mistake in puzzle.loops if mistake.shows(at)]:
        return apart[:1]
    lacking = [pair for pair in puzzle.missing if at[pair.line] < at[pair.needs]]
    if lacking:
        return [min(lacking, key=lambda pair: at[pair.line]).key]
    return [mistake.key for mistake in puzzle.silent if mistake.shows(at)]


def hint(puzzle: Puzzle, order: Sequence[int]) -> tuple[str, str]:
    """The key and the sentence of the mistake to speak of; two empty texts of a right order."""
    shown = mistakes(puzzle, order)
    return (shown[0], puzzle.hints()[shown[0]]) if shown else ("", "")
