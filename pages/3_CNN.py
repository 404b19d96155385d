"""Question 3: a convolutional network; train it, open it, rewind it, save it."""

from functools import partial

from core.runs import Run
from pages.cnn import handout as handout_cnn
from pages.cnn.beside_perceptron import perceptron_beside
from pages.cnn.controls import cnn_controls
from pages.cnn.inside import inside_view
from pages.cnn.layer_table import layer_table
from pages.cnn.rewind import rewind_view
from pages.cnn.save import save_view
from pages.cnn.shape_doctor import shape_doctor
from pages.cnn.train_or_eval import train_or_eval_view
from pages.shared.controls.places import beside
from pages.shared.frame.frame import frame
from pages.shared.frame.shown import run_of
from pages.shared.frame.tabs import tabs
from pages.shared.panels.code import code_view
from pages.shared.panels.compare import compare_view
from pages.shared.panels.gone import about_run
from pages.shared.panels.results import results_view
from pages.shared.panels.train_panel import run_panel

PAGE = "cnn"

lab = frame(PAGE)
run = run_of(PAGE)
settings = partial(cnn_controls, lab)  # beside what they decide; elsewhere their values stay in the address


def results(run: Run | None) -> None:
    """What it got right and wrong, and the perceptron beside it."""
    results_view(run)
    perceptron_beside(lab, run)


tabs(
    {
        "Learn": beside(settings, lambda spec: run_panel(lab, spec, page=PAGE)),
        "Network": beside(settings, lambda spec: layer_table(run.shown(), spec)),
        "Shape doctor": lambda: shape_doctor(lab),
        "Inside": about_run(run, inside_view),
        "Rewind": about_run(run, lambda run: rewind_view(lab, run, PAGE)),
        "Results": about_run(run, results),
        "Train vs. eval": about_run(run, train_or_eval_view),
        "Save": about_run(run, lambda run: save_view(lab, run, PAGE)),
        "Code": beside(settings, lambda spec: about_run(run, lambda run: code_view(run, spec))()),
        "Compare": lambda: compare_view(lab, PAGE),
        "Handout": handout_cnn.handout,
    }
)
