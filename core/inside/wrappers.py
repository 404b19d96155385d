"""What training scripts wrap around a network's weights: keys of a checkpoint, and prefixes of names.

A checkpoint holds the weights under some key, perhaps twice (averaged ones, a teacher's), and DataParallel,
``torch.compile`` or Lightning put a prefix before every name. Whether a prefix is a wrapper's or the network's own is
not seen from the prefix. So each way is tried against the names of the networks that may be meant; and where it is
none of these, a usual prefix comes off only if all names share it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from typing import Any

import torch

from core.lab.words import count

# Where scripts put the weights of a checkpoint; what stands first is taken first, averaged weights last
KEYS = (
    "model", "state_dict", "model_state_dict", "net", "network", "weights", "params", "module", "net_state_dict",
    "network_state_dict", "model_state", "model_weights", "model_params", "state", "backbone", "encoder", "classifier",
    "student", "generator", "best_model", "best_state_dict", "best_model_state_dict", "app", "checkpoint",
    "ema", "model_ema", "ema_model", "state_dict_ema", "ema_state_dict", "params_ema", "teacher",
)  # fmt: skip
# In a name, of what wraps a module wherever it stands: nobody calls a layer so
_MARKS = frozenset({"_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_forward_module", "_module"})
_MODULE = frozenset({"module"})  # DataParallel's; a layer may be called so too
PREFIXES = _MARKS | _MODULE | {"model", "net", "network", "backbone", "encoder", "classifier", "student", "ema_model"}
# In a key or a prefix, of weights that are not the ones that are meant, where there are others
_COPIES = frozenset({"ema", "teacher", "target", "momentum", "average", "averaged", "avg", "optimizer", "grads"})
_DEEPEST = 4  # keys from the outside to the weights
_MOST_PLACES, _MOST_NAMES, _MOST_PARTS = 200, 20_000, 16  # that are looked at; a network has some hundred names


@dataclass(frozen=True)
class Unwrapped:
    """Weights, and what was around them.

    Attributes
    ----------
    weights : dict
        By the network's own names. Nothing has been checked: a name and a value may be anything.
    keys : tuple of str
        Of the checkpoint, from outside to inside.
    prefixes : tuple of str
        What was taken off, such as ``"module."``, in the order in which it stood in names.
    n_shortened : int
        Names from which something was taken off.
    left_out : tuple of str
        Names that stood beside the network.
    """

    weights: dict[Any, Any]
    keys: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    n_shortened: int = 0
    left_out: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What was done, for people, as plain text; "" where the file holds the weights and nothing else."""
        told = []
        if self.keys:
            told.append(f"Read under {' > '.join(map(_shown, self.keys))}.")
        if self.prefixes:
            *most, last = map(_shown, self.prefixes)
            off = f"{', '.join(most)} and {last}" if most else last
            told.append(f"Taken off {count(self.n_shortened, 'name')}: {off}.")
        if self.left_out:
            more = f" and {len(self.left_out) - 1:,} more" if len(self.left_out) > 1 else ""
            told.append(f"Left out, as no part of the network: {_shown(self.left_out[0])}{more}.")
        return " ".join(told)


def unwrap(content: dict[object, object], networks: Sequence[Set[str]]) -> Unwrapped:
    """The weights in what a file holds.

    Parameters
    ----------
    content : dict
        A state dict, or a checkpoint that has one somewhere.
    networks : sequence of sets of str
        The names of those that may be meant. The weights whose names fit one of them best are taken; where not even
        half of any network is there, those at a usual place.
    """
    places = list(islice(_places(content, (), set()), _MOST_PLACES))
    if sum(len(place.content) for place in places) <= _MOST_NAMES:
        fits = [fit for place in places for fit in _fits(place, networks)]
        if fits:
            return max(fits, key=lambda fit: fit.rank).unwrapped()  # of equal ones the first
    usual = [place for place in places if place.keys and set(place.keys) <= set(KEYS)]
    return _without_shared_prefix(min(usual, key=lambda place: place.rank, default=_Place((), content)))


@dataclass(frozen=True)
class _Place:
    """A dictionary with tensors in it, and where it stands."""

    keys: tuple[str, ...]
    content: dict[object, object]

    @property
    def rank(self) -> tuple[bool, int]:
        """The lowest is meant first."""
        last = max((KEYS.index(key) if key in KEYS else len(KEYS) for key in self.keys), default=-1)
        return any(map(_is_copy, self.keys)), last


