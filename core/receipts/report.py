"""A lab report: one HTML file that holds everything of a run, to read, print or hand in without this lab.

Charts are drawn as SVG by vl-convert, which carries its own Vega-Lite and asks no network. All text is escaped, and
the file forbids itself to load or to run anything.
"""

import base64
import contextlib
import datetime
import html
import importlib.metadata
import io
import math
from collections.abc import Iterable
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from PIL import Image

from core.charts.bars import class_bars
from core.charts.confusion_matrix import confusion_heatmap
from core.charts.curves import overlay
from core.datasets.image_set import ImageSet
from core.datasets.judged import judged_by
from core.lab.errors import ChalknetError
from core.lab.rates import known_rate
from core.lab.words import decimal
from core.receipts.receipt import as_trained, ended_early, sections
from core.receipts.sections import as_script, files_of
from core.runs import Run, bets, envelope, experiments, health, snapshots
from core.runs import skimmed_curves as run_curves
from core.runs.bet_verdicts import bet_told, run_verdict
from core.runs.bets import Placed
from core.runs.status import PREDICTS_NOTHING
from core.runs.table import settings
from core.specs import is_about_training
from core.specs.tasks import task_of
from core.training import evaluation

_MISTAKES = 10  # pictures of the most confident ones
_WIDTH = 440  # pixels of a curve
_WITHOUT = "The same run without this lab"


def report(run: Run) -> str:
    """The report of a run as a complete HTML page.

    Parameters
    ----------
    run : Run
        Its name and notes are those of its ``meta.json``.
    """
    meta, spec, status, result = run.meta, run.spec, run.status, run.result or {}
    title = str(meta.get("name") or "") or "A run of Chalknet"
    created = datetime.datetime.fromtimestamp(float(meta.get("created", 0)), datetime.UTC)
    elsewhere = run.restored_from
    known = {name: value for name, value in settings(spec).items() if not elsewhere or not is_about_training(name)}
    parts = [
        f"<h1>{html.escape(title)}</h1>",
        f"<p class='quiet'>{html.escape(task_of(spec).title)} <code>{run.id}</code> · {created:%d %B %Y, %H:%M} UTC · "
        f"{html.escape(status.name)}: {html.escape(status.sentence)}</p>",
        _figures(result, _TRAINED if status.name == "diverged" else _JUDGED if elsewhere else _JUDGED | _TRAINED),
        _section("Notes", f"<div class='notes'>{html.escape(str(meta.get('notes') or 'None.'))}</div>"),
        _section("Settings", _table((name, _word(value)) for name, value in known.items())),
        _trained_elsewhere(elsewhere) if elsewhere else _section("Curves", _curves(run)),
        "" if elsewhere else _bets(run),
        "" if elsewhere else _health(run),
        _envelope(run) if envelope.is_sealed(spec) else "",
        _judged(run),
        "" if elsewhere else _without_the_lab(run),
        _section("Made with", _table((name, importlib.metadata.version(name)) for name in ("torch", "numpy"))),
    ]
    body = "\n".join(parts)
    if envelope.is_sealed(spec):
        body = envelope.as_validation(body)
    return _PAGE.replace("TITLE", html.escape(title)).replace("BODY", body)


def svg(chart: Any) -> str:
    """An Altair chart as SVG text."""
    import vl_convert  # 30 MB of its own Vega: only when somebody wants a report

    # Without it Altair would call the chart's data by links to files
    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    known = vl_convert.get_vegalite_versions()
    return str(vl_convert.vegalite_to_svg(chart.to_dict(), vl_version=version if version in known else None))


def _curves(run: Run) -> str:
    drawn = []
    curves = run_curves.read(run.folder)
    losses = ("train_loss", "judged_train_loss", "test_loss")
    accuracies = ("train_accuracy", "judged_train_accuracy", "test_accuracy")
    for names, percent in ((losses, False), (accuracies, True)):
        parts = [
            curves.points(x="epochs", y=name).rename(columns={name: "value"}).assign(run=run_curves.QUANTITIES[name])
            for name in names
        ]
        parts = [part for part in parts if len(part)] or parts[:1]
        table = pd.concat(parts)
        if len(table):
            what = "accuracy" if percent else "loss"
            chart = overlay(table, x="epochs", y="value", title=what, percent=percent)
            drawn.append(f"<figure>{svg(chart.properties(width=_WIDTH, height=300))}</figure>")
    return f"<div class='row'>{''.join(drawn)}</div>" if drawn else "<p>No epoch was finished.</p>"


