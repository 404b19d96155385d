"""Question 1: a multi-layer perceptron on small pictures."""

from functools import partial

from core.specs import RunSpec
from pages.perceptron import handout as handout_perceptron
from pages.perceptron.controls import perceptron_controls
from pages.perceptron.loop import loop_in_order
from pages.perceptron.network import network_view
from pages.shared.controls.places import beside
from pages.shared.controls.training import n_classes
from pages.shared.frame.frame import frame
from pages.shared.frame.shown import run_of
from pages.shared.frame.tabs import tabs
from pages.shared.panels.code import code_view
from pages.shared.panels.compare import compare_view
from pages.shared.panels.gone import about_run
from pages.shared.panels.results import results_view
from pages.shared.panels.train_panel import run_panel
from pages.shared.words.language import marked

PAGE = "perceptron"

lab = frame(PAGE)
run = run_of(PAGE)
settings = partial(perceptron_controls, lab)  # beside what they decide; elsewhere their values stay in the address


def network(spec: RunSpec) -> None:
    """Its layers, with the parameters of each, and a picture on its way through them."""
    network_view(run.shown(), spec, n_classes(lab.data.dataset))


tabs(
    {
        marked("Learn"): beside(settings, lambda spec: run_panel(lab, spec, page=PAGE)),
        marked("Network"): beside(settings, network),
        marked("Results"): about_run(run, results_view),
        marked("Code"): beside(settings, lambda spec: about_run(run, lambda run: code_view(run, spec))()),
        marked("Compare"): lambda: compare_view(lab, PAGE),
        marked("In order"): lambda: loop_in_order(lab),
        marked("Handout"): beside(settings, handout_perceptron.handout),
    }
)
