"""Which folder is a class and which is a part: the ways in which people lay pictures out.

``<class>/...`` alone, or ``train/<class>/...`` with ``test/<class>/...`` or ``val/<class>/...``, in any case and under
their usual other names; below folders that hold everything; with a part in a folder of its own name once more, as
Kaggle zips them; or the other way round, ``<class>/train/...``.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from core.datasets.own.candidates import Candidate, Placed
from core.datasets.own.class_names import class_name
from core.datasets.pictures import KINDS, LOOKED_AT
from core.lab.words import count

TRAIN, TEST, VALIDATION = "train", "test", "validation"
_WORDS = {
    TRAIN: {"train", "training", "trn"},
    TEST: {"test", "testing", "tst"},
    VALIDATION: {"val", "valid", "validation", "validate", "dev", "development", "eval", "evaluation"},
}
# Beside such a word, as in "training_set", "testImages" or "seg_train"
_FILLERS = ("datasets", "dataset", "data", "sets", "set", "images", "image", "imgs", "img", "pictures", "photos", "seg",
            "folder", "split")  # fmt: skip
_ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz"}
NO_CLASS, NO_CLASS_OF_PART = "lies in no class folder", "lies in no class folder below train/ or test/"
Dirs = tuple[str, ...]


@dataclass(frozen=True)
class Arranged:
    """Files in their classes.

    Attributes
    ----------
    placed : list of Placed
        Sorted by split, class and path, so that a folder and its zip give the same data set.
    refused : list of (name, reason)
    skipped : int
        How many hidden and system files there were.
    notes : tuple of str
        Sentences for people: what was taken for what, and what was not used.
    """

    placed: list[Placed]
    refused: list[tuple[str, str]]
    skipped: int
    notes: tuple[str, ...]


def part_of(folder: str) -> str | None:
    """Which part of a data set a folder's name says that it is; None for any other name."""
    spread = re.sub(r"([a-z])([A-Z])", r"\1 \2", folder).casefold()  # testImages
    if any(c.isalpha() and not c.isascii() for c in spread):
        return None
    words = [word for word in re.split(r"[^a-z]+", spread) if word and word not in _FILLERS]
    if len(words) != 1:
        return None
    bare = re.sub(rf"(?:{'|'.join(_FILLERS)})$", "", words[0])
    return next((part for part, names in _WORDS.items() if {words[0], bare} & names), None)


def arrange(candidates: Sequence[Candidate]) -> Arranged:
    """Find the parts and the classes; nothing is decoded."""
    kept = [c for c in candidates if not c.is_junk]
    refused = [(c.name, c.problem) for c in kept if c.problem]
    sound = []
    for candidate in kept:
        suffix = PurePosixPath(candidate.parts[-1]).suffix.lower()
        if candidate.problem:
            continue
        if suffix and suffix not in LOOKED_AT:
            refused.append((candidate.name, f"has the type {suffix}; allowed are {KINDS}"))
        else:
            sound.append(candidate)
    parts = _Parts.found_in(sound)
    placed, left_out, notes = _without_parts(sound) if parts is None else parts.placed()
    placed.sort(key=lambda p: (p.split or "", p.class_name, p.candidate.parts))
    return Arranged(placed, sorted(refused + left_out), len(candidates) - len(kept), tuple(notes))


def why_no_pictures(candidates: Sequence[Candidate]) -> str:
    """What is wrong with an archive or folder as a whole, as a sentence; empty where it is nothing of that kind."""
    kept = [c for c in candidates if not c.is_junk]
    locked = [c for c in kept if c.is_encrypted]
    if locked and len(locked) == len(kept):
        return "This zip is encrypted, with a password that nobody can type here. Make it without a password."
    packed = [c.name for c in kept if PurePosixPath(c.parts[-1]).suffix.lower() in _ARCHIVES]
    if packed and all(c.name in packed or PurePosixPath(c.parts[-1]).suffix.lower() not in LOOKED_AT for c in kept):
        return (
            f"There are no pictures in it, but {count(len(packed), 'other archive')}: {', '.join(sorted(packed)[:3])}"
            f"{', …' if len(packed) > 3 else ''}. Unpack them, and bring in the folder that then holds the classes."
        )
    return ""


def _without_parts(files: Sequence[Candidate]) -> tuple[list[Placed], list[tuple[str, str]], list[str]]:
    """``<class>/...``, below folders that hold everything."""
    depth = 0
    while True:
        tops = {c.parts[depth] for c in files if len(c.parts) - depth >= 2}
        if len(tops) != 1 or not any(len(c.parts) - depth >= 3 for c in files):
            break
        depth += 1
    placed, refused = [], []
    for candidate in files:
        name = class_name(candidate.parts[depth]) if len(candidate.parts) - depth >= 2 else ""
        if name:
            placed.append(Placed(None, name, candidate))
        else:
            refused.append((candidate.name, NO_CLASS))
    return placed, refused, []


