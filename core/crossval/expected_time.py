"""How long a fold takes: it trains on a part of the training pictures only, and judges another."""

import math

from core.crossval.splits import holdout_sizes
from core.engine.calibration import Calibration
from core.engine.expected_time import epoch_seconds
from core.specs.folds import FoldSpec


def fold_seconds(spec: FoldSpec, known: Calibration) -> float:
    """All epochs of one fold, skorch's own validation and what is judged included."""
    n, n_test = spec.data.n_train, spec.data.n_test
    if spec.split == "holdout":
        n_trained, _, n_own = holdout_sizes(n, spec.own_folds)
        n_judged = n_test
    else:
        n_judged = n // spec.n_folds
        n_own = math.ceil((n - n_judged) / spec.own_folds) if spec.own_folds else 0
        n_trained = n - n_judged - n_own
        n_judged += n_test if spec.judges_test else 0
    return spec.n_epochs * epoch_seconds(spec.model, known, n_trained, n_own + n_judged, spec.batch_size)
