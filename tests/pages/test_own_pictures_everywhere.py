"""A walk through every tab of every page with runs on an own set: evil names are text, deleted pictures are said."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torchvision
from drawn import drawn
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import runs
from core.datasets import delete, import_zip
from core.engine.worker import execute
from core.optimizers import race
from core.runs import experiments
from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec, RunSpec
from core.specs.folds import FoldSpec, LeakSpec
from core.specs.transfer import PickedDataSpec, TransferSpec
from core.transfer import pretrained, strategies

ROOT = Path(__file__).resolve().parents[2]
EVIL = "**b** $x$ :red[z] <i>"
OTHERS = ("`dog` & _co_", "1. :material/home: -> www.example.org")
TITLE = "**T** # [x](y) ~~z~~ ``"
# What is text to Streamlit: data, code, HTML (which is escaped otherwise), lists that open, what people type
TEXT_ELEMENTS = {"arrow_data_frame", "arrow_vega_lite_chart", "vega_lite_chart", "code", "text", "json", "iframe"}
TEXT_FIELDS = {
    ("selectbox", "options"), ("selectbox", "raw_value"), ("multiselect", "options"), ("multiselect", "raw_values"),
    ("text_input", "default"), ("text_input", "value"), ("bidi_component", "mixed"), ("bidi_component", "json"),
    ("html", "body"),
}  # fmt: skip


def archive() -> io.BytesIO:
    """Three classes of 24 pictures; a slash is none in a folder's name, so none is in these."""
    file, rng = io.BytesIO(), np.random.default_rng(0)
    with zipfile.ZipFile(file, "w") as opened:
        for k, name in enumerate(("one", "two", "three")):
            for i in range(24):
                pixels = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
                pixels[..., k] = 255
                picture = io.BytesIO()
                Image.fromarray(pixels).save(picture, "PNG")
                opened.writestr(f"{name}/{i}.png", picture.getvalue())
    file.seek(0)
    return file


