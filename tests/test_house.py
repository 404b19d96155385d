"""The rules of the house: read from the imports of every file, so that a new file obeys them without being named here.

Every import counts, at a file's head or inside a function; one for the type checker alone as well, as whoever names a
type has to know what it is. The records of core/specs name what stands above them by strings: that is how they are
allowed to.
"""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# From the ground up: a package imports from lower floors only, and not from its neighbours
FLOORS = [
    {"lab", "charts"},
    {"specs", "convolution", "rooms"},
    {"datasets", "models"},
    {"training"},
    {"runs"},
    {"engine", "inside", "receipts"},
    {"crossval", "transfer", "optimizers", "clinic", "exercises"},
    {"votes", "assignments", "together"},
    {"plans", "grading"},
]
FLOOR = {package: number for number, packages in enumerate(FLOORS, 1) for package in packages}
# Home, the convolution and the run store open fast because these load none of the heavy ones
TORCH_FREE = [
    "lab", "rooms", "charts", "specs", "convolution", "datasets", "runs", "engine", "receipts", "votes", "assignments",
    "grading", "together", "plans",
]  # fmt: skip
PLACE = r"core(\.\w+)+:\w+"  # how core.lab.places is told a function or class
HEAVY = ["torch", "torchvision", "sklearn", "streamlit"]


def name_of(path: Path) -> str:
    """``core/runs/store.py`` is ``core.runs.store``, ``core/runs/__init__.py`` is ``core.runs``."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in [ROOT / "app.py", *ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py")]}
TESTS = {name_of(path): path for path in ROOT.glob("tests/**/*.py")}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in (MODULES | TESTS).items()}
CORE = sorted(name for name in MODULES if name.startswith("core."))
SHARED = sorted(name for name in MODULES if name.startswith("pages.shared."))
COMPONENTS = ROOT / "pages" / "shared" / "components"


def imported(module: str) -> set[str]:
    """All that a file imports: ours as modules, ``from core import runs`` as ``core.runs``."""
    found = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import hides from a search by name"
            assert node.module is not None
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in names}
    return found - {module}


IMPORTS = {name: imported(name) for name in TREES}


def room(module: str) -> str:
    """The package of core that a module stands in: ``core.datasets.own.survey`` in ``datasets``."""
    return module.split(".")[1]


def is_below(name: str, module: str) -> bool:
    """Whether a module of core stands in the same room as another, or on a lower floor."""
    return room(name) == room(module) or FLOOR[room(name)] < FLOOR[room(module)]


def tops(module: str) -> set[str]:
    """Top-level names of what a file imports."""
    return {name.split(".")[0] for name in IMPORTS[module]}


def reached(starts: set[str], graph: dict[str, set[str]]) -> set[str]:
    """All that is found by following a graph from some of its nodes, these included."""
    seen: set[str] = set()
    ahead = set(starts)
    while ahead:
        seen |= ahead
        ahead = {after for node in ahead for after in graph.get(node, ())} - seen
    return seen


def circles(graph: dict[str, set[str]]) -> list[str]:
    """The nodes from which a way leads back to themselves."""
    return sorted(node for node, following in graph.items() if node in reached(following, graph))


def between(level: int) -> dict[str, set[str]]:
    """Who imports whom, seen from a distance: names cut to so many parts, imports within one name left out."""

    def cut(name: str) -> str:
        return ".".join(name.split(".")[:level])

    graph: dict[str, set[str]] = {}
    for module in MODULES:
        graph.setdefault(cut(module), set()).update(
            cut(name) for name in IMPORTS[module] if name in MODULES and cut(name) != cut(module)
        )
    return graph


# ------------------------------------------------------------------------------------------------------------ core


def test_the_floors_are_those_of_core():
    assert set(FLOOR) == {path.name for path in (ROOT / "core").iterdir() if (path / "__init__.py").exists()}


def test_directly_in_core_stands_nothing_but_its_docstring():
    assert [path.name for path in (ROOT / "core").glob("*.*")] == ["__init__.py"]


def test_core_imports_downwards_only():
    """A ``__main__`` is a command: nobody imports it, so it stands above all floors and may use each of them."""
    commands = {name for name in CORE if name.endswith(".__main__")}
    upward = {
        module: sorted(wrong)
        for module in CORE
        if module not in commands
        and (wrong := {name for name in IMPORTS[module] if name.startswith("core.") and not is_below(name, module)})
    }
    assert upward == {}
    assert not commands & {name for names in IMPORTS.values() for name in names}


def test_core_imports_neither_streamlit_nor_pages():
    assert {name for name in CORE if tops(name) & {"streamlit", "pages", "app", "tests"}} == set()


def test_only_the_records_of_specs_name_what_stands_above_them_by_strings():
    """Elsewhere it would be a way around the floors. What is named is there."""
    users = {
        module
        for module in MODULES
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr) in ("import_module", "__import__")
    }
    assert users <= {"core.lab.places", "core.specs.tasks"}
    named = {
        (module, node.value)
        for module in MODULES
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(PLACE, node.value)
    }
    assert named
    assert [module for module, _ in named if not module.startswith("core.specs.")] == []
    for _, place in named:
        where, _, name = place.partition(":")
        assert name in {getattr(node, "name", "") for node in TREES[where].body}, place



def test_nobody_imports_in_a_circle():
    assert circles(between(99)) == []


@pytest.mark.parametrize("inside", ["core", "pages", "pages.shared"])
def test_no_packages_import_each_other_in_a_circle(inside):
    graph = between(inside.count(".") + 2)
    within = {name: graph[name] for name in graph if name.startswith(f"{inside}.")}
    assert len(within) > 5
    assert circles({name: {n for n in following if n in within} for name, following in within.items()}) == []


# ----------------------------------------------------------------------------------------------------------- pages


def lesson_of(module: str) -> str | None:
    """The lesson that a file of the app belongs to, by the name of its folder; None for what is shared.

    Home, Data and Runs are lessons in this sense, and ``4_Cross-validation`` is the page of ``cross_validation``.
    """
    if module == "app":
        return "home"
    part = module.split(".")[1]
    return None if part == "shared" else part.lstrip("0123456789_").replace("-", "_").lower()


APP = sorted(name for name in MODULES if name == "app" or name.startswith("pages."))
LESSONS = {lesson for lesson in map(lesson_of, APP) if lesson}


def test_each_lesson_has_one_page_and_a_folder():
    pages = [name for name in APP if MODULES[name].parent == ROOT / "pages" and name != "pages"] + ["app"]
    assert sorted(str(lesson_of(name)) for name in pages) == sorted(LESSONS)
    assert {path.parent.name for path in ROOT.glob("pages/*/__init__.py")} - {"shared"} == LESSONS


def test_a_lesson_imports_no_other_lesson_and_shared_parts_import_none():
    foreign = {
        module: sorted(wrong)
        for module in APP
        if (wrong := {name for name in IMPORTS[module] & set(APP) if lesson_of(name) not in (lesson_of(module), None)})
    }
    assert foreign == {}


def test_only_the_app_and_its_tests_import_streamlit():
    users = {name for name in TREES if "streamlit" in tops(name)}
    assert "pages.80_Data" in users
    assert {name.split(".")[0] for name in users} <= {"app", "pages", "tests"}


def browser_parts(module: str) -> Iterator[str]:
    """The folders of components, and the scripts of ``common/``, that a module asks the loader for."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "component":
            texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            yield from (text for text in texts if (COMPONENTS / text).is_dir())
            yield from (f"common/{text}" for text in texts if (COMPONENTS / "common" / text).is_file())


