"""The catalogues of the pages' texts: collects what is marked, and keeps ``pages/*/fr.po`` up to date.

``python tests/catalogues.py`` writes them: new texts come without a translation, texts that are said no more go, a text
that changed keeps its translation as "fuzzy" until somebody has looked at it. Tests hold that nothing is missing.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from core import datasets
from core.convolution.exercises import LEVELS, STAGES
from core.convolution.kernels import KERNELS
from core.convolution.lesson import EXAMPLES
from core.convolution.mistakes import HINTS
from core.exercises import fold_lines, training_lines
from core.runs import bet_verdicts, health
from core.runs.skimmed_curves import AXES, QUANTITIES
from core.runs.status import PREDICTS_NOTHING, SENTENCES
from pages.shared.components import SAID_IN_HTML, SAID_IN_SCRIPTS
from pages.shared.lessons import LESSONS
from pages.shared.words.glossary import GLOSSARY
from pages.shared.words.language import CORE, ENGLISH, LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "pages"
SHARED = "shared"
MARKS = {"say": 1, "marked": 1, "say_count": 2}  # how many of their arguments are the text
# A page is one file and a folder of its name; these are the lessons that speak another language
LESSON_FILES = {lesson.key: lesson.file for lesson in LESSONS if lesson.languages}

# What core says with values, or in one of several ways, where Home and Questions 1 and 2 show it
OF_CORE = {
    SHARED: [
        "The engine is starting; what you train now waits for it.",
        "The engine trains one run at a time on this machine.",
        "The engine trains {n_runs} runs at a time on this machine.",
        "Runs train in a thread of the app, one at a time.",
        "Runs train on the Dask cluster at {where} ({n_workers} workers).",
        "It is without TLS: whoever reaches its port can run code there.",
        "{dataset} is not on this machine.",
        "Download it ({n_mb} MB), or put {files} into {folder}.",
        "Download it ({n_mb} MB), or put {files} and {last} into {folder}.",
        "An order names each of the {n_lines} lines once.",
        "{n_right} of {n_all}",
        "{n_right} of {n_all} (95 % interval {n_low} to {n_high})",
        "95 % interval {n_low} to {n_high}",
        "{dataset}, {n_train} to train, {n_test} to test",
        "SGD, learning rate {n_rate}, momentum {n_momentum}",
        "The learning rate {n_rate} is most often why: steps that overshoot let the weights grow until the arithmetic "
        "overflows.",
        "Try {n_rate}: such a momentum adds up about {n_steps} steps.",
        "Try {n_rate}, which {optimizer} is most often used with.",
        "It is no larger than usual for {optimizer}, so something else may be to blame.",
        "Try {n_rate}.",
        "draws the pictures", "holds the pictures",
        # titles of charts, and of the settings that two runs of Question 1 can differ in
        "predicted class", "true class", "of the true class", "classified correctly", "true", "predicted", "pictures",
        "class", "interval", "epoch", "loss", "accuracy", "MB",
        "the optimizer", "the number of epochs", "the time limit", "the batch size", "the seed", "the arithmetic",
        "the data set", "the number of training pictures", "the number of test pictures", "the seed of the pictures",
        "the learning rate", "the momentum", "momentum", "the number of threads",
        "the training pictures judged after each epoch",
        *health.TEXTS.values(), *bet_verdicts.TEXTS.values(),
    ],
    "convolution": [
        "Activation",
        "{effect} So on each of the {n_channels} channels: the map is the sum of what comes out of them.",
        "Look at the window of row {n_row}, column {n_column}.",
        "Not yet.",
        "Take the max of the marked cells.",
        "Take the average of the marked cells.",
        "Multiply each pixel by the weight on it, and add up.",
        "Three tries: here is the cell worked out.",
        "Three tries: the size is {n_height} × {n_width}.",
        "Size minus window, divided by the stride, rounded down, plus 1; rows first.",
        "Size minus window, divided by the stride, rounded up, plus 1; rows first.",
        "Size plus twice the padding minus window, divided by the stride, rounded down, plus 1; rows first.",
        "Your answer is {given}; allowed are numbers from -1,000,000 to 1,000,000, such as -1, 0.5 or 1/9.",
        "The image's cell in row {n_row}, column {n_column} is {given}; allowed are numbers from -1,000,000 to "
        "1,000,000, such as -1, 0.5 or 1/9.",
        "The kernel's cell in row {n_row}, column {n_column} is {given}; allowed are numbers from -1,000,000 to "
        "1,000,000, such as -1, 0.5 or 1/9.",
        "The bias is {given}; allowed are numbers from -1,000,000 to 1,000,000, such as -1, 0.5 or 1/9.",
    ],
}  # fmt: skip


def records(name: str) -> Iterator[str]:
    """What the records of lessons, terms, kernels and the like say: it is marked by standing in a record."""
    if name == SHARED:
        for lesson in LESSONS:
            yield from filter(None, (lesson.title, lesson.sentence, lesson.address.replace("_", " ")))
            yield from [lesson.tagline] if lesson.languages and lesson.tagline else []
        for term, said in GLOSSARY.items():
            yield from (term, said.definition)
        yield from (datasets.record(name).info().summary for name in ("shapes10", "digits", "cifar10", "fashion_mnist"))
        yield from (*QUANTITIES.values(), *AXES, *SENTENCES.values(), PREDICTS_NOTHING)
        for puzzle in (training_lines.PUZZLE, fold_lines.PUZZLE):
            yield from puzzle.hints().values()
    if name == "convolution":
        for kernel in KERNELS.values():
            yield from (kernel.title, kernel.effect)
        yield from (title for title, _ in EXAMPLES.values())
        yield from (*LEVELS.values(), *STAGES.values(), *HINTS.values())
        yield from ("right", "wrong", "shown", "max", "average", "Image", "Kernel")


def files_of(name: str) -> list[Path]:
    """The Python files whose marked texts stand in a catalogue."""
    page = [ROOT / LESSON_FILES[name]] if name in LESSON_FILES else []
    return [*page, *sorted((PAGES / name).rglob("*.py"))]


def marked_in(code: str) -> Iterator[str | tuple[str, ...]]:
    """The marked texts of a Python file in order; also those within f-strings, which Babel overlooks in Python 3.11."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        given = call.args[: MARKS.get(call.func.id, 0)] if isinstance(call.func, ast.Name) else []
        texts = [node.value for node in given if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        if texts and len(texts) == len(given):
            yield texts[0] if len(texts) == 1 else tuple(texts)


def collected(name: str) -> Catalog:
    """The texts of a lesson, or of what the lessons share, each with where it is said."""
    catalogue = Catalog()

    def add(text: str | tuple[str, ...], where: Path, context: str | None = None) -> None:
        catalogue.add(text, locations=[(str(where.relative_to(ROOT)), 1)], context=context)

    for path in files_of(name):
        for text in marked_in(path.read_text(encoding="utf-8")):
            add(text, path)
    for path in sorted((PAGES / name).rglob("*.js")):
        for text in SAID_IN_SCRIPTS.findall(path.read_text(encoding="utf-8")):
            add(text, path)
    for path in sorted((PAGES / name).rglob("*.html")):
        if path.stem in ("bet_curve", "convolution", "live_curves"):
            for text in SAID_IN_HTML.findall(path.read_text(encoding="utf-8")):
                add(re.sub(r"\s+", " ", text.strip()), path)
    for text in records(name):
        add(text, PAGES / name)
    for text in OF_CORE.get(name, []):
        if catalogue.get(text) is None:
            add(text, PAGES / name, CORE)
    return catalogue


def names() -> list[str]:
    """Of the catalogues: the lessons that have other languages, and what all share."""
    return [*LESSON_FILES, SHARED]


def po_path(name: str, language: str) -> Path:
    """Where a catalogue lies."""
    return PAGES / name / f"{language}.po"


def update(name: str, language: str) -> None:
    """Bring a catalogue up to date with what is said."""
    path, fresh = po_path(name, language), collected(name)
    known = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=language)
    known.update(fresh, update_creation_date=False)
    known.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, known, width=120, omit_header=True, sort_output=False, include_lineno=False)


if __name__ == "__main__":
    for name in names():
        for language in LANGUAGES.keys() - {ENGLISH}:
            update(name, language)
            print(po_path(name, language).relative_to(ROOT))
