"""core/evaluation.py against scikit-learn."""

import warnings

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from core.training.evaluation import accuracy, cell_members, confusion_matrix, per_class_accuracy, worst_mistakes


@st.composite
def judged(draw):
    """Probabilities (with ties, and classes without pictures) and labels."""
    n, n_classes = draw(st.integers(1, 80)), draw(st.integers(2, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scores = rng.random((n, n_classes))
    if draw(st.booleans()):
        scores = np.round(scores, 1) + 0.01
    return (scores / scores.sum(1, keepdims=True)).astype(np.float32), rng.integers(0, n_classes, n)


@given(judged())
def test_accuracy_is_scikit_learns(case):
    probabilities, labels = case
    assert accuracy(probabilities, labels) == metrics.accuracy_score(labels, probabilities.argmax(1))


@given(judged())
def test_the_confusion_matrix_is_scikit_learns(case):
    probabilities, labels = case
    n_classes = probabilities.shape[1]
    ours = confusion_matrix(probabilities.argmax(1), labels, n_classes)
    theirs = metrics.confusion_matrix(labels, probabilities.argmax(1), labels=range(n_classes))
    assert np.array_equal(ours, theirs)
    assert ours.dtype == np.int64


@given(judged())
def test_the_accuracy_of_a_class_is_its_recall(case):
    probabilities, labels = case
    n_classes = probabilities.shape[1]
    ours = per_class_accuracy(confusion_matrix(probabilities.argmax(1), labels, n_classes))
    theirs = metrics.recall_score(
        labels, probabilities.argmax(1), labels=range(n_classes), average=None, zero_division=np.nan
    )
    np.testing.assert_allclose(ours, theirs)
    assert np.array_equal(np.isnan(ours), ~np.isin(np.arange(n_classes), labels))


def test_a_class_without_pictures_costs_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(per_class_accuracy(np.array([[0, 0], [1, 3]]))[0])


@given(judged())
def test_the_cells_share_out_all_pictures(case):
    probabilities, labels = case
    n_classes = probabilities.shape[1]
    matrix = confusion_matrix(probabilities.argmax(1), labels, n_classes)
    everyone = []
    for true in range(n_classes):
        for predicted in range(n_classes):
            members = cell_members(probabilities, labels, true, predicted)
            assert len(members) == matrix[true, predicted]
            assert (labels[members] == true).all()
            assert (np.diff(probabilities[members, predicted]) <= 0).all()  # the surest first
            everyone += members.tolist()
    assert sorted(everyone) == list(range(len(labels)))


@given(judged(), st.integers(0, 30))
def test_the_worst_mistakes_are_the_surest_wrong_predictions(case, n):
    probabilities, labels = case
    worst = worst_mistakes(probabilities, labels, n)
    sure = probabilities.max(1)
    wrong = np.flatnonzero(probabilities.argmax(1) != labels)
    assert len(worst) == min(n, len(wrong))
    assert set(worst) <= set(wrong)
    assert (np.diff(sure[worst]) <= 0).all()
    left_out = np.setdiff1d(wrong, worst)
    assert not len(left_out) or not len(worst) or sure[left_out].max() <= sure[worst].min()