@dataclass(frozen=True)
class _Parts:
    """Files by part, with their class where one is told."""

    files: dict[str, list[tuple[str, Candidate]]]
    folders: dict[str, str]  # a part's folder as it is called here
    outside: list[Candidate]
    note: str = ""

    @classmethod
    def found_in(cls, sound: Sequence[Candidate]) -> "_Parts | None":
        """Where the folders of the parts are; None where there are none."""
        seen: dict[Dirs, set[str]] = defaultdict(set)
        for candidate in sound:
            dirs = candidate.parts[:-1]
            for depth, folder in enumerate(dirs):
                if (part := part_of(folder)) is not None:
                    seen[dirs[:depth]].add(part)
        roots = [root for root, parts in seen.items() if TRAIN in parts and len(parts) > 1]
        if not roots:
            return None
        least = min(map(len, roots))
        roots = sorted(root for root in roots if len(root) == least)
        root = roots[0]
        inside = [c for c in sound if c.parts[:least] == root and len(c.parts) > least + 1 and part_of(c.parts[least])]
        has_classes = any(len(c.parts) > least + 2 for c in inside if part_of(c.parts[least]) == TRAIN)
        if not has_classes and len(roots) > 1:
            return cls._by_class(sound, root[:-1])
        others = sorted({"/".join(other) for other in roots[1:]})
        note = f"{', '.join(others)}: not used. Of several data sets in one zip the first is taken." if others else ""
        return cls._by_part(sound, inside, least, note)

    @classmethod
    def _by_part(cls, sound: Sequence[Candidate], inside: list[Candidate], depth: int, note: str) -> "_Parts":
        of_part: dict[str, list[Candidate]] = defaultdict(list)
        folders: dict[str, str] = {}
        for candidate in inside:
            part = part_of(candidate.parts[depth]) or ""
            of_part[part].append(candidate)
            folders.setdefault(part, candidate.parts[depth])
        files: dict[str, list[tuple[str, Candidate]]] = {}
        known: set[str] = set()
        for part in (TRAIN, TEST, VALIDATION):
            members = of_part.get(part, [])
            start = _classes_begin(members, depth + 1, part, known)
            files[part] = [(class_name(c.parts[start]) if len(c.parts) > start + 1 else "", c) for c in members]
            if part == TRAIN:
                known = {name for name, _ in files[part]}
        there = set(map(id, inside))
        return cls(files, folders, [c for c in sound if id(c) not in there], note)

    @classmethod
    def _by_class(cls, sound: Sequence[Candidate], above: Dirs) -> "_Parts":
        depth = len(above)
        files: dict[str, list[tuple[str, Candidate]]] = defaultdict(list)
        folders: dict[str, str] = {}
        outside = []
        for candidate in sound:
            part = part_of(candidate.parts[depth + 1]) if len(candidate.parts) > depth + 2 else None
            if part is None or candidate.parts[:depth] != above:
                outside.append(candidate)
                continue
            files[part].append((class_name(candidate.parts[depth]), candidate))
            folders.setdefault(part, candidate.parts[depth + 1])
        return cls(files, folders, outside)

    def placed(self) -> tuple[list[Placed], list[tuple[str, str]], list[str]]:
        """Training pictures, those that judge, and what is left, with sentences about it."""
        classes = {name for name, _ in self.files[TRAIN] if name}
        by_case = {name.casefold(): name for name in sorted(classes)}
        judged = next((part for part in (TEST, VALIDATION) if self._has_labels(part, by_case)), None)
        placed: list[Placed] = []
        refused = [(c.name, NO_CLASS_OF_PART) for c in self.outside]
        for name, candidate in self.files[TRAIN]:
            if name:
                placed.append(Placed(None if judged is None else TRAIN, name, candidate))
            else:
                refused.append((candidate.name, NO_CLASS_OF_PART))
        for part in (TEST, VALIDATION):
            for name, candidate in self.files.get(part, []):
                if part != judged and judged is not None and name:
                    refused.append((candidate.name, f"is of {self.folders[part]}/, which is not used"))
                elif not name:
                    refused.append((candidate.name, NO_CLASS_OF_PART))
                elif part == judged:
                    placed.append(Placed(TEST, by_case.get(name.casefold(), name) if name not in classes else name,
                                         candidate))  # fmt: skip
                else:
                    refused.append((candidate.name, "is of a class that has no training pictures"))
        return placed, refused, self._notes(judged)

    def _has_labels(self, part: str, classes: dict[str, str]) -> bool:
        return any(name.casefold() in classes for name, _ in self.files.get(part, []))

    def _notes(self, judged: str | None) -> list[str]:
        notes = [self.note] if self.note else []
        called = {part: f"{folder}/" for part, folder in self.folders.items()}
        if judged == VALIDATION:
            notes.append(f"{called[VALIDATION]} is taken for testing: its pictures judge.")
        for part in (TEST, VALIDATION):
            files = self.files.get(part, [])
            if not files or part == judged:
                continue
            n = count(len(files), "picture")
            if any(name for name, _ in files) and judged is not None:
                notes.append(f"{called[part]} ({n}) is not used: {called[judged]} judges, and one part is enough.")
            else:
                notes.append(f"{called[part]} ({n}) is not used: its pictures have no class of {called[TRAIN]}, so "
                             "nobody can tell whether a network is right about them.")  # fmt: skip
        if judged is None:
            notes.append(f"A share of each class of {called[TRAIN]} is put aside for testing.")
        return notes


def _classes_begin(members: Sequence[Candidate], depth: int, part: str, classes: set[str]) -> int:
    """Where a part's classes begin: a folder of the part's own name, or that holds everything, is no class."""
    while True:
        tops = Counter(c.parts[depth] for c in members if len(c.parts) > depth + 1)
        if len(tops) != 1:
            return depth
        (top,) = tops
        is_deeper = any(len(c.parts) > depth + 2 for c in members)
        if class_name(top) in classes or not (is_deeper or (part != TRAIN and part_of(top) == part)):
            return depth
        depth += 1
