"""A script as its rules see it: its syntax tree, who stands in whom, and what its names were last given."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from core.lab.errors import ChalknetError

MOST_CHARACTERS = 200_000
MOST_NODES = 100_000

Loop = ast.For | ast.AsyncFor | ast.While
Function = ast.FunctionDef | ast.AsyncFunctionDef


class ScriptError(ChalknetError):
    """A text that can't be read as Python; the sentence names the line where there is one."""


@dataclass(frozen=True)
class Slip:
    """What a rule has found.

    Attributes
    ----------
    case : str
        Key of the clinic's case whose measured curve goes with it.
    line : int
        From 1.
    said : str
        What is there, and what it does.
    cure : str
        What to write.
    is_note : bool
        Whether it is harmless: worth knowing and no bug.
    """

    case: str
    line: int
    said: str
    cure: str
    is_note: bool = False


class Source:
    """A parsed script."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = _parsed(text)
        self.parents: dict[ast.AST, ast.AST] = {}
        self.nodes: list[ast.AST] = []
        ahead: list[ast.AST] = [self.tree]
        while ahead:  # no recursion: a hostile text may nest deeply
            node = ahead.pop()
            self.nodes.append(node)
            if len(self.nodes) > MOST_NODES:
                raise ScriptError("The script is too long to be checked: paste the training loop and the model alone.")
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
                ahead.append(child)
        self.nodes.sort(key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))
        self.calls = [node for node in self.nodes if isinstance(node, ast.Call)]

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Who a node stands in, from the nearest on."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def loop_of(self, node: ast.AST) -> Loop | None:
        """The innermost loop around it, in the same function."""
        for above in self.above(node):
            if isinstance(above, Loop):
                return above
            if isinstance(above, Function | ast.ClassDef):
                return None
        return None

    def function_of(self, node: ast.AST) -> ast.AST:
        """The function that it stands in, or the module."""
        return next((above for above in self.above(node) if isinstance(above, Function | ast.Lambda)), self.tree)

    def called(self, *names: str, within: ast.AST | None = None) -> list[ast.Call]:
        """Calls of a function or method by its last name, in order."""
        calls = self.calls if within is None else [node for node in ast.walk(within) if isinstance(node, ast.Call)]
        return [call for call in calls if last_name(call.func) in names]

    def has(self, *words: str) -> bool:
        """Whether one of these names is anywhere in the code."""
        return any(
            (isinstance(node, ast.Name) and node.id in words)
            or (isinstance(node, ast.Attribute) and node.attr in words)
            or (isinstance(node, ast.keyword) and node.arg in words)
            or (isinstance(node, ast.alias) and node.name.split(".")[-1] in words)
            for node in self.nodes
        )

    def assigned(self, name: str, within: ast.AST | None = None) -> list[ast.Assign]:
        """Assignments to a name, in order; ``self.x`` counts by its text."""
        nodes = self.nodes if within is None else list(ast.walk(within))
        return [n for n in nodes if isinstance(n, ast.Assign) and name in targets(n)]

    def number(self, node: ast.expr | None) -> float | None:
        """The number that an expression is, through a name that is given one once; None where that is not known."""
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return float(node.value)
        if isinstance(node, ast.Name):
            given = self.assigned(node.id)
            if len(given) == 1 and not isinstance(given[0].value, ast.Name):
                return self.number(given[0].value)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            return self._setting(str(node.slice.value))
        if isinstance(node, ast.Attribute):
            return self._setting(node.attr)
        return None

    def _setting(self, name: str) -> float | None:
        """Of ``args.lr``, ``config["lr"]``, ``Config.lr``: the one number that is given to it anywhere."""
        found: list[ast.expr] = []
        for node in self.nodes:
            if isinstance(node, ast.Dict):
                keys = zip(node.keys, node.values, strict=True)
                found += [value for key, value in keys if isinstance(key, ast.Constant) and key.value == name]
            elif isinstance(node, ast.Call) and last_name(node.func) in ("dict", "Namespace", "SimpleNamespace"):
                found += [value for value in [keyword(node, name)] if value is not None]
            elif isinstance(node, ast.Call) and last_name(node.func) == "add_argument":
                options = [str(a.value).lstrip("-").replace("-", "_") for a in node.args if isinstance(a, ast.Constant)]
                default = keyword(node, "default")
                found += [default] if name in options and default is not None else []
            elif isinstance(node, ast.ClassDef):
                found += [n.value for n in node.body if isinstance(n, ast.Assign) and name in targets(n)]
                typed = [n for n in node.body if isinstance(n, ast.AnnAssign) and written(n.target) == name]
                found += [n.value for n in typed if n.value is not None]
        constants = [value for value in found if isinstance(value, ast.Constant)]
        return self.number(constants[0]) if len(constants) == len(found) == 1 else None

    @property
    def training_loops(self) -> list[Loop]:
        """The innermost loops in which ``backward()`` is called."""
        found = [self.loop_of(call) for call in self.called("backward")]
        return list(dict.fromkeys(loop for loop in found if loop is not None))

    @property
    def has_cross_entropy(self) -> bool:
        """Whether the loss takes logits."""
        return self.has("CrossEntropyLoss", "cross_entropy")


def _parsed(text: str) -> ast.Module:
    if len(text) > MOST_CHARACTERS:
        raise ScriptError(
            f"The text has {len(text):,} characters; up to {MOST_CHARACTERS:,} are read. Paste the training loop and "
            "the model alone."
        )
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ScriptError(f"Line {line} has a null byte, so this is no Python text. Paste the script as text.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the pasted text's backslashes
            return ast.parse(text)
    except SyntaxError as error:
        raise ScriptError(f"Line {error.lineno or 1} is no Python: {error.msg}. Nothing was checked.") from error
    except (RecursionError, MemoryError) as error:
        raise ScriptError("Line 1 and below: the text is nested too deeply to be read.") from error
    except ValueError as error:
        raise ScriptError(f"Line 1 and below: {error}. Nothing was checked.") from error


def last_name(node: ast.AST) -> str:
    """``softmax`` of ``torch.nn.functional.softmax``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def base_name(node: ast.AST) -> str:
    """``model`` of ``model.fc.parameters``; ``self.net`` of ``self.net.parameters``; empty where it is none."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return f"self.{parts[-1]}" if node.id == "self" and parts else node.id


def targets(node: ast.Assign) -> list[str]:
    """The names that an assignment gives a value to."""
    found: list[str] = []
    for target in node.targets:
        each = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        found += [text for one in each if (text := written(one))]
    return found


def written(node: ast.AST) -> str:
    """``x``, ``self.x`` as they stand; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((word.value for word in call.keywords if word.arg == name), None)


def is_constant(node: ast.AST | None, value: object) -> bool:
    """Whether it is this very constant; ``0`` is not ``False``."""
    return isinstance(node, ast.Constant) and node.value == value and type(node.value) is type(value)


def names_in(node: ast.AST) -> set[str]:
    """All plain names in an expression."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
