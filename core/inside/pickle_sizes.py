"""How large a pickle's values are once each reference in it is written out, without making any of them.

A pickle names a thing again by its number in a memo. Forty doublings of a pair make a tuple with 2^40 places in 200
bytes; Python takes as long to hash or to print it as it has places, and a tuple that is a million deep overruns the
stack of the process. Here the pickle is followed with sizes in the place of values.
"""

from dataclasses import dataclass
from pickletools import OpcodeInfo, markobject
from typing import Any

_PUTS = ("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE")
_GETS = ("GET", "BINGET", "LONG_BINGET")
# They add to what lies below them on the stack, instead of making something
_ADDS = ("APPEND", "APPENDS", "SETITEM", "SETITEMS", "ADDITEMS", "BUILD")


@dataclass
class _Size:
    """Of one value: places when all is written out, and levels."""

    places: int = 1
    levels: int = 1


class PickleSizes:
    """Follows one pickle, operation by operation.

    Attributes
    ----------
    n_places : int
        Of all references that were met, written out.
    n_levels : int
        Of the deepest value.
    """

    def __init__(self) -> None:
        self.n_places = self.n_levels = 0
        self._stack: list[_Size] = []
        self._marks: list[int] = []  # how high the stack was when each was set
        self._memo: dict[int, _Size] = {}

    def step(self, operation: OpcodeInfo, argument: Any) -> None:
        """Take the next operation; raises ``ValueError`` where the pickle takes from the stack what is not there."""
        if operation.name in _PUTS:
            (top,) = self._top(1)
            self._memo[len(self._memo) if argument is None else int(argument)] = top
        elif operation.name in _GETS:
            known = self._memo.get(int(argument), _Size())
            self.n_places += known.places
            self._stack.append(known)
        elif operation.name == "MARK":
            self._marks.append(len(self._stack))
        elif operation.name == "DUP":
            self._stack += self._top(1)
        else:
            self._make(operation)

    def _make(self, operation: OpcodeInfo) -> None:
        taken = self._taken(operation)
        made = taken.pop(0) if operation.name in _ADDS and taken else _Size()
        made.places += sum(size.places for size in taken)
        made.levels = max([made.levels, *(size.levels + 1 for size in taken)])
        self.n_levels = max(self.n_levels, made.levels)
        self._stack += [made] * len(operation.stack_after)

    def _taken(self, operation: OpcodeInfo) -> list[_Size]:
        """What an operation takes off the stack, the lowest first."""
        wanted, n = operation.stack_before, len(operation.stack_before)
        if markobject in wanted:
            if not self._marks:
                raise ValueError("a pickle goes back to a mark that it has not set")
            n = len(self._stack) - self._marks.pop() + wanted.index(markobject)
        taken = self._top(n)
        del self._stack[len(self._stack) - n :]
        return taken

    def _top(self, n: int) -> list[_Size]:
        lowest = len(self._stack) - n
        if lowest < 0 or (self._marks and lowest < self._marks[-1]):
            raise ValueError("a pickle takes more from its stack than it has put there")
        return self._stack[lowest:]
