"""The record of a case: what is wrong with a script, where, and what its tests show."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Level = Literal["easy", "middle", "hard"]
LEVELS: tuple[Level, ...] = ("easy", "middle", "hard")
SOUND = "sound"
SCRIPTS = Path(__file__).with_name("scripts")


@dataclass(frozen=True)
class Sign:
    """What a test shows of a case.

    Attributes
    ----------
    test : str
        Key of ``core.clinic.orders``.
    sentence : str
        For people. A test trains each case and holds the sentence against ``holds``.
    holds : callable
        Whether a finding's numbers show it.
    """

    test: str
    sentence: str
    holds: Callable[[Mapping[str, float]], bool]


@dataclass(frozen=True)
class Case:
    """A script and what is wrong with it.

    Attributes
    ----------
    key : str
        Name of its file in ``core/clinic/scripts``.
    title : str
        The disease, as it stands among the choices.
    level : str
        ``"easy"``, ``"middle"`` or ``"hard"``.
    why : str
        What the bug does, in a sentence or two.
    signs : tuple of Sign
        The first is the one that tells it from every other disease (with those before it in ``core.clinic.rule``
        ruled out).
    cures : tuple of (str, str)
        Wrong text of the script and what has to stand there.
    disease : str
        Several scripts can be ill with the same, or sound; by default the key.
    is_harmless : bool
        Whether the script learns as well as the sound one.
    """

    key: str
    title: str
    level: Level
    why: str
    signs: tuple[Sign, ...]
    cures: tuple[tuple[str, str], ...] = ()
    disease: str = ""
    is_harmless: bool = False

    @property
    def name(self) -> str:
        """The key of its disease."""
        return self.disease or self.key

    @property
    def telling(self) -> Sign:
        """The sign that gives it away."""
        return self.signs[0]

    def script(self) -> str:
        """The script's text, as its file has it."""
        return (SCRIPTS / f"{self.key}.py").read_text(encoding="utf-8")

    def cured(self) -> str:
        """The text with the wrong lines put right.

        Raises
        ------
        ValueError
            If a wrong text is not in the script exactly once.
        """
        text = self.script()
        for wrong, right in self.cures:
            if text.count(wrong) != 1:
                raise ValueError(f"{self.key}: {wrong!r} is {text.count(wrong)} times in the script; once is right.")
            text = text.replace(wrong, right)
        return text

    def marked(self) -> tuple[list[int], list[int]]:
        """Lines, from 1, that differ: those of the script, and those of the cured one."""
        before, after = self.script().splitlines(), self.cured().splitlines()
        wrong: list[int] = []
        right: list[int] = []
        for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if kind != "equal":
                wrong += range(a + 1, b + 1)
                right += range(c + 1, d + 1)
        return wrong, right
