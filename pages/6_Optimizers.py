"""Question 6: a fair race of optimizers, one step of one weight in numbers, and the landscape they walk on."""

from functools import partial

from pages.optimizers import handout as handout_optimizers
from pages.optimizers.code import race_code_view
from pages.optimizers.controls import optimizers_controls
from pages.optimizers.landscape import landscape_view
from pages.optimizers.loss_plane import loss_plane_view
from pages.optimizers.microscope import microscope_view
from pages.optimizers.race import race_view, tab_of_link
from pages.optimizers.seeds import seeds_view
from pages.optimizers.sweep import sweep_view
from pages.shared.controls.places import beside
from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import tabs

lab = frame("optimizers")
settings = partial(optimizers_controls, lab)
tabs(
    {
        "Race": beside(settings, lambda chosen: race_view(lab, chosen)),
        "Each at its best": beside(settings, lambda chosen: sweep_view(lab, chosen)),
        "Is it real?": beside(settings, lambda chosen: seeds_view(lab, chosen)),
        "One step": beside(settings, microscope_view),
        "Landscape": beside(settings, landscape_view),
        "Loss plane": beside(settings, lambda chosen: loss_plane_view(lab, chosen)),
        "Code": beside(settings, race_code_view),
        "Handout": lambda: handout_optimizers.handout(lab),
    },
    first=tab_of_link(),
)