def test_what_is_shared_is_used_by_two_lessons_or_more():
    graph = {name: IMPORTS[name] | set(browser_parts(name)) for name in APP}
    used = {lesson: reached({name for name in APP if lesson_of(name) == lesson}, graph) for lesson in LESSONS}
    folders = [path for path in COMPONENTS.iterdir() if path.is_dir() and path.name not in ("common", "__pycache__")]
    parts = [path.name for path in folders] + [f"common/{path.name}" for path in (COMPONENTS / "common").iterdir()]
    assert len(parts) > 3
    rooms = [name for name in SHARED if MODULES[name].name == "__init__.py"]
    lonely = {}
    for name in [*(name for name in SHARED if name not in rooms), *parts]:
        users = sorted(lesson for lesson in LESSONS if name in used[lesson])
        if len(users) < 2:
            lonely[name] = users
    assert not lonely, "these belong into the folder of the one lesson that uses them"


def test_nothing_of_a_lesson_is_left_lying():
    """Whatever stands in a lesson's folder is reached from its page."""
    pages = {name for name in APP if MODULES[name].parent in (ROOT / "pages", ROOT)}
    texts = MODULES["pages.shared.lessons"].read_text(encoding="utf-8")
    named = set(re.findall(r'"(pages\.[\w.]+):\w+"', texts))  # the runs of a lesson's own experiment
    unused = {name for name in APP if MODULES[name].name != "__init__.py"} - reached(pages | named, IMPORTS)
    assert not unused


# ----------------------------------------------------------------------------------------------------------- files


def test_tests_of_core_mirror_core():
    def rooms(of):
        return {str(path.parent.relative_to(of)) for path in of.glob("*/**/*.py")}

    assert rooms(ROOT / "tests" / "core") == rooms(ROOT / "core")
    assert not list((ROOT / "tests" / "core").glob("*.py"))


def test_every_file_says_what_it_is():
    assert [name for name, tree in TREES.items() if not ast.get_docstring(tree)] == []


def test_every_folder_of_modules_is_a_package():
    folders = {path.parent for path in MODULES.values()} - {ROOT}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_one_idea_a_file():
    """Pages are thin, everything else can be read in one sitting."""
    most = {path: 400 for kind in ("py", "js", "css", "html") for path in ROOT.glob(f"pages/**/*.{kind}")}
    most |= dict.fromkeys([*MODULES.values(), *TESTS.values()], 400)
    most |= dict.fromkeys([*ROOT.glob("pages/*.py"), ROOT / "app.py"], 150)
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in most}
    assert {str(path.relative_to(ROOT)): n for path, n in lines.items() if n > most[path]} == {}


