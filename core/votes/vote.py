"""A vote: a question, two to five options, and how the lab finds out which of them is right.

The key is stated, so that a page can list the bank without torch; ``Vote.run`` computes it, and tests compute it once
more in another way.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.lab.errors import ChalknetError
from core.lab.words import count, number

LESSONS = ("perceptron", "convolution", "cnn", "crossval", "transfer", "optimizers")  # keys, in the handout's order
FEWEST, MOST = 2, 5  # options
LONGEST_QUESTION, LONGEST_OPTION, LONGEST_WHY = 500, 200, 1_000  # letters: what a projector shows
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")


class VoteError(ChalknetError):
    """A vote that can't be held, or whose answer none of its options gives: what is wrong, and what is allowed."""


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from.

    Attributes
    ----------
    text : str
        As it stands on the phone.
    misconception : str or None
        What somebody thinks who chooses it, as a sentence; None for the right one, and for those of own votes.
    source : str
        Where the misconception is from: a mistake that this lab names, a publication, or what was measured here.
    """

    text: str
    misconception: str | None = None
    source: str = ""


@dataclass(frozen=True)
class Measured:
    """One number that the run gave.

    Attributes
    ----------
    name : str
        What it is of. Where each option was measured, the option's text.
    value : float
    unit : str
        Such as ``"%"``, ``"parameters"``; empty for a plain number.
    """

    name: str
    value: float
    unit: str = ""

    @property
    def told(self) -> str:
        """The number as a page says it, without its unit: a share in tenths of a percent, as everywhere in the lab."""
        return f"{self.value:.1f}" if self.unit == "%" else number(self.value)


@dataclass(frozen=True)
class Outcome:
    """What the lab's run gave.

    Attributes
    ----------
    answer : str
        In the words of one of the options.
    measured : tuple of Measured
        The numbers behind it.
    """

    answer: str
    measured: tuple[Measured, ...] = ()


@dataclass(frozen=True)
class Ran:
    """A vote's outcome beside its options.

    Attributes
    ----------
    winner : int
        Index of the option that the outcome names.
    outcome : Outcome
    """

    winner: int
    outcome: Outcome


@dataclass(frozen=True)
class Vote:
    """A question to a class.

    Attributes
    ----------
    code : str
        Such as ``"conv-size-1"``; links and rooms have it, so it stays.
    lesson : str
        One of ``LESSONS``.
    question : str
    options : tuple of Option
        Two to five, all different.
    key : int or None
        Index of the right option; None where a teacher's own vote asks for an opinion.
    why : str
        The sentence that is shown after the reveal.
    compute : callable or None
        How the lab runs it: takes a ``random_state`` (int), gives an ``Outcome``. None for a teacher's own vote.
    has_luck : bool
        Whether the numbers depend on ``random_state``. The winner doesn't: tests run such votes with several.
    seconds : float
        How long the run took on two cores, about; 0 where nobody has to wait.

    Raises
    ------
    VoteError
        If a part of it is missing, too long, or contradicts another.
    """

    code: str
    lesson: str
    question: str
    options: tuple[Option, ...]
    key: int | None
    why: str = ""
    compute: Callable[[int], Outcome] | None = None
    has_luck: bool = False
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise VoteError(f"A vote's code is of small letters, digits and hyphens (conv-size-1), not {self.code!r}.")
        if self.lesson not in LESSONS:
            raise VoteError(f"The lesson is {self.lesson!r}; allowed are {', '.join(LESSONS)}.")
        _check_text("The question", self.question, LONGEST_QUESTION)
        _check_text("The why", self.why, LONGEST_WHY, may_be_empty=self.is_own)
        self._check_options()
        if self.key is not None and not 0 <= self.key < len(self.options):
            raise VoteError(f"The key is option {self.key + 1}; the vote has {count(len(self.options), 'option')}.")
        if not self.is_own:
            self._check_that_it_teaches()

    @property
    def is_own(self) -> bool:
        """Whether a teacher has written it: nothing is run, and the key is the teacher's word."""
        return self.compute is None

    @property
    def is_opinion(self) -> bool:
        """Whether no option is right or wrong."""
        return self.key is None

    def run(self, random_state: int = 0) -> Ran:
        """Let the lab find the answer; may take ``seconds``, and needs torch or scikit-learn.

        Parameters
        ----------
        random_state : int
            Of the pictures, weights and orders that are drawn, where ``has_luck``.

        Raises
        ------
        VoteError
            If it is a teacher's own, which nothing can run; or if the answer is none of the options.
        """
        if self.compute is None:
            raise VoteError("This vote is a teacher's own: nothing in it can be run; if it has a key, that is stated.")
        outcome = self.compute(random_state)
        texts = [option.text for option in self.options]
        if outcome.answer not in texts:
            raise VoteError(f"The lab's answer is {outcome.answer!r}; the options are {', '.join(map(repr, texts))}.")
        return Ran(texts.index(outcome.answer), outcome)

    def _check_options(self) -> None:
        if not FEWEST <= len(self.options) <= MOST:
            raise VoteError(f"The vote has {count(len(self.options), 'option')}; allowed are {FEWEST} to {MOST}.")
        seen: dict[str, int] = {}
        for n, option in enumerate(self.options, 1):
            _check_text(f"Option {n}", option.text, LONGEST_OPTION)
            same = " ".join(option.text.split()).casefold()
            if same in seen:
                raise VoteError(f"Options {seen[same]} and {n} are the same; write each answer once.")
            seen[same] = n

    def _check_that_it_teaches(self) -> None:
        """The lab's own: a key, and for each wrong option what is behind it."""
        if self.key is None:
            raise VoteError(f"{self.code} is run by the lab, so one of its options is right: state the key.")
        for index, option in enumerate(self.options):
            if index == self.key and (option.misconception is not None or option.source):
                raise VoteError(f"{self.code}: option {index + 1} is right and has a misconception.")
            if index != self.key and not (option.misconception and option.source):
                raise VoteError(f"{self.code}: option {index + 1} is wrong and needs a misconception and its source.")


def _check_text(name: str, text: str, longest: int, *, may_be_empty: bool = False) -> None:
    if not text.strip() and not may_be_empty:
        raise VoteError(f"{name} is empty; write at least one letter.")
    if len(text) > longest:
        raise VoteError(f"{name} has {len(text):,} letters; allowed are {longest:,}.")
    # A line break is one as well: a question is one paragraph. Marks of direction could turn a line on the wall around
    odd = next((letter for letter in text if not letter.isprintable()), None)
    if odd is not None:
        raise VoteError(f"{name} has a letter that can't be printed ({odd!a}); write it on one line, without it.")
