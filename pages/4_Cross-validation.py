"""Question 4: the same network with a scikit-learn face, and what a single split can't tell."""

from pages.cross_validation import handout as handout_skorch
from pages.cross_validation.code import code_tab
from pages.cross_validation.fewer_lines import fewer_lines_view
from pages.cross_validation.folds import folds_view
from pages.cross_validation.grid_search import grid_search_view
from pages.cross_validation.in_order import folds_in_order
from pages.cross_validation.leak import leak_view
from pages.cross_validation.splits import splits_view
from pages.cross_validation.tuned_on_test import tuned_on_test_view
from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import tabs

PAGE = "crossval"

lab = frame(PAGE)
tabs(
    {
        "Fewer lines": lambda: fewer_lines_view(lab, PAGE),
        "K folds": lambda: folds_view(lab, PAGE),
        "One split": lambda: splits_view(lab, PAGE),
        "Leak": lambda: leak_view(lab, PAGE),
        "Tuned on test": lambda: tuned_on_test_view(lab),
        "Grid search": lambda: grid_search_view(lab),
        "Code": lambda: code_tab(lab),
        "In order": lambda: folds_in_order(lab),
        "Handout": handout_skorch.handout,
    }
)
