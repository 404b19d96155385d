"""The texts of the lab are in the field's words: what readers have stumbled over does not come back."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KINDS = ("*.py", "*.js", "*.html")
FILES = sorted(path for folder in ("pages", "core") for kind in KINDS for path in (ROOT / folder).rglob(kind))

# What is said, and what the field says
STUMBLES = {
    r"\bnamed right\b": "classified correctly",
    r"\bguess(es|ed)?\b": "prediction, predicted class",
    r"\b(images|pictures|points|pixels|bytes|kB|MB|steps|batches|runs|units|maps|lines?|folders?) an? "
    r"(second|minute|class|row|side|filter|epoch|batch|step|fold|person|student)\b": "per",
    r"(\}|\d) an? (second|minute)\b": "per second",
    r"\b1 (epochs|folds|runs|pictures|seeds|batches|classes|threads|turns)\b": "the singular",
    r"\bcut-outs?\b": "crops",
    r"\bbelongs? into\b": "belongs in",
    r"\bfinished as planned\b": "n of N runs",
    r"\blivel(y|ier|iest)\b": "largest gradient",
    r"\bfreeze dial\b": "frozen stages",
    r"\bmirror pictures\b": "horizontal flips",
    r"\bspring the trap\b": "what is done",
    r"\bunstable edge\b": "the first rate that no longer improves",
    r"\bstandard deviation \*\*\{[^}]*%\}": "percentage points",
    r"\bmean 0 and spread 1\b": "standard deviation",
    r"\bwidens what is small\b": "the scale's name",
    r"\bunits of a hidden layer\b": "hidden units",
}
# Where the word is right: a key that nobody guesses, an encoding that is guessed, PyTorch that guesses a dimension
MEANT = {"PyTorch warns and guesses the dimension", "guessed", "guesses"}


def texts(path):
    """What is said in a file: its strings with their line, docstrings left out; values in f-strings as ``{...}``."""
    tree = ast.parse(path.read_text())
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {node.body[0].value for node in ast.walk(tree) if isinstance(node, kinds) and ast.get_docstring(node)}
    inside = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else ast.unparse(part)[2:-1] for part in node.values)
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs | inside:
            yield node.lineno, node.value


def texts_of_browser(path):
    """The same of what the browser draws: the strings of a script without its comments, HTML as it stands."""
    text = path.read_text()
    if path.suffix == ".html":
        yield 1, text
        return
    for number, line in enumerate(text.splitlines(), 1):
        code = line.split(" // ")[0]
        if not code.lstrip().startswith(("//", "/*", "*")):
            yield from ((number, found[0]) for found in re.finditer(r"\"[^\"]*\"|`[^`]*`", code))


def stumbles(text):
    return [better for wrong, better in STUMBLES.items() if re.search(wrong, text, re.IGNORECASE)]


def test_every_text_is_in_the_fields_words():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text[:100]!r}: better {', '.join(better)}"
        for path in FILES
        for line, text in (texts if path.suffix == ".py" else texts_of_browser)(path)
        if (better := stumbles(text)) and not any(meant in text for meant in MEANT)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    ["9 a second", "Images a second", "Pictures a class", "1 epochs", "Random cut-outs", "the guess"],
)
def test_a_stumble_is_found(text):
    assert stumbles(text)


@pytest.mark.parametrize("text", ["1 epoch", "11 epochs", "images per second", "a picture of a class", "a second run"])
def test_what_is_right_is_let_be(text):
    assert not stumbles(text)
