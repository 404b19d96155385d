"""Every kind of run with every option and every data set: its script, as it is handed out, gives its losses.

The scripts are run by a Python that finds nothing of the lab, in folders with blanks and letters that are no ASCII,
from another folder. ``script_options`` says which, and how more of them are run by hand.
"""

import ast
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torchvision

from core.receipts.sections import as_script, files_of
from core.specs.transfer import WeightsSpec
from core.transfer import pretrained
from tests.core.receipts.script_cases import Case, all_cases

FOLDER = "Übung 5 – мои скрипты"  # as of the fixture ``alone``


def others(path: Path) -> None:
    """Every run's pictures are called the same: here are those of another run."""
    with np.load(path) as file:
        held = dict(file)
    np.savez(path, **held | {"train_labels": held["train_labels"][::-1]})


def other_weights(path: Path) -> None:
    weights = torch.load(path, weights_only=True)
    torch.save(weights | {"bn1.bias": weights["bn1.bias"] + 1}, path)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def edited(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"BLOCK = 10\n")


def with_the_line_ends_of_windows(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


PICTURES, WEIGHTS, DRAWING = "pictures.npz", "resnet18_weights.pt", "shapes10.py"
# A file, what happened to it, and what the script says and ends with; nothing where it does not mind
SPOILT: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "pictures of another run": (PICTURES, others, "is not the one of this run: its content is another"),
    "pictures cut short": (PICTURES, cut_short, "is damaged, perhaps cut short"),
    "pictures gone": (PICTURES, Path.unlink, "It came in one zip with this file: put both into one folder."),
    "weights of another run": (WEIGHTS, other_weights, "is not the one of this run: its content is another"),
    "weights cut short": (WEIGHTS, cut_short, "is damaged, perhaps cut short"),
    "weights gone": (WEIGHTS, Path.unlink, "It came in one zip with this file: put both into one folder."),
    "drawing edited": (DRAWING, edited, "is not the one of this run: its content is another"),
    "drawing gone": (DRAWING, Path.unlink, "It came in one zip with this file: put both into one folder."),
    "drawing from Windows": (DRAWING, with_the_line_ends_of_windows, ""),
}


@dataclass
class Outcome:
    """What a script left and printed, and what the lab says."""

    found: Any
    printed: list[str]
    expected: Any
    case: Case


@dataclass
class Everything:
    """The cases, their notebooks by the case's name, and scripts with spoilt files."""

    scripts: dict[str, Outcome]
    notebooks: dict[str, Outcome]
    spoilt: dict[str, list[str]]


@pytest.fixture(scope="module")
def everything(alone, own_set):
    """All that is run, in one process; what the lab says is worked out beside it."""
    made = alone()
    torch.manual_seed(11)
    model = torchvision.models.resnet18()
    with torch.no_grad():
        model.train()(torch.rand(8, 3, 32, 32))
    # torchvision's own file, where it looks for it before it asks a server
    hub = made.root / "torch" / "hub" / "checkpoints"
    hub.mkdir(parents=True)
    torch.save(model.state_dict(), hub / pretrained.IMAGENET_FILE)
    weights = {"random": WeightsSpec()}
    for source in ("file", "here", "imagenet"):
        kept = pretrained.keep(model.state_dict(), source=source, title="these", owner="ann")
        weights[source] = kept.spec
    cases = all_cases(own_set, weights)
    for name, case in cases.items():
        made.add(name, case.parts, case.wanted)
    books = {next(name for name, case in cases.items() if beside(case) == {file}) for file in (PICTURES, DRAWING)}
    for name in books:
        made.add_notebook(f"{name} as a notebook", cases[name].parts, cases[name].wanted)
    for name, (file, spoil, _) in SPOILT.items():
        case = next(case for case in cases.values() if beside(case) == {file})
        spoil(made.add(name, case.parts, case.wanted) / file)
    made.start()
    expected = {name: case.expected() for name, case in cases.items()}
    found = made.results()
    return Everything(
        {name: Outcome(*found[name], expected[name], case) for name, case in cases.items()},
        {name: Outcome(*found[f"{name} as a notebook"], expected[name], cases[name]) for name in books},
        {name: found[name][1] for name in SPOILT},
    )


def beside(case: Case) -> set[str]:
    """The names of the files that a script needs."""
    return {file.name for file in files_of(case.parts)}


