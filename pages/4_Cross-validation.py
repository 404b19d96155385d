"""Question 4: the same network with a scikit-learn face, and what a single split can't tell."""

from pages.shared import handout_skorch
from pages.shared.crossval_code import code_tab
from pages.shared.crossval_fewer import fewer_view
from pages.shared.crossval_folds import folds_view
from pages.shared.crossval_grid import grid_view
from pages.shared.crossval_leak import leak_view
from pages.shared.crossval_splits import splits_view
from pages.shared.frame import frame
from pages.shared.tabs import open_tab

PAGE = "crossval"
TABS = ["Fewer lines", "K folds", "One split", "Leak", "Grid search", "Code", "Handout"]

lab = frame(
    "skorch and K folds",
    question=4,
    tagline="The network becomes a scikit-learn classifier; then several splits tell how far a single one can mislead.",
)
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
