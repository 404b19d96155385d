"""core/embedding.py against scikit-learn and plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import NearestNeighbors

from core.transfer.embedding import in_the_plane, kept_by_pca, nearest, neighbour_agreement


@pytest.fixture
def clusters():
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(3), 20)
    return (rng.normal(size=(60, 16)) + 8 * np.eye(16)[labels]).astype(np.float32), labels


def test_pca_is_the_best_plane(clusters):
    features, _ = clusters
    points = in_the_plane(features, "PCA")
    centred = features - features.mean(0)
    spread = np.linalg.svd(centred.astype(np.float64), compute_uv=False) ** 2
    assert points.shape == (60, 2)
    assert (points**2).sum() == pytest.approx(spread[:2].sum(), rel=1e-6)
    assert kept_by_pca(features) == pytest.approx(spread[:2].sum() / spread.sum(), rel=1e-6)


@pytest.mark.parametrize("n", [4, 60])
def test_tsne_keeps_clusters_and_is_the_same_again(clusters, n):
    features, labels = clusters
    points = in_the_plane(features[::60 // n], "t-SNE")
    assert points.shape == (n, 2)
    assert np.isfinite(points).all()
    if n == 60:
        assert np.array_equal(points, in_the_plane(features, "t-SNE"))
        near = NearestNeighbors(n_neighbors=2).fit(points).kneighbors(points, return_distance=False)[:, 1]
        assert (labels[near] == labels).mean() > 0.95


@given(seed=st.integers(0, 1000), n=st.integers(1, 30), k=st.integers(1, 10))
def test_nearest_by_cosine(seed, n, k):
    rng = np.random.default_rng(seed)
    train, one = rng.normal(size=(n, 5)), rng.normal(size=5)
    index, cosines = nearest(train, one, k)
    wanted = cosine_similarity(train, one[None])[:, 0]
    np.testing.assert_allclose(cosines, np.sort(wanted)[::-1][:k])
    np.testing.assert_allclose(wanted[index], cosines)


def test_a_picture_without_any_answer_is_near_nobody():
    index, cosines = nearest(np.zeros((3, 4)), np.ones(4), 8)
    assert index.tolist() == [0, 1, 2]
    assert cosines.tolist() == [0, 0, 0]


def test_neighbour_agreement(clusters):
    features, labels = clusters
    near = NearestNeighbors(n_neighbors=2, metric="cosine").fit(features).kneighbors(features, return_distance=False)
    assert neighbour_agreement(features, labels) == pytest.approx((labels[near[:, 1]] == labels).mean())
    assert neighbour_agreement(features, labels) > 0.95
