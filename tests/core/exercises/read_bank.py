"""Reads question banks back, and reckons their keys by torch from what a student sees, and from nothing else."""

import csv
import io
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import torch
from torch import nn
from torch.nn import functional as F


class _Page(HTMLParser):
    """Tables by their captions, and paragraphs, of a question's HTML."""

    def __init__(self):
        super().__init__()
        self.tables, self.paragraphs, self.title, self.within = {}, [], "", ""

    def handle_starttag(self, tag, attrs):
        self.within = tag
        if tag == "p":
            self.paragraphs.append("")
        elif tag == "tr":
            self.tables[self.title].append([])
        elif tag in ("td", "th"):
            self.tables[self.title][-1].append("")

    def handle_data(self, data):
        if self.within == "caption":
            self.title = data
            self.tables[data] = []
        elif self.within in ("td", "th"):
            self.tables[self.title][-1][-1] += data
        else:
            self.paragraphs[-1] += data


def page_of(html):
    page = _Page()
    page.feed(html)
    page.close()
    return page.tables, page.paragraphs


def plain(html):
    return " ".join(page_of(html)[1])


def questions_of_xml(data):
    """The category, and each question as Moodle sees it."""
    quiz = ET.fromstring(data)
    assert quiz.tag == "quiz"
    category, *questions = quiz
    assert category.get("type") == "category"
    read = []
    for element in questions:
        form = element.get("type")
        tables, (asked,) = page_of(element.findtext("questiontext/text"))
        told = plain if form == "multichoice" else str
        answers = [
            (answer.get("fraction"), told(answer.findtext("text")), plain(answer.findtext("feedback/text")))
            for answer in element.iter("answer")
        ]
        read.append({
            "form": form, "name": element.findtext("name/text"), "code": element.findtext("idnumber"),
            "tables": tables, "asked": asked, "answers": answers, "element": element,
        })  # fmt: skip
    return category.findtext("category/text"), read


def questions_of_csv(text):
    """Each question as in ``questions_of_xml``, the lines of one put together."""
    read = {}
    for line in csv.DictReader(io.StringIO(text)):
        question = read.setdefault(
            line["code"],
            {"form": line["form"], "name": line["name"], "code": line["code"], "asked": line["question"],
             "tables": tables_of_text(line["given"]), "answers": [("100", line["key"], "Right.")]},
        )  # fmt: skip
        assert question["answers"][0][1] == line["key"]
        question["answers"].append(("0", line["distractor"], line["feedback"]))
    return list(read.values())


def tables_of_text(text):
    tables = {}
    for part in text.split(" | "):
        title, rows = part.split(": ", 1)
        tables[title] = [row.split(", ", 1 if title in ("Settings", "Network") else -1) for row in rows.split("; ")]
    return tables


def key_of(question):
    """The right answer by torch: a number, or a tuple of sizes."""
    if "Network" in question["tables"]:
        return _of_network(question)
    settings = dict(question["tables"]["Settings"])
    place = re.search(r"row (\d+), column (\d+) of", question["asked"])
    output = (
        _pooled(question["tables"], settings) if "Pooling" in settings else _convolved(question["tables"], settings)
    )
    if place:
        return float(output[int(place[1]) - 1, int(place[2]) - 1])
    return tuple(output.shape)


def sizes_in(text):
    return tuple(map(int, re.findall(r"\d+", text)))


def _given(tables, settings, title):
    """A grid; where only its size is told, one of that size."""
    if title in tables:
        return torch.tensor([[float(cell) for cell in row] for row in tables[title]], dtype=torch.float64)
    return torch.zeros(sizes_in(settings[title]), dtype=torch.float64)


def _convolved(tables, settings):
    image, kernel = (_given(tables, settings, title) for title in ("Image", "Kernel"))
    bias = torch.tensor([float(settings.get("Bias", 0))], dtype=torch.float64)
    stride, padding = int(settings["Stride"]), int(settings["Padding"])
    output = F.conv2d(image[None, None], kernel[None, None], bias, stride=stride, padding=padding)[0, 0]
    then = {"ReLU": F.relu, "leaky ReLU": F.leaky_relu, "no activation": lambda x: x}
    return then[settings.get("Then", "no activation")](output)


def _pooled(tables, settings):
    cells = _given(tables, settings, "Activation map")
    pool = {"max": F.max_pool2d, "average": F.avg_pool2d}[settings["Pooling"]]
    keeps = {"kept (ceil_mode=True)": True, "dropped (PyTorch's default)": False}[settings["Partial windows"]]
    return pool(cells[None, None], sizes_in(settings["Window"]), stride=int(settings["Stride"]), ceil_mode=keeps)[0, 0]


_LAZY = {"Conv2d": nn.LazyConv2d, "BatchNorm2d": nn.LazyBatchNorm2d, "Linear": nn.LazyLinear}


def _of_network(question):
    """Modules that find out by themselves what comes in, run on a batch; of shapes alone, as no number matters."""
    told = dict(question["tables"]["Input"])
    batch = torch.empty(int(told["Pictures per batch"]), *sizes_in(told["One picture"]), device="meta")
    header, *layers = question["tables"]["Network"]
    assert header == ["Layer", "PyTorch"]
    for _, code in layers:
        kind, inside = re.fullmatch(r"nn\.(\w+)\((.*)\)", code).groups()
        given = dict(part.split("=") for part in inside.split(", ") if part)
        numbers = {key: int(text) for key, text in given.items() if text != "?"}
        with torch.device("meta"), torch.no_grad():
            layer = _LAZY.get(kind, getattr(nn, kind))(**numbers)
            batch = layer(batch)
    asked = question["asked"]
    assert layers[-1][0] in asked, "the last layer is the one that is asked"
    return sum(p.numel() for p in layer.parameters()) if "parameters" in asked else tuple(batch.shape[1:])
