"""What an address can say: whatever it is, the page comes up with sentences, and nothing outside the lab is touched.

By hand all of them, ``CHALKNET_FUZZ=all``; each address has a number and is the same each time.
"""

import ast
import random
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.engine.worker import execute
from core.runs import experiments
from core.specs import CNNSpec
from core.specs.folds import FoldSpec
from tests.outside import how_many, tree, watched
from tests.pages.hostile import TEXTS

ROOT = Path(__file__).resolve().parents[2]
N = how_many(1000, sample=12)
PAGES = [None, *sorted(path.stem for path in (ROOT / "pages").glob("[0-9]*.py"))]
TORN = ("spec.json", "meta.json", "status.json", "history.jsonl", "result.json", "probabilities.npy", "model.pt")
_SETTINGS = {
    "number_slider", "number_field", "index_field", "choice_slider", "choice", "choice_list", "choices", "switch",
    "one_of", "Setting", "told",
}  # fmt: skip


def _trees(*folders):
    files = [ROOT / "app.py", *(path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in files]


def _constants():
    """The texts that modules give a name in capitals, by name."""
    found = {}
    for node in (node for tree_of_file in _trees("pages", "core") for node in tree_of_file.body):
        if isinstance(node, ast.Assign):
            names, values = (getattr(part, "elts", [part]) for part in (node.targets[0], node.value))
            for name, value in zip(names, values, strict=False):
                if isinstance(getattr(value, "value", None), str) and getattr(name, "id", "").isupper():
                    found.setdefault(name.id, set()).add(value.value)
    return found


def _names_of_settings():
    """The URL parameters that the pages' code names, as a text or by a constant."""
    found = {"run", "experiment", "search", "tab", "seed", "dataset", "n_train", "n_test", "data_seed"}
    constants = _constants()
    for node in (node for tree_of_file in _trees("pages") for node in ast.walk(tree_of_file)):
        called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if called in _SETTINGS:
            for given in node.args[0 if called in {"Setting", "told"} else 1 : 2]:
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    found.add(given.value)
                elif isinstance(given, ast.Name):
                    found |= constants.get(given.id, set())
    return sorted(name for name in found if name.isidentifier())


def _tabs(page):
    """The titles in a page's file: the keys of its dictionaries."""
    if page is None:
        return []
    nodes = ast.walk(ast.parse((ROOT / "pages" / f"{page}.py").read_text(encoding="utf-8")))
    keys = [key for node in nodes if isinstance(node, ast.Dict) for key in node.keys]
    return [key.value for key in keys if isinstance(key, ast.Constant)]


NAMES = _names_of_settings()
STRANGE_NAMES = [
    "person", "settings", "__class__", "__proto__", "session_state", "a[b]", "", " ", "x" * 3000, "é", "embed",
    "embed_options", "run ", "Run", "begun_run", "tab.tab", "train", "own_folder", "own_title", "\u202erun",
]  # fmt: skip
NUMBERS = [
    "0", "-0", "-1", "1", "2", "3.5", "1e3", "1e400", "-1e400", "nan", "-nan", "inf", "0x10", "1_000", "١٢٨", "²",
    " 4 ", "9" * 25, "9" * 5000, "-" + "9" * 400, "1.0000000001", "true", "False", "5.0", "1,2", "1e-400", "١e٣",
]  # fmt: skip


def _mutated(rng, text):
    letters = list(text)
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(letters) + 1)
        letters[place : place + rng.randint(0, 2)] = rng.choice(["", "a", "7", "/", "..", "\x00", "é", " ", "%"])
    return "".join(letters)