# ---------------------------------------------------------------------------------------------------------- memory


def is_empty_container(node: ast.expr | None) -> bool:
    """``{}``, ``[]``, ``dict()``, ``OrderedDict()``: what is empty at first can only be there to be filled."""
    if isinstance(node, ast.Dict):
        return not node.keys
    if isinstance(node, ast.List):
        return not node.elts
    makers = {"dict", "list", "set", "OrderedDict", "defaultdict", "deque", "Counter"}
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers


def caches_without_a_bound(function: ast.FunctionDef) -> Iterator[str]:
    """Its decorators that keep a result for each of its arguments, however many; or one that is there to be filled."""
    takes = function.args.args + function.args.kwonlyargs
    for decorator in function.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = ast.unparse(call.func if call else decorator).split(".")[-1]
        given = {word.arg: ast.unparse(word.value) for word in call.keywords} if call else {}
        if call and call.args:
            given["maxsize"] = ast.unparse(call.args[0])
        bounds = {"cache": "", "lru_cache": given.get("maxsize", "128"), "cache_data": given.get("max_entries", "")}
        bounds["cache_resource"] = bounds["cache_data"]
        if name in bounds and takes and bounds[name] in ("", "None"):
            yield name
        elif name in bounds:
            returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
            yield from (f"{name} of {ast.unparse(value)}" for value in returned if value and is_empty_container(value))


def test_the_process_remembers_nothing_without_a_bound():
    """An app runs for months. What it keeps has a size: ``core.lab.remembered``, ``lru_cache``, ``max_entries``."""
    growing = []
    for name in MODULES:
        for node in TREES[name].body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and is_empty_container(node.value):
                growing.append(f"{name}:{node.lineno} {ast.unparse(node)}")
        for node in ast.walk(TREES[name]):
            if isinstance(node, ast.FunctionDef):
                growing += [f"{name}:{node.lineno} {node.name}: {what}" for what in caches_without_a_bound(node)]
    assert growing == []


# ----------------------------------------------------------------------------------------------------------- torch


def in_another_process(code: str, *arguments: object) -> dict[str, list[str]]:
    """Run code that prints for each of its steps which heavy modules are loaded after it."""
    head = f"import json, sys\ndef loaded(): return [name for name in {HEAVY!r} if name in sys.modules]\n"
    done = subprocess.run(
        [sys.executable, "-c", head + code, *map(json.dumps, arguments)],
        cwd=ROOT,
        env=os.environ | {"CHALKNET_ENGINE": "local"},  # a thread of this process would load torch here
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(line) for line in done.stdout.splitlines())


def importable(names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith("__main__")]


def test_what_needs_no_torch_loads_none_and_core_loads_no_streamlit():
    free = [name for name in importable(CORE) if room(name) in TORCH_FREE]
    others = [name for name in importable(CORE) if room(name) not in TORCH_FREE]
    assert {room(name) for name in free} == set(TORCH_FREE)
    code = (
        "import importlib\nfor name in json.loads(sys.argv[1]):\n"
        "    importlib.import_module(name)\n    print(json.dumps([name, loaded()]))"
    )
    after = in_another_process(code, free + others)
    first = next((name for name in free if after[name]), None)
    assert first is None, f"{first} loads {after[str(first)]}"
    assert set(after[others[-1]]) >= {"torch", "sklearn"}
    assert "streamlit" not in after[others[-1]]


def test_every_page_opens_without_torch(home):
    """With all that its tabs consist of, and scikit-learn at most where it is needed at once."""
    code = (
        "import importlib\nfor name in json.loads(sys.argv[1]):\n"
        "    importlib.import_module(name)\n    print(json.dumps([name, loaded()]))\n"
        "from streamlit.testing.v1 import AppTest\n"
        "for path in json.loads(sys.argv[2]):\n"
        "    at = AppTest.from_file('app.py', default_timeout=120)\n"
        "    at.session_state['person'] = 'ann'\n"
        "    if path != 'app.py':\n        at.switch_page(path)\n"
        "    at.run()\n"
        "    assert not at.exception, (path, at.exception)\n"
        "    assert at.title, path\n"
        "    print(json.dumps([path, loaded()]))"
    )
    parts = [name for name in APP if MODULES[name].parent not in (ROOT, ROOT / "pages")]
    pages = ["app.py", *sorted(f"pages/{path.name}" for path in ROOT.glob("pages/[0-9]*.py"))]
    after = in_another_process(code, parts, pages)
    assert set(after) == {*parts, *pages}
    first = next((name for name, heavy in after.items() if {"torch", "torchvision"} & set(heavy)), None)
    assert first is None, f"{first} loads torch"