def _bets(run: Run) -> str:
    """What was bet on the run, how far it was, and why; and what was bet on the experiment that it is part of."""
    told = []
    if (placed := bets.read(run.folder)) is not None:
        verdict = run_verdict(placed.bet, snapshots.read(run)) if run.status.is_finished else ""
        told.append(("On this run", placed, verdict))
    with contextlib.suppress(experiments.ExperimentError):  # of no experiment, or of one that is gone
        experiment = experiments.open_experiment(str(run.meta.get("experiment")))
        if (placed := bets.read(experiment.folder)) is not None:
            told.append(("On its experiment", placed, ""))
    rows = ((on, " ".join(filter(None, _told(placed, verdict)))) for on, placed, verdict in told)
    return _section("Bets", _table(rows)) if told else ""


def _told(placed: Placed, verdict: str) -> tuple[str, str, str]:
    return bet_told(placed.bet), verdict, f"Why? {placed.why}" if placed.why else ""


def _health(run: Run) -> str:
    """What was measured while it trained, and what it usually means."""
    rows = health.health(snapshots.read(run))
    if not rows:
        return ""
    told = ((f"{'⚠' if row.is_amber else '✓'} {row.name}", f"{row.value}. {row.sentence}") for row in rows)
    return _section("Health", _table(told))


def _envelope(run: Run) -> str:
    """What was judged, and what the openings of the envelope have shown."""
    found = envelope.read(run)
    held_out = "Judged on pictures held out of the training set for validation; its test set lies in an envelope"
    rate = "" if found.rate is None else f" In it: {found.rate.in_full()} of the test set classified correctly."
    return _section("The sealed test set", f"<p>{held_out}, {found.told}.{html.escape(rate)}</p>")


def _judged(run: Run) -> str:
    """Confusion matrix, accuracy of each class, most confident mistakes."""
    probabilities = run.probabilities()
    if probabilities is None:
        return _section("Confusion matrix", "<p>The test pictures have not been judged.</p>")
    if not evaluation.predicts(probabilities):
        return _section("Confusion matrix", f"<p>{PREDICTS_NOTHING}</p>")
    try:
        images = judged_by(run.spec)
    except ChalknetError as error:
        return _section("Confusion matrix", f"<p>The pictures can't be shown. {html.escape(str(error))}</p>")
    labels, names = images.test_labels, images.class_names
    matrix = evaluation.confusion_matrix(probabilities.argmax(axis=1), labels, len(names))
    heat = confusion_heatmap(matrix, names)
    bars = class_bars(evaluation.class_rates(matrix), names)
    side = max(380, 34 * len(names))
    pair = f"<figure>{svg(heat.properties(width=side, height=side))}</figure>"
    pair += f"<figure>{svg(bars.properties(width=220))}</figure>"
    worst = evaluation.worst_mistakes(probabilities, labels, _MISTAKES)
    return (
        _section(
            "Confusion matrix",
            f"<p>Rows are true classes, columns are predicted classes.</p><div class='row'>{pair}</div>",
        )
        + _section("Most confident mistakes", _mistakes(images, probabilities, worst))
    )


def _trained_elsewhere(file_name: str) -> str:
    came = f"The weights of this network came from the file {file_name}."
    unknown = "How it was trained, nobody here knows: there are no curves, and no script that gives its losses."
    return _section("Trained elsewhere", f"<p>{html.escape(came)} {unknown}</p>")


