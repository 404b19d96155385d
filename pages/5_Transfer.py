"""Question 5: what pretrained weights buy, measured here."""

from functools import partial

from pages.shared.controls.places import beside
from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import tabs
from pages.transfer import handout as handout_transfer
from pages.transfer import path
from pages.transfer.batch_norm_trap import batch_norm_trap_view
from pages.transfer.code import transfer_code_view
from pages.transfer.controls import transfer_controls
from pages.transfer.few_labels import few_labels_view
from pages.transfer.inside import transfer_inside_view
from pages.transfer.strategies import strategies_view
from pages.transfer.weights import weights_view
from pages.transfer.your_picture import your_picture_view

lab = frame("transfer")
path.path(lab)
settings = partial(transfer_controls, lab)
tabs(
    {
        path.WEIGHTS: lambda: weights_view(lab),
        path.STRATEGIES: beside(settings, lambda chosen: strategies_view(lab, chosen)),
        path.LABELS: beside(settings, lambda chosen: few_labels_view(lab, chosen)),
        path.TRAP: beside(settings, lambda chosen: batch_norm_trap_view(lab, chosen)),
        path.PICTURE: lambda: your_picture_view(lab),
        path.INSIDE: lambda: transfer_inside_view(lab),
        "Code": beside(settings, transfer_code_view),
        "Handout": handout_transfer.handout,
    }
)