def _address(number, things, paths):
    """The page and the parameters of one number; a value may be a list, for a name that stands there several times."""
    rng = random.Random(number)
    page = rng.choice(PAGES)
    parameters = {}
    if _tabs(page) and rng.random() < 0.8:
        parameters["tab"] = rng.choice(_tabs(page))
    if rng.random() < 0.35:
        parameters[rng.choice(("run", "run", "experiment", "search"))] = rng.choice(things)
    for _ in range(rng.randint(1, 7)):
        name = rng.choice(NAMES) if rng.random() < 0.85 else rng.choice(STRANGE_NAMES)
        kind = rng.random()
        if kind < 0.35:
            value = rng.choice(NUMBERS)
        elif kind < 0.65:
            value = rng.choice(TEXTS)
        elif kind < 0.72:
            value = rng.choice(paths)
        elif kind < 0.82:
            value = rng.choice([_mutated(rng, rng.choice(things)), rng.choice(things)])
        elif kind < 0.9:
            value = "".join(chr(rng.choice([rng.randrange(1, 128), rng.randrange(0xA0, 0xD800)])) for _ in range(9))
        else:
            value = [rng.choice(NUMBERS + TEXTS) for _ in range(rng.randint(0, 4))]
        parameters[name] = value
    return page, parameters


@pytest.fixture
def lab(home, small, new_run):
    """A lab in which things were trained and some are broken; gives the ids that a link can name."""
    done = [new_run(n_epochs=1), new_run(n_epochs=1, page="cnn", model=CNNSpec(channels1=4, channels2=4), owner="bob")]
    spec = FoldSpec(data=small().data, n_threads=1, model=small().model, n_epochs=1, n_folds=2)
    members = [({"fold": i}, spec.model_copy(update={"fold": i})) for i in range(2)]
    folds = experiments.create("folds", members, settings={}, page="crossval", owner="ann")
    for run in [*done, *folds.runs]:
        assert execute(str(run.folder)) == "done"
    # As a machine leaves files that lost its power: cut short, or as long as they were and full of zeros
    torn = [new_run(n_epochs=1) for _ in range(2 * len(TORN))]
    for run in torn:
        assert execute(str(run.folder)) == "done"
    for run, name in zip(torn[::2], TORN, strict=True):
        whole = (run.folder / name).read_bytes()
        (run.folder / name).write_bytes(whole[: len(whole) * 2 // 3])
    for run, name in zip(torn[1::2], TORN, strict=True):
        whole = (run.folder / name).read_bytes()
        (run.folder / name).write_bytes(whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
    return [*(run.id for run in (*done, *torn, *torn, folds.runs[0])), folds.id]


@pytest.fixture
def open_address(home):
    """Opens a page as ``visit`` does, where a parameter may have any name and stand there several times."""

    def call(page, parameters):
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        at.session_state["person"] = "ann"
        for name, value in parameters.items():
            at.query_params[name] = value
        if page is not None:
            at.switch_page(f"pages/{page}.py")
        return at.run()

    return call


def _complaints(at, parameters):
    """Settings of this page that were given what they can't be, and of which nothing is said."""
    if "settings" not in at.session_state:
        return ["there is no book of settings"]
    said = "\n".join(warning.value for warning in at.warning)
    missing = []
    for name, setting in at.session_state["settings"].known.items():
        value = parameters.get(name)
        if not isinstance(value, str):
            continue
        try:
            setting.read(value)
        except ValueError:
            if setting.label not in said:
                missing.append(f"nothing is said of {name}={value[:40]!r}")
    return missing


def test_whatever_an_address_says_the_page_answers_in_sentences(
    lab, open_address, home, built_datasets, tmp_path
):
    canary = tmp_path / "outside" / "canary"
    canary.parent.mkdir()
    canary.write_text("nobody reads this")
    paths = [str(canary), f"../../../../../..{canary}", f"{home}/..{canary}", f"file://{canary}", str(canary.parent)]
    before, known = tree(tmp_path), {path.name for path in (home / "runs").iterdir()}
    wrong = []
    for number in range(N):
        page, parameters = _address(number, lab, paths)
        with watched(home, built_datasets, Path.home() / ".streamlit") as strange:
            try:
                at = open_address(page, parameters)
            except Exception as error:
                wrong.append(f"{number}: {page} {parameters!r:.300}: {type(error).__name__}: {error}")
                continue
        found = [f"exception {e.value[:200]} {e.stack_trace[-3:]}" for e in at.exception] + strange[:3]
        found += _complaints(at, parameters) if not at.exception else []
        if not at.title:
            found.append("no title")
        wrong += [f"{number}: {page} {parameters!r:.400}: {what}" for what in found]
    assert tree(tmp_path) == before
    assert {path.name for path in (home / "runs").iterdir()} == known  # an address starts nothing
    assert not wrong, "\n".join(wrong)
