"""The catalogues: every text that is marked has a French one, with the same values in it; English is as it stands."""

import ast
import re
import string
from pathlib import Path

import catalogues
import pytest
from babel.messages.pofile import read_po

from core.convolution.exercises import answer_cell, answer_size, begin, make_exercise
from core.convolution.kernels import KERNELS, effect_on
from core.lab.rates import Rate
from core.runs.status import diverged_sentence
from core.specs import MLPSpec, RunSpec, SGDSpec
from pages.shared import components
from pages.shared.words import language
from pages.shared.words.language import say, say_count, say_in, say_of_core, spaced

ROOT = Path(__file__).parents[4]


def messages(name):
    with catalogues.po_path(name, "fr").open("rb") as file:
        return {(m.id, m.context): m for m in read_po(file, locale="fr") if m.id}


def forms(text):
    return list(text) if isinstance(text, tuple | list) else [text]


def fields(text):
    """The values that a text has places for, with their formats; none where it has no values but braces."""
    return sorted((name, form) for _, name, form, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("name", catalogues.names())
def test_every_text_has_a_french_one(name):
    said = {(m.id, m.context) for m in catalogues.collected(name) if m.id}
    known = messages(name)
    assert len(said) > 10
    assert said - known.keys() == set(), "run python tests/catalogues.py, then translate what is new"
    assert known.keys() - said == set(), "run python tests/catalogues.py: these are said no more"
    missing = [m.id for m in known.values() if m.fuzzy or not all(form.strip() for form in forms(m.string))]
    assert missing == []


@pytest.mark.parametrize("name", catalogues.names())
def test_a_french_text_has_the_values_of_the_english_one(name):
    for message in messages(name).values():
        for told in forms(message.string):
            assert fields(told) == fields(forms(message.id)[-1]), message.id


def test_catalogues_agree_on_what_a_text_is_in_french():
    every = [(m.id, tuple(forms(m.string))) for name in catalogues.names() for m in messages(name).values()]
    assert len({text for text, _ in every}) == len(set(every))


def test_what_is_said_stands_there_as_it_is():
    """A text that is put together first is in no catalogue."""
    built = []
    for path in [ROOT / "app.py", *(ROOT / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id
            if called in ("say", "marked", "say_count"):
                texts = node.args[: 2 if called == "say_count" else 1]
                built += [f"{path}:{node.lineno}" for text in texts if isinstance(text, ast.JoinedStr | ast.BinOp)]
    assert built == []


def test_english_reads_no_catalogue_and_stays_as_it_stands():
    language.catalogue.cache_clear()
    assert say("About {time} to train on {n:,} pictures here.", time="3 s", n=5000) == (
        "About 3 s to train on 5,000 pictures here."
    )
    assert [say_count("{n:,} epoch", "{n:,} epochs", n) for n in (0, 1, 2)] == ["0 epochs", "1 epoch", "2 epochs"]
    assert say_of_core("Finished.") == "Finished."
    assert spaced("5,000 of 93.4%") == "5,000 of 93.4%"
    assert language.catalogue.cache_info().currsize == 0


@pytest.mark.usefixtures("french")
def test_french_has_narrow_spaces_in_numbers_and_the_point_of_code():
    assert say("{n_train:,} + {n_test:,} pictures", n_train=5000, n_test=100) == "5\u202f000 + 100 images"
    assert say("{low:.0%} to {high:.0%}", low=0.5, high=0.91) == "50\u202f% à 91\u202f%"
    assert [say_count("{n:,} epoch", "{n:,} epochs", n) for n in (0, 1, 2)] == ["0 époque", "1 époque", "2 époques"]
    assert spaced("0.05 of 12,345.6 and 93.4%") == "0.05 of 12\u202f345.6 and 93.4\u202f%"


@pytest.mark.usefixtures("french")
def test_a_text_that_no_catalogue_has_stays_english():
    assert say("nothing that is said") == "nothing that is said"
    assert say_in("en", "epoch") == "epoch"
    assert say_in("fr", "epoch") == "époque"


ENGLISH_WORDS = re.compile(r"\b(the|of|is|are|and|with|to|this|that|look|row|not|by)\b")


@pytest.mark.usefixtures("french")
def test_what_core_says_on_the_pages_is_french():
    run = RunSpec(model=MLPSpec(H=16), optimizer=SGDSpec(learning_rate=10.0))
    told = [*run.told("Digits"), run.optimizer.told(), diverged_sentence(run)]
    told += [Rate(7, 12).in_full(), Rate(7, 12).interval_told, Rate(7, 12).counted]
    told += [effect_on(kernel, n) for kernel in KERNELS.values() for n in (1, 3)]
    for text in told:
        assert not ENGLISH_WORDS.search(said := say_of_core(text).lower()), said
    assert say_of_core(Rate(1200, 2000).counted) == "1\u202f200 sur 2\u202f000"


@pytest.mark.usefixtures("french")
def test_every_hint_of_an_exercise_is_french():
    hints = set()
    for kind in ("convolution", "pooling"):
        for level in "123ab":
            exercise = make_exercise(kind, level, 0, 4)
            for size in [*exercise.size_mistakes.values(), (19, 19)]:
                hints.add(answer_size(exercise, begin(exercise), *size).hint)
            place = exercise.blanks[0]
            maps = [answers for of_kind in exercise.mistakes.values() for answers in of_kind]
            for text in ["99999", "what", *(f"{float(m[place]):g}" for m in maps if m.shape == exercise.right.shape)]:
                attempt = begin(exercise)
                for _ in range(3):
                    attempt = answer_cell(exercise, attempt, place, text)
                    hints.add(attempt.hint)
    assert len(hints) > 15
    for hint in hints - {""}:
        assert not ENGLISH_WORDS.search(said := say_of_core(hint).lower().replace("what", "")), said


def test_pictures_in_the_browser_are_french_in_script_and_html():
    folder = ROOT / "pages" / "shared" / "components" / "live_curves"
    english = components._files(folder, (), ("live_curves.js",), "en")
    french = components._files(folder, (), ("live_curves.js",), "fr")
    assert "const WORDS = {};" in english["js"]
    assert english["html"] == (folder / "live_curves.html").read_text(encoding="utf-8")
    assert '"nothing measured yet": "rien de mesuré encore"' in french["js"]
    assert ">perte</figcaption>" in french["html"]
    assert 'data-panel="loss"' in french["html"]
    assert "every batch" not in french["html"]
