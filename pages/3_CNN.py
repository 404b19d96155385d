"""Question 3: a convolutional network; train it, open it, rewind it, save it."""

from functools import partial

from pages.cnn import handout as handout_cnn
from pages.cnn.beside_perceptron import perceptron_beside
from pages.cnn.controls import cnn_controls
from pages.cnn.inside import inside_view
from pages.cnn.layer_table import layer_table
from pages.cnn.rewind import rewind_view
from pages.cnn.save import save_view
from pages.cnn.train_or_eval import train_or_eval_view
from pages.shared.frame.frame import frame
from pages.shared.frame.shown import run_of
from pages.shared.frame.tabs import beside, tabs
from pages.shared.panels.code import code_view
from pages.shared.panels.compare import compare_view
from pages.shared.panels.results import results_view
from pages.shared.panels.train_panel import run_panel

PAGE = "cnn"

lab = frame(PAGE)
run = run_of(PAGE)
settings = partial(cnn_controls, lab)  # beside what they decide; elsewhere their values stay in the address


def results() -> None:
    """What it got right and wrong, and the perceptron beside it."""
    results_view(run.shown())
    perceptron_beside(lab, run.shown())


tabs(
    {
        "Learn": beside(settings, lambda spec: run_panel(lab, spec, page=PAGE)),
        "Network": beside(settings, layer_table),
        "Inside": lambda: inside_view(run.shown()),
        "Rewind": lambda: rewind_view(lab, run.shown(), PAGE),
        "Results": results,
        "train or eval": lambda: train_or_eval_view(run.shown()),
        "Save": lambda: save_view(lab, run.shown(), PAGE),
        "Code": beside(settings, lambda spec: code_view(run.shown(), spec)),
        "Compare": lambda: compare_view(lab, PAGE),
        "Handout": handout_cnn.handout,
    }
)
