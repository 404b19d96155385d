"""core/crossval/expected_time.py: a fold is foretold by the pictures that it trains on and judges."""

import pytest

from core.crossval.splits import parts
from core.datasets.judged import judged_by
from core.engine.calibration import Calibration
from core.engine.expected_time import seconds
from core.specs import CNNSpec, DataSpec, FoldSpec

TRAINED = Calibration("m", (0, 0, 0), 0, 1.0, 0, 1.0, ())  # a second per picture that is trained on
JUDGED = Calibration("m", (0, 0, 0), 0, 0, 1.0, 1.0, ())


@pytest.mark.parametrize("split", ["folds", "random", "holdout"])
@pytest.mark.parametrize("own_folds", [0, 5])
@pytest.mark.parametrize("judges_test", [False, True])
def test_it_counts_the_pictures_of_the_split(home, split, own_folds, judges_test):
    if split == "holdout" and judges_test:
        pytest.skip("it judges the test pictures alone")
    data = DataSpec(n_train=100, n_test=30)
    spec = FoldSpec(
        data=data, model=CNNSpec(), split=split, own_folds=own_folds, judges_test=judges_test, n_folds=4, n_epochs=3
    )
    images = judged_by(spec)
    n_fitted, n_judged = len(images.train_labels), len(images.test_labels)
    n_own = n_fitted // own_folds if own_folds else 0
    assert seconds(spec, TRAINED) == pytest.approx(3 * (n_fitted - n_own))
    assert seconds(spec, JUDGED) == pytest.approx(3 * (n_judged + n_own))


def test_the_parts_are_those_of_the_split(home):
    images = judged_by(FoldSpec(data=DataSpec(n_train=100, n_test=30), n_folds=4))
    assert len(images.train_labels) == 75
    assert len(parts(FoldSpec(n_folds=4), images.train_labels, images.class_names).judged) == 19