def _without_the_lab(run: Run) -> str:
    """The script, and what lies beside it: code is printed, pictures and weights are only named."""
    try:
        parts = sections(as_trained(run), n_steps=ended_early(run))
    except ChalknetError as error:  # it asked for more pictures than there are, and failed
        return _section(_WITHOUT, f"<p>There is no script of it: {html.escape(str(error))}</p>")
    printed = [f"<pre>{html.escape(as_script(parts))}</pre>"]
    for file in files_of(parts):
        name = html.escape(file.name)
        if file.is_code:
            printed.append(f"<p>Beside it lies <code>{name}</code>, which {html.escape(file.does)}:</p>")
            printed.append(f"<pre>{html.escape(file.content().decode())}</pre>")
        else:
            printed.append(f"<p>Beside it lies <code>{name}</code>, which {html.escape(file.does)}; Code has it.</p>")
    told = html.escape(task_of(run.spec).script_gives)
    return _section(_WITHOUT, "\n".join([f"<p>{told}</p>", *printed]))


def _mistakes(images: ImageSet, probabilities: np.ndarray, worst: np.ndarray) -> str:
    if not len(worst):
        return "<p>None: every test picture is classified correctly.</p>"
    figures = []
    for i in worst:
        predicted = int(probabilities[i].argmax())
        true = images.class_names[images.test_labels[i]]
        said = f"{images.class_names[predicted]} {probabilities[i, predicted]:.0%}, is {true}"
        figures.append(
            f'<figure><img src="{_data_url(images.test_images[i])}" alt="{html.escape(said)}" width="84" height="84">'
            f"<figcaption>{html.escape(said)}</figcaption></figure>"
        )
    return f"<div class='row small'>{''.join(figures)}</div>"


_ACCURACY = "test accuracy"
# Figures: the key in a run's result, its name for people and its form
_JUDGED = {"test_accuracy": (_ACCURACY, "{:.1%}"), "test_loss": ("test loss", "{:.3f}")}
_TRAINED = {"epoch": ("epochs", "{:,}"), "step": ("batches", "{:,}"), "seconds": ("seconds", "{:.1f}")}


def _figures(result: dict[str, Any], wanted: dict[str, tuple[str, str]]) -> str:
    rate = known_rate(result.get("test_accuracy"), result.get("n_judged"))
    few = rate if rate is not None and rate.is_of_few else None
    told = [
        f"<div><b>{few.told()}</b>{_ACCURACY}, {few.interval_told}</div>"
        if few and name == _ACCURACY
        else f"<div><b>{form.format(result[key])}</b>{name}</div>"
        for key, (name, form) in wanted.items()
        if isinstance(result.get(key), int | float) and math.isfinite(result[key])
    ]
    return f"<div class='figures'>{''.join(told)}</div>" if told else ""


def _section(title: str, content: str) -> str:
    return f"<section><h2>{html.escape(title)}</h2>{content}</section>"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    lines = (f"<tr><th scope='row'>{html.escape(a)}</th><td>{html.escape(b)}</td></tr>" for a, b in rows)
    return f"<table>{''.join(lines)}</table>"


def _word(value: object) -> str:
    return "none" if value is None else decimal(value) if isinstance(value, float) else str(value)


def _data_url(image: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(image)).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>TITLE</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #17231f; background: #fff; max-width: 980px; margin: 2rem auto;
  padding: 0 1.2rem; }
h1 { margin: 0; overflow-wrap: anywhere; } h2 { margin: 2rem 0 .5rem; color: #0b6b53; }
.quiet { color: #4c5b56; } .notes { white-space: pre-wrap; overflow-wrap: anywhere; }
.figures { display: flex; flex-wrap: wrap; gap: 2rem; } .figures b { display: block; font-size: 1.7rem; }
.row { display: flex; flex-wrap: wrap; gap: 1.2rem; align-items: flex-start; } figure { margin: 0; max-width: 100%; }
.row svg { max-width: 100%; height: auto; } .small figure { width: 96px; font-size: .8rem; text-align: center; }
img { image-rendering: pixelated; border-radius: 5px; }
table { border-collapse: collapse; } th { text-align: left; font-weight: 500; padding: .15rem 2rem .15rem 0; }
pre { background: #f1f5f3; padding: 1rem; border-radius: 6px; font-size: .8rem; white-space: pre-wrap; }
@media print { body { margin: 0; } figure, tr { break-inside: avoid; } }
</style></head><body>
BODY
</body></html>
"""
