"""What a grid search has found, in sentences."""

import math

from core.crossval.grid_search import SearchSnapshot
from core.lab.words import decimal, duration
from core.specs.folds import SearchSpec

NO_BEST = "Of each pair a fold has diverged: there is no best one. Choose smaller learning rates."


def has_best(now: SearchSnapshot) -> bool:
    """Whether a search that is over has a best pair: scikit-learn's score is NaN where every pair has a lost fold."""
    return now.result is not None and not math.isnan(now.result["best_score"])


def best_told(spec: SearchSpec, now: SearchSnapshot) -> str:
    """The best pair, its score and what that is worth, in Markdown; empty before the end, ``NO_BEST`` without one."""
    if now.result is None:
        return ""
    if not has_best(now):
        return NO_BEST
    best = now.result["best_params"]
    seconds = sum(fit.seconds for fit in now.fits)
    return (
        f"Best: learning rate **{decimal(best['lr'])}**, batches of **{best['batch_size']}**: "
        f"**{now.result['best_score']:.1%}**. {len(now.fits)} fits took {duration(seconds)} of training. This score is "
        f"the best of {spec.n_pairs}, so it flatters: judge the chosen pair on pictures that no fold has seen."
    )
