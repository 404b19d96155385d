"""The training loop, whose lines are put in order."""

from core.exercises.training_lines import PUZZLE
from pages.shared.frame.frame import Lab
from pages.shared.panels.in_order import in_order_view
from pages.shared.words.language import say


def loop_in_order(lab: Lab) -> None:
    """The handout's loop, shuffled."""
    said = say(
        "**The handout's training loop, shuffled.** Put its lines in order, so that the network learns and each epoch "
        "prints its average loss. More than one order is right: what a line needs has to stand above it. The end of "
        "the inner loop can be moved too, and the indentation follows."
    )
    in_order_view(lab, PUZZLE, said)