class Walk:
    """A lab in which each page has been trained on, and where each of its tabs finds what it is about."""

    def __init__(self) -> None:
        names = {"one": EVIL, "two": OTHERS[0], "three": OTHERS[1]}
        report = import_zip(archive(), title=TITLE, classes=names, owner="ann")
        self.dataset = report.name
        data = DataSpec(dataset=report.name, n_train=report.n_train, n_test=report.n_test)
        small: dict[str, Any] = {"n_epochs": 1, "batch_size": 16, "n_threads": 1}
        cnn = CNNSpec(channels1=4, channels2=4)
        mlp = self.trained(RunSpec(data=data, model=MLPSpec(H=8), **small), "perceptron")
        deep = self.trained(RunSpec(data=data, model=cnn, optimizer=AdamSpec(), **small), "cnn")
        fold: dict[str, Any] = {"data": data, "model": MLPSpec(H=8), "optimizer": AdamSpec(), "n_folds": 2} | small
        holdout = self.trained(FoldSpec(split="holdout", **fold), "crossval")
        folds = self.together("folds", "crossval", [FoldSpec(fold=k, **fold) for k in range(2)], {"n_folds": 2})
        leaks = [LeakSpec(share=0.5), None]
        leak = self.together("leak", "crossval", [
            FoldSpec(fold=k, leak=leak, judges_test=True, **fold) for leak in reversed(leaks) for k in range(2)
        ], {"n_folds": 2})  # fmt: skip
        singles = [FoldSpec(split="random", fold=k, **fold) for k in range(2)]
        splits = self.together("splits", "crossval", [*(FoldSpec(fold=k, **fold) for k in range(2)), *singles],
                               {"n_folds": 2})  # fmt: skip
        torch.manual_seed(1)
        weights = pretrained.keep(torchvision.models.resnet18(num_classes=4).state_dict(), source="file",
                                  title="theirs.pt", owner="ann")  # fmt: skip
        picked = PickedDataSpec(**data.model_dump(), classes=(EVIL, *OTHERS), per_class=2)
        base = TransferSpec(data=picked, weights=weights.spec, n_epochs=1, batch_size=4, n_threads=1)
        made = experiments.create(strategies.KIND, strategies.members(base, 0)[:1], settings={}, page="transfer",
                                  owner="ann")  # fmt: skip
        execute(str(made.runs[0].folder))
        raced = race.members(RunSpec(data=data, model=MLPSpec(H=8), **small), race.named(list(race.HANDOUT)[:2]), [0])
        racing = experiments.create(race.KIND, raced, settings=race.settings_of(race.named(list(race.HANDOUT)[:2])),
                                    page="optimizers", owner="ann")  # fmt: skip
        for run in racing.runs:
            execute(str(run.folder))
        every = ".".join([mlp.id, deep.id, holdout.id])
        of_tab = {"Leak": {"experiment": leak}, "One split": {"experiment": splits}}
        self.links: dict[str, Callable[[str], dict[str, str]]] = {
            "1_Perceptron": lambda tab: {"run": mlp.id},
            "2_Convolution": lambda tab: {"source": "data"},
            "3_CNN": lambda tab: {"run": deep.id},
            "4_Cross-validation": lambda tab: {"run": holdout.id} | of_tab.get(tab, {"experiment": folds}),
            "5_Transfer": lambda tab: {"experiment": made.id},
            "6_Optimizers": lambda tab: {"experiment": racing.id},
            "80_Data": lambda tab: {},
            "90_Runs": lambda tab: {"runs": deep.id if tab == "Run" else every, "everybody": "true"},
        }

    def trained(self, spec: RunSpec, page: str) -> runs.Run:
        run = runs.create(spec, page=page, owner="ann")
        execute(str(run.folder))
        assert run.result is not None, run.status.sentence
        return run

    def together(self, kind: str, page: str, specs: list[Any], settings: dict[str, Any]) -> str:
        members = [({"fold": f"fold {k + 1}"}, spec) for k, spec in enumerate(specs)]
        made = experiments.create(kind, members, settings=settings, page=page, owner="ann")
        for run in made.runs:
            execute(str(run.folder))
            assert run.result is not None, run.status.sentence
        return made.id

    def visit(self, page: str, **parameters: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        at.session_state["person"] = "ann"
        for name, value in parameters.items():
            at.query_params[name] = value
        at.switch_page(f"pages/{page}.py")
        return at.run()

    def steps(self, **more: str) -> Iterator[tuple[str, AppTest]]:
        """Every tab of every page, and the views that some tabs have."""
        for page, link in self.links.items():
            first = self.visit(page, **more | link(""))
            titles = [tab.label for tab in first.tabs] or [""]
            for title in titles:
                yield f"{page} {title}", self.visit(page, tab=title, **more | link(title)) if title else first
        for page, name, views in (
            ("3_CNN", "inside", ("Filters", "Heat maps", "Top pictures")),
            ("5_Transfer", "transfer_inside", ("Feature maps", "Filters", "Heat maps", "Top pictures")),
        ):
            for view in views:
                yield f"{page} {view}", self.visit(page, tab="Inside", **{name: view} | more | self.links[page](""))


@pytest.fixture(scope="module")
def walk(module_home: Path) -> Walk:
    return Walk()


def elements(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from elements(child)


def markdown_of(at: AppTest) -> Iterator[tuple[str, str]]:
    """Every text of a page that Streamlit may read as Markdown: where it stands, and the text."""
    for root in (at.main, at.sidebar):
        for element in elements(root):
            message = getattr(element, "proto", None)
            kind = getattr(element, "type", "")
            if isinstance(message, Message) and kind not in TEXT_ELEMENTS:
                yield from texts_in(message, kind, kind)


def texts_in(message: Message, kind: str, path: str) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        if (kind, field.name) in TEXT_FIELDS or (kind, path.rsplit(".", 1)[-1]) in TEXT_FIELDS:
            continue
        values = [value] if isinstance(value, str | Message) else value
        if field.type == FieldDescriptor.TYPE_STRING:
            yield from ((f"{path}.{field.name}", text) for text in values)
        elif field.type == FieldDescriptor.TYPE_MESSAGE and not isinstance(value, dict):
            for one in values:
                if isinstance(one, Message):
                    yield from texts_in(one, kind, f"{path}.{field.name}")


EVIL_PARTS = (
    *("**b**", "$x$", ":red[", "<i>", "`dog`", "_co_", ":material/home: ->", "www.ex"), *("**T**", "[x](y)", "~~z~~"),
)  # fmt: skip


def test_names_are_text_wherever_they_are_shown(walk):
    seen, raw = 0, []
    for where, at in walk.steps(dataset=walk.dataset):
        assert not at.exception, (where, at.exception[0].message)
        for path, text in markdown_of(at):
            seen += "red" in text and "z" in text
            raw += [(where, path, text[:160]) for part in EVIL_PARTS if part in text][:1]
        for block in at.get("html"):
            assert "<i>" not in block.proto.body, (where, "html")
    assert raw == []
    assert seen > 20  # the names are there, and escaped


SAID = "can't be shown"
# Tabs of runs and experiments; the others are about the settings or about what is chosen now
ABOUT_RUNS = (
    *(f"1_Perceptron {tab}" for tab in ("Learn", "Results", "Code", "Compare")),
    *(f"3_CNN {tab}" for tab in ("Learn", "Inside", "Rewind", "Results", "Train vs. eval", "Save", "Code", "Compare",
                                 "Filters", "Heat maps", "Top pictures")),
    *(f"4_Cross-validation {tab}" for tab in ("Fewer lines", "K folds", "One split", "Leak")),
    *(f"5_Transfer {tab}" for tab in ("Strategies", "Your picture", "Inside", "Feature maps", "Filters", "Heat maps",
                                      "Top pictures")),
    *(f"6_Optimizers {tab}" for tab in ("Race", "Code")),
    *(f"90_Runs {tab}" for tab in ("Compare", "Run")),
)  # fmt: skip


def test_where_pictures_are_gone_it_is_said_and_the_rest_is_shown(walk):
    """Last in this file: it deletes the set. Another one of the same title is no excuse for showing its pictures."""
    delete(walk.dataset, "ann", this_machine_alone=True)
    other = io.BytesIO()
    with zipfile.ZipFile(archive()) as old, zipfile.ZipFile(other, "w") as new:
        for member in old.infolist():
            if not member.filename.startswith("three"):
                new.writestr(member.filename, old.read(member))
    assert import_zip(other, title=TITLE, owner="ann").name != walk.dataset
    silent, twice, shown = [], [], {}
    for where, at in walk.steps():
        assert not at.exception, (where, at.exception[0].message)
        said = [warning.value for warning in at.warning if SAID in warning.value]
        if where in ABOUT_RUNS:
            silent += [where] if not said else []
            twice += [where] if len(said) > 1 else []
            shown[where] = at
    assert set(shown) == set(ABOUT_RUNS)
    assert silent == []
    assert twice == []
    for page in ("1_Perceptron", "3_CNN"):  # their labels are left, and with them all but the pictures themselves
        results = shown[f"{page} Results"]
        assert results.metric[0].label == "Test accuracy"
        assert [head.value for head in results.header][:2] == ["Confusion matrix", "Per class"]
        assert "Most confident mistakes" not in [head.value for head in results.header]
    assert "Beside the perceptron of Question 1" in [head.value for head in shown["3_CNN Results"].header]
    assert len(drawn(shown["1_Perceptron Learn"])) == 1  # the curves
    assert "MultiLayerFCNet" in shown["1_Perceptron Code"].code[0].value
    assert not shown["3_CNN Filters"].info
    needs = "This needs the pictures of the run, which are gone."
    assert needs in shown["5_Transfer Top pictures"].info[0].value
    assert needs in shown["3_CNN Train vs. eval"].info[0].value
    assert [metric.label for metric in shown["3_CNN Rewind"].metric] == ["Test accuracy after epoch 1"]
    assert shown["3_CNN Inside"].get("file_uploader")  # a picture of one's own can still be looked at
    assert shown["5_Transfer Your picture"].get("file_uploader")
    told = " ".join(warning.value for warning in shown["3_CNN Results"].warning).replace("\\", "")
    assert TITLE in told
    assert walk.dataset[4:10] in told
    assert "Import its pictures again" in told
