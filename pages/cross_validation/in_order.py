"""K folds, whose lines are put in order."""

from core.exercises.fold_lines import PUZZLE
from pages.shared.frame.frame import Lab
from pages.shared.panels.in_order import in_order_view


def folds_in_order(lab: Lab) -> None:
    """What ``cross_val_score`` does inside, shuffled."""
    in_order_view(
        lab,
        PUZZLE,
        "**What `cross_val_score` does inside, shuffled.** `X` and `y` are all pictures and their labels. Put the "
        "lines in order, so that in each fold a new network is judged on pictures that had no part in it. More than "
        "one order is right; the end of the loop can be moved too, and the indentation follows.",
    )
