"""Question 4: the same network with a scikit-learn face, and what a single split can't tell."""

from pages.cross_validation import handout as handout_skorch
from pages.cross_validation.code import code_tab
from pages.cross_validation.fewer_lines import fewer_view
from pages.cross_validation.folds import folds_view
from pages.cross_validation.grid_search import grid_view
from pages.cross_validation.leak import leak_view
from pages.cross_validation.splits import splits_view
from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import open_tab

PAGE = "crossval"
TABS = ["Fewer lines", "K folds", "One split", "Leak", "Grid search", "Code", "Handout"]

lab = frame(PAGE)
now, tab = open_tab(TABS)

with tab:
    if now == "Fewer lines":
        fewer_view(lab, PAGE)
    elif now == "K folds":
        folds_view(lab, PAGE)
    elif now == "One split":
        splits_view(lab, PAGE)
    elif now == "Leak":
        leak_view(lab, PAGE)
    elif now == "Grid search":
        grid_view(lab)
    elif now == "Code":
        code_tab(lab)
    else:
        handout_skorch.handout()
