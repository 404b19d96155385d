"""What holds of every tab of every page: nothing is cut from 360 pixels up, and axe finds nothing serious.

CI looks at a sample. ``CHALKNET_STATES=all`` looks at every tab of every page, in both themes, six sizes, on the phone
and in Lecture mode: by hand, some 20 minutes.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest
import torch
import torchvision
from axe_playwright_python.sync_playwright import Axe
from cut_text import cut_of
from lab_server import LabServer, open_page
from playwright.sync_api import Browser, Page
from rooms_in_states import STATES, fill_rooms

from core import runs
from core.assignments import desk, submission
from core.assignments.variant import seed_of
from core.crossval import members
from core.engine import calibration
from core.engine.worker import execute
from core.grading import kept_files, marking
from core.grading.files import read_folder
from core.grading.kept import Seen
from core.optimizers import race, sweep
from core.runs import experiments
from core.runs.bets import AccuracyBet, CurveBet
from core.specs import CNNSpec, DataSpec, MLPSpec, RunSpec
from core.specs.folds import FoldSpec
from core.specs.transfer import PickedDataSpec, TransferSpec
from core.transfer import pretrained, strategies
from core.votes.vote import LESSONS
from pages.shared.lessons import lesson
from tests.core.grading.conftest import ASSIGNMENT, RUN, WORDS, answers_of, signed, spec_of

IS_ALL = os.environ.get("CHALKNET_STATES") == "all"
PERSON, OPEN, PARTLY, HANDED, TEACHER, SEATED = ("0" * 31 + digit for digit in "123456")
SCREENS = [(768, 1024), (1024, 768), (1280, 800), (1920, 1080)] if IS_ALL else [(1024, 768), (1280, 800)]
PHONES = [(360, 780), (390, 844)] if IS_ALL else [(360, 780)]
THEMES = ("light", "dark") if IS_ALL else ("light",)
WIDE = 1024  # pixels: nobody projects from less
SAMPLE = (("Perceptron", "Learn"), ("CNN", "Rewind"), ("CNN", "Network"), ("CNN", "Shape doctor"), ("CNN", "Code"),
          ("Bug_clinic", "Check my script"), ("Runs", "Table"), ("Optimizers", "One step"),
          ("Transfer", "Strategies"), ("Convolution", ""), ("Perceptron", "In order"),
          ("Assignments", "My work, partly done"), ("Assignments", "Mark, with marks"),
          ("Room", "runs, the desk"), ("Room", "shown, a phone"), ("Teaching", "Q3"))  # fmt: skip
TABS = {
    "": ("",),
    "Perceptron": ("Learn", "Network", "Results", "Code", "Compare", "In order", "Handout"),
    "Convolution": ("",),
    "CNN": ("Learn", "Network", "Shape doctor", "Inside", "Rewind", "Results", "Train vs. eval", "Save", "Code",
            "Compare", "Handout"),
    "Cross-validation": ("Fewer lines", "K folds", "One split", "Leak", "Tuned on test", "Grid search", "Code",
                         "In order", "Handout"),
    "Transfer": ("Weights", "Strategies", "How few labels?", "Batch-norm trap", "Your picture", "Inside", "Code",
                 "Handout"),
    "Optimizers": ("Race", "Each at its best", "Is it real?", "One step", "Landscape", "Loss plane", "Code", "Handout"),
    "Bug_clinic": ("Patient", "Check my script", "Is this overfitting?"),
    "Data": ("Pictures", "One picture", "Classes", "Duplicates", "Easy or hard", "Add"),
    "Runs": ("Table", "Compare", "Run", "What helped", "Disk", "Teacher"),
    "Assignments": ("Set work", "My work", "My work, offered", "My work, open", "My work, partly done",
                    "My work, handed in", "Mark", "Mark, without marks", "Mark, with marks"),
    "Room": ("door", *(f"{state}, {who}" for state in STATES for who in ("the desk", "a phone"))),
    "Teaching": tuple(f"Q{number}" for number in range(1, 7)),
}  # fmt: skip
# Of Assignments, what a tab shows depends on who looks, and for the teacher on what lies in the lab's folder
PEOPLE = {"My work, open": OPEN, "My work, partly done": PARTLY, "My work, handed in": HANDED,
          "Mark, without marks": TEACHER, "Mark, with marks": TEACHER, "Set work": TEACHER,
          **{tab: TEACHER if tab.endswith("the desk") else SEATED for tab in TABS["Room"]}}  # fmt: skip
PLACES = [(page, tab) for page, of_page in TABS.items() for tab in of_page] if IS_ALL else SAMPLE


def _experiment(kind: str, members: list, settings: dict, page: str) -> str:
    made = experiments.create(kind, members, settings=settings, page=page, owner=PERSON)
    for run in made.runs:
        execute(str(run.folder))
    return made.id


@pytest.fixture(scope="module")
def links(module_home: Path) -> dict[str, dict[str, str]]:
    """A lab in which something was trained: what the links of its pages say besides the tab."""
    data = DataSpec(n_train=100, n_test=100)
    trained = {}
    for page, model in (("perceptron", MLPSpec(H=16)), ("cnn", CNNSpec(channels1=32, channels2=64))):
        spec = RunSpec(data=data, model=model, n_epochs=1, n_threads=1)
        run = trained[page] = runs.create(spec, page=page, owner=PERSON, bet=CurveBet((1,), (1.5,)))
        execute(str(run.folder))
    base = RunSpec(data=data, model=MLPSpec(H=16), n_epochs=1, n_threads=1)
    made = race.members(base, race.named(race.HANDOUT), [0])
    named = race.named(race.HANDOUT)
    raced = _experiment(race.KIND, made, race.settings_of(named), "optimizers")
    swept = _experiment(sweep.KIND, sweep.members(base, named, [0.01, 0.1, 1.0]), race.settings_of(named), "optimizers")
    seeds = race.members(base, named, range(3))
    repeated = _experiment(race.SEEDS_KIND, seeds, race.settings_of(named), "optimizers")
    of_fold = FoldSpec(data=data, model=MLPSpec(H=16), n_epochs=1, n_threads=1)
    folded = _experiment(members.FOLDS_KIND, members.folds(of_fold), {"n_folds": of_fold.n_folds}, "crossval")
    torch.manual_seed(1)
    state = torchvision.models.resnet18(num_classes=4).state_dict()
    weights = pretrained.keep(state, source="file", title="6 classes of Shapes-10, 3 epochs", owner=PERSON)
    picked = PickedDataSpec(n_train=100, n_test=100, classes=("heart", "moon"), per_class=2)
    ways = strategies.members(TransferSpec(data=picked, weights=weights.spec, n_epochs=1, batch_size=4), 0)
    compared = _experiment(strategies.KIND, ways, {"weights": weights.title}, "transfer")
    several = ".".join(run.id for run in trained.values())
    rooms = fill_rooms(TEACHER, SEATED, base.model_copy(update={"n_epochs": 2}))
    return {
        "Perceptron": {"run": trained["perceptron"].id, "bet": "1"},
        "CNN": {"run": trained["cnn"].id},
        "Transfer": {"experiment": compared},
        "Race": {"experiment": raced, "bet": "1"},
        "Each at its best": {"experiment": swept},
        "Is it real?": {"experiment": repeated},
        "K folds": {"experiment": folded},
        "Run": {"runs": trained["cnn"].id},
        "Compare": {"runs": several},
        "Convolution": {"pooling": "max", "bet": "1"},
        "My work, offered": {"code": ASSIGNMENT.code},
        **{f"Q{lesson(key).number}": {"plan": lesson(key).heading, "minutes": "75"} for key in LESSONS},
        **{f"{state}, {who}": {"room": code} for state, code in rooms.items() for who in ("the desk", "a phone")},
    }


def _run_of(student: str, owner: str) -> runs.Run:
    """What a student has trained for the assignment."""
    run = runs.create(spec_of(seed_of(ASSIGNMENT, student)), page="perceptron", owner=owner, bet=AccuracyBet(0.5))
    execute(str(run.folder))
    return run


@pytest.fixture(scope="module")
def assigned(links: dict, module_home: Path, calibrated: Callable[[Path], None]) -> None:
    """Work that was set: one student has done a part of it, three have handed in, and it is marked."""
    calibrated(module_home)
    code = desk.publish(ASSIGNMENT)
    desk.begin(OPEN, ASSIGNMENT, "Olga Open")
    desk.begin(PARTLY, ASSIGNMENT, "Paul Partly")
    run = _run_of("Paul Partly", PARTLY)
    desk.choose_run(PARTLY, code, RUN, run.id)
    desk.answer(PARTLY, code, WORDS, {"text": "As the learning rate is too large for so few pictures. " * 8})
    students = {HANDED: "Hanna Handed-In", "a": "Ada", "b": "Somebody with a name that is long, as some are"}
    for person, student in students.items():
        desk.begin(person, ASSIGNMENT, student)
        answers, run = answers_of(seed_of(ASSIGNMENT, student)), _run_of(student, person)
        for number, answer in answers.items():
            desk.answer(person, code, number, answer)
        desk.choose_run(person, code, RUN, run.id)
        told = json.loads(submission.make(ASSIGNMENT, student, answers, {RUN: run}))
        if person == "a":
            told["runs"][str(RUN)]["spec"]["optimizer"]["learning_rate"] = 0.5
            told = signed(told)
        desk.hand_in(person, code, json.dumps(told))
    (desk.handed_in(code)[0].parent / f"torn{submission.SUFFIX}").write_text("{")
    found = [each for path in desk.handed_in(code) for each in read_folder(path)]
    path = kept_files.path_of(code)
    kept = kept_files.mark_anew(path, marking.mark(marking.prepare(found, calibration.load(), sample=0)))
    row = kept.book.rows[-1]
    kept_files.give(path, (row.key, WORDS), 2.5, Seen(row.hash, None))


@pytest.fixture(scope="module")
def filled(
    links: dict, assigned: None, module_home: Path, start_lab: Callable[..., LabServer], browser: Browser
) -> LabServer:
    """It runs, and knows its teacher."""
    server = start_lab(module_home)
    context = browser.new_context()
    context.add_cookies([{"name": "chalknet_person", "value": TEACHER, "url": server.url}])
    page = context.new_page()
    open_page(page, f"{server.url}/Assignments?tab=Mark")
    page.get_by_label("Teacher's key").fill(re.findall(r"teacher's key .*: (\S+)", server.log())[-1])
    page.get_by_role("button", name="Open the desk").click()
    page.get_by_role("heading", name=re.compile("^Marks: ")).wait_for()
    context.close()
    return server


@pytest.fixture(scope="module", params=[(theme, sizes) for theme in THEMES for sizes in (SCREENS, PHONES)],
                ids=lambda given: f"{given[0]} {given[1][0][0]}")  # fmt: skip
def window(request: pytest.FixtureRequest, browser: Browser, filled: LabServer) -> Iterator[tuple[Page, list]]:
    """A window of the person who has trained that, and the sizes that it is to be drawn to."""
    theme, sizes = request.param
    width, height = sizes[0]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
    context.add_cookies([{"name": "chalknet_person", "value": PERSON, "url": filled.url}])
    yield context.new_page(), sizes
    context.close()


@pytest.fixture(autouse=True)
def arranged(request: pytest.FixtureRequest) -> Iterator[None]:
    """The person and the files of a state: the window is theirs, and marks lie there or do not."""
    tab = request.node.callspec.params.get("tab") if hasattr(request.node, "callspec") else None
    if "window" not in request.fixturenames or not tab:
        yield
        return
    (page, _), filled = request.getfixturevalue("window"), request.getfixturevalue("filled")
    page.context.add_cookies([{"name": "chalknet_person", "value": PEOPLE.get(tab, PERSON), "url": filled.url}])
    marks, aside = kept_files.folder(), kept_files.folder().with_name("marks of another lab")
    if tab != "Mark, without marks":
        yield
        return
    marks.rename(aside)
    yield
    aside.rename(marks)


# Pages whose tabs each show something of their own
OF_THE_TAB = ("Cross-validation", "Optimizers", "Runs", "Assignments", "Room", "Teaching")


def address(filled: LabServer, links: dict, name: str, tab: str, **mode: str) -> str:
    of_tab = links.get(tab) if name in OF_THE_TAB else links.get(name)
    of_page = {} if name in ("Room", "Teaching") else {"tab": tab.partition(",")[0]}
    parameters = {"n_train": "100", "n_test": "100"} | of_page | (of_tab or {}) | mode
    return f"{filled.url}/{name}?{urlencode(parameters)}"


# What is read on a page, without code: a person writes 4,097,000, a computer 4.097e+06
WORDS_SHOWN = """() => {
    const walker = document.createTreeWalker(document.querySelector('[data-testid=stMain]'), NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode())
        if (!walker.currentNode.parentElement.closest('pre, code, style, script')) texts.push(walker.currentNode.data);
    return texts;
}"""
OF_COMPUTERS = re.compile(r"\de\+\d|\bnan\b|\bNaN\b")


@pytest.mark.parametrize(("name", "tab"), PLACES)
def test_nothing_is_cut_or_told_as_computers_do(
    window: tuple[Page, list], filled: LabServer, links: dict, name: str, tab: str
) -> None:
    page, sizes = window
    page.set_viewport_size({"width": sizes[0][0], "height": sizes[0][1]})
    open_page(page, address(filled, links, name, tab))
    page.wait_for_load_state("networkidle")
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        found = settled(page, partial(cut_of, page))
        assert not found, f"at {width} x {height}:\n" + "\n".join(found)
    assert not [text for text in page.evaluate(WORDS_SHOWN) if OF_COMPUTERS.search(text)]


@pytest.mark.parametrize(("name", "tab"), PLACES)
def test_axe_finds_nothing_serious(
    window: tuple[Page, list], filled: LabServer, links: dict, name: str, tab: str
) -> None:
    page, sizes = window
    width, height = sizes[-1]

    def serious() -> list[str]:
        found = Axe().run(page).response["violations"]
        return [
            f"{violation['id']}: {node['html'][:160]}"
            for violation in found if violation["impact"] in ("serious", "critical") for node in violation["nodes"]
        ]  # fmt: skip

    page.set_viewport_size({"width": width, "height": height})
    for mode in ({}, {"present": "1"}) if width >= WIDE else ({},):  # nobody projects from a phone
        open_page(page, address(filled, links, name, tab, **mode))
        page.wait_for_load_state("networkidle")
        assert settled(page, serious) == [], mode


# The picture that carries a part, and how much of the screen's height it fills at least, its axes' titles included
FILLS = {
    ("Perceptron", "Learn"): (".live canvas", 0.55), ("CNN", "Results"): ("[data-testid=stVegaLiteChart] svg", 0.5),
    ("Transfer", "Strategies"): (".overlay canvas", 0.4), ("Optimizers", "Race"): (".overlay canvas", 0.48),
    ("Optimizers", "Landscape"): (".landscape canvas", 0.5), ("CNN", "Network"): (".cnn", 0.5),
}  # fmt: skip
LECTURES = [(1024, 768), (1280, 720), (1920, 1080)]


@pytest.mark.parametrize(("name", "tab"), FILLS)
def test_in_lecture_mode_the_picture_has_the_screen(
    browser: Browser, filled: LabServer, links: dict, name: str, tab: str
) -> None:
    selector, least = FILLS[name, tab]
    context = browser.new_context(viewport={"width": LECTURES[0][0], "height": LECTURES[0][1]})
    context.add_cookies([{"name": "chalknet_person", "value": PERSON, "url": filled.url}])
    page = context.new_page()
    open_page(page, address(filled, links, name, tab, present="1"))
    page.wait_for_load_state("networkidle")
    page.locator(selector).first.wait_for()

    def wrong() -> list[str]:
        boxes = [box for picture in page.locator(selector).all()[:2] if (box := picture.bounding_box())]
        outside = [f"{box}" for box in boxes if box["y"] + box["height"] > height or box["x"] + box["width"] > width]
        share = max((box["height"] for box in boxes), default=0) / height
        return cut_of(page) + outside + ([] if share >= least else [f"{share:.0%} of the height"])

    for width, height in LECTURES:
        page.set_viewport_size({"width": width, "height": height})
        found = settled(page, wrong)
        assert not found, f"at {width} x {height}:\n" + "\n".join(found)
    context.close()


def settled(page: Page, look: Callable[[], list[str]]) -> list[str]:
    """What is wrong once two looks in a row find the same: charts and colours follow some frames behind."""
    before: list[str] | None = None
    found = look()
    while found and found != before:
        before = found
        page.evaluate("() => new Promise((done) => setTimeout(done, 400))")
        found = look()
    return found


CUT = {
    "text": "<p style='width:60px;overflow:hidden;white-space:nowrap'>classified correctly</p>",
    "ellipsis": "<div class='stMarkdownEllipsis' style='width:40px;overflow:hidden;text-overflow:ellipsis;"
    "white-space:nowrap'>Another picture</div>",
    "value": "<input value='Drop (ceil_mode=False)' style='width:60px'>",
    "svg": "<div style='width:100px;overflow:auto'><svg width=300 height=20 style='display:block'></svg></div>",
    "svg text": "<svg width=60 height=20><text x=10 y=10>true class</text></svg>",
    "TABLE": "<div style='width:80px;overflow:auto'><table><td style='min-width:200px'>&nbsp;</table></div>",
    "last column": "<div data-testid=stDataFrame><div class=dvn-scroller style='width:80px;overflow:auto'>"
    "<div style='width:120px;height:9px'></div></div></div>",
}


@pytest.mark.parametrize("what", CUT)
def test_what_is_cut_is_found(page: Page, what: str) -> None:
    page.set_content(CUT[what])
    assert [line.split(":")[0].split(",")[0] for line in cut_of(page)].count(what) == 1


def test_what_wraps_or_is_scrolled_by_its_nature_is_let_be(page: Page) -> None:
    page.set_content(
        "<p style='width:60px;overflow:hidden'>classified correctly</p><input value='SGD'>"
        "<pre style='width:60px;overflow:auto'>optimizer = torch.optim.SGD(model.parameters())</pre>"
        "<p style='position:absolute;width:1px;height:1px;overflow:hidden'>for ears alone</p>"
    )
    assert cut_of(page) == []