def differs(outcome: Outcome) -> bool:
    """Whether a script does not give what the lab says."""
    found, expected, within = outcome.found, outcome.expected, outcome.case.within
    if found is None:
        return True
    if math.isnan(within):
        return len(found[0]) != len(expected[0]) or not np.isfinite(found[0]).all()
    if within:
        return np.abs(np.subtract(found[0], expected[0])).max() > within or abs(found[1] - expected[1]) > 0.15
    return repr(found) != repr(expected)  # bit for bit, and NaN is NaN


def test_every_script_gives_what_the_lab_says(everything):
    wrong = {
        name: "\n".join(outcome.printed) if outcome.found is None else f"{outcome.found} for {outcome.expected}"
        for name, outcome in everything.scripts.items()
        if differs(outcome)
    }
    assert not wrong, "\n\n".join(f"{name}: {told}" for name, told in wrong.items())
    assert len(everything.scripts) > 90


def test_a_run_is_told_epoch_by_epoch_and_ends_with_its_accuracy(everything):
    runs = {name: outcome for name, outcome in everything.scripts.items() if name.startswith("run ")}
    for outcome in runs.values():
        losses, accuracy = outcome.expected
        *epochs, last = outcome.printed
        assert re.fullmatch(rf"Accuracy of the network on the \d+ test images: {100 * accuracy:.1f} %", last)
        told = [f"Epoch [{number}/{len(epochs)}" for number in range(1, len(epochs) + 1)]
        assert [line.split("]")[0] for line in epochs] == told
        assert losses  # it prints no epoch that this run did not have
    stopped = [outcome for name, outcome in runs.items() if len(outcome.expected[0]) in (3, 4, 5)]
    assert {len(outcome.printed) for outcome in stopped} == {2, 3}


def test_what_diverges_diverges(everything):
    assert math.isnan(everything.scripts["diverges"].found[-1])


def test_a_notebook_finds_what_lies_beside_it_and_gives_the_same(everything):
    assert len(everything.notebooks) == 2
    for name, outcome in everything.notebooks.items():
        assert not differs(outcome), (name, outcome)


@pytest.mark.parametrize("name", SPOILT)
def test_a_file_that_is_not_this_runs_is_one_sentence(everything, name):
    said = everything.spoilt[name][-1]
    _, _, sentence = SPOILT[name]
    if sentence:
        assert said.startswith("SystemExit: ")
        assert sentence in said
        assert FOLDER in said  # which file, of which folder
    else:
        assert "SystemExit" not in said


STARTS_PROCESSES = "num_workers|n_jobs|joblib|[Pp]rocess|^Pool|fork|spawn|system"


def test_nothing_in_a_script_is_of_one_system_alone(everything):
    """What starts processes begins a script anew on Windows and macOS; text has an encoding; paths are no strings."""
    for name, outcome in everything.scripts.items():
        script = as_script(outcome.case.parts)
        code = ast.parse(script)
        used = {node.attr for node in ast.walk(code) if isinstance(node, ast.Attribute)}
        used |= {node.id for node in ast.walk(code) if isinstance(node, ast.Name)}
        used |= {node.arg or "" for node in ast.walk(code) if isinstance(node, ast.keyword)}
        starts = {word for word in used if re.search(STARTS_PROCESSES, word)}
        assert not starts or '__name__ == "__main__"' in script, (name, starts)
        assert not used & {"open", "write_text", "read_text", "environ", "signal", "getuid", "symlink_to"}, name
        assert not re.search(r"['\"](/|~|[A-Z]:)", script), name
        assert "core" not in {module.split(".")[0] for module in imports(code)}


def imports(code: ast.Module) -> list[str]:
    names = [alias.name for node in ast.walk(code) if isinstance(node, ast.Import) for alias in node.names]
    return names + [node.module or "" for node in ast.walk(code) if isinstance(node, ast.ImportFrom)]


def test_the_lesson_is_not_buried(everything):
    """Two pages of code at most before the network; the rest lies in a file of its own."""
    for name, outcome in everything.scripts.items():
        script = as_script(outcome.case.parts)
        assert script.index("# The network") < script.index("criterion")
        n_before = script[: script.index("# The network")].count("\n")
        assert n_before < (150 if "# The leak" in script else 100), (name, n_before)
        assert max(map(len, script.splitlines())) <= 160