def _places(content: dict[object, object], keys: tuple[str, ...], seen: set[int]) -> Iterator[_Place]:
    """From outside to inside; what holds itself is met once."""
    if id(content) in seen or len(keys) > _DEEPEST:
        return
    seen.add(id(content))
    if any(isinstance(value, torch.Tensor) for value in content.values()):
        yield _Place(keys, content)
    for key, value in content.items():
        if isinstance(key, str) and isinstance(value, dict):
            yield from _places(value, (*keys, key), seen)


@dataclass(frozen=True)
class _Fit:
    """One way to read a place: what stands before the network's names, and which parts of them are wrappers' marks."""

    place: _Place
    before: tuple[str, ...]
    marks: frozenset[str]
    n_more: int  # names that fit, less those that are missing
    n_foreign: int  # names behind ``before`` that are not the network's

    @property
    def rank(self) -> tuple[int, bool, int, int, int]:
        """The highest is meant: the best fit, no copy, at the usual place, with the least taken off."""
        a_copy, place = self.place.rank
        a_copy = a_copy or any(map(_is_copy, self.before))
        return self.n_more, not a_copy, -place, -self.n_foreign, -len(self.marks) - len(self.before)

    def unwrapped(self) -> Unwrapped:
        weights, removed, n_shortened, left_out = {}, dict[str, None](), 0, []
        for name, value in self.place.content.items():
            parts = _parts(name) if isinstance(value, torch.Tensor) else ()
            rest = _rest(parts, self.before, self.marks)
            if not rest:
                left_out.append(str(name))
                continue
            weights[".".join(rest)] = value
            behind = [part for part in parts[len(self.before) :] if part in self.marks]
            removed |= dict.fromkeys(f"{part}." for part in (*self.before, *behind))
            n_shortened += len(rest) < len(parts)
        return Unwrapped(weights, self.place.keys, tuple(removed), n_shortened, tuple(left_out))


def _rest(parts: tuple[str, ...], before: tuple[str, ...], marks: frozenset[str]) -> tuple[str, ...]:
    """What is left of a name; nothing where it does not begin as the network's do."""
    if parts[: len(before)] != before:
        return ()
    return tuple(part for part in parts[len(before) :] if part not in marks)


def _fits(place: _Place, networks: Sequence[Set[str]]) -> Iterator[_Fit]:
    """The ways to read a place in which more than half of a network's names are there."""
    names = [_parts(name) for name, value in place.content.items() if isinstance(value, torch.Tensor)]
    behind = Counter(parts[:k] for parts in names for k in range(len(parts)))
    for marks in (frozenset[str](), _MARKS, _MARKS | _MODULE):
        there: Counter[tuple[int, tuple[str, ...]]] = Counter()
        for parts in names:
            for k in range(len(parts)):
                name = ".".join(_rest(parts, parts[:k], marks))
                there.update((number, parts[:k]) for number, network in enumerate(networks) if name in network)
        for (number, before), n in there.items():
            n_more = 2 * n - len(networks[number])
            if n_more > 0 and not _two_become_one(names, before, marks):
                yield _Fit(place, before, marks, n_more, behind[before] - n)


def _two_become_one(names: list[tuple[str, ...]], before: tuple[str, ...], marks: frozenset[str]) -> bool:
    rests = [rest for parts in names if (rest := _rest(parts, before, marks))]
    return len(set(rests)) < len(rests)


def _without_shared_prefix(place: _Place) -> Unwrapped:
    names = {name: _parts(name) for name in place.content}
    removed: list[str] = []
    rests = list(names.values())
    while rests and all(len(rest) > 1 and rest[0] == rests[0][0] for rest in rests) and rests[0][0] in PREFIXES:
        removed.append(rests[0][0] + ".")
        rests = [rest[1:] for rest in rests]
    if not removed:
        return Unwrapped(place.content, place.keys)
    weights = {".".join(rest): value for rest, value in zip(rests, place.content.values(), strict=True)}
    return Unwrapped(weights, place.keys, tuple(dict.fromkeys(removed)), len(weights))


def _parts(name: object) -> tuple[str, ...]:
    """The parts of a name between its dots; of what can't be a network's name, one or none."""
    if not isinstance(name, str):
        return ()
    return tuple(name.split(".")) if name.count(".") < _MOST_PARTS else (name,)


def _is_copy(key: str) -> bool:
    return not _COPIES.isdisjoint(re.split(r"[^a-z]+", key.lower()))


def _shown(name: str) -> str:
    """A name out of a stranger's file, at a length that can be read."""
    return '"' + "".join(c if c.isprintable() else "?" for c in (name if len(name) <= 60 else name[:59] + "…")) + '"'
