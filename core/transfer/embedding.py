"""Features as points in the plane, and who is near whom: PCA, t-SNE, nearest neighbours (scikit-learn)."""

from typing import Literal

import numpy as np

MAX_POINTS = 500  # more of them hide each other, and t-SNE takes seconds
Method = Literal["PCA", "t-SNE"]


def in_the_plane(features: np.ndarray, method: Method, *, random_state: int = 0) -> np.ndarray:
    """Features of shape (n, d) as points (n, 2), float64.

    PCA keeps as much of the spread as two straight directions can; t-SNE keeps neighbours together and says nothing of
    large distances.
    """
    if method == "PCA":
        from sklearn.decomposition import PCA

        points: np.ndarray = PCA(2, random_state=random_state).fit_transform(np.asarray(features, np.float64))
        return points
    from sklearn.manifold import TSNE

    # scikit-learn wants fewer neighbours than there are points
    perplexity = min(30.0, max(1.0, (len(features) - 1) / 3))
    tsne = TSNE(2, perplexity=perplexity, init="pca", random_state=random_state)
    embedded: np.ndarray = tsne.fit_transform(np.asarray(features, np.float64))
    return embedded


def kept_by_pca(features: np.ndarray) -> float:
    """Share of the features' spread that the plane of PCA keeps, from 0 to 1."""
    from sklearn.decomposition import PCA

    return float(PCA(2).fit(np.asarray(features, np.float64)).explained_variance_ratio_.sum())


def nearest(train: np.ndarray, one: np.ndarray, n: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """The training pictures whose features point most nearly in the same direction as those of one picture.

    Parameters
    ----------
    train : ndarray of shape (m, d)
    one : ndarray of shape (d,)

    Returns
    -------
    indices : ndarray of shape (k,), int64
        Nearest first; k is ``n`` or all there are.
    similarities : ndarray of shape (k,), float64
        Cosines, from -1 to 1.
    """
    a, b = np.asarray(train, np.float64), np.asarray(one, np.float64)
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b)
    cosines = np.divide(a @ b, lengths, out=np.zeros(len(a)), where=lengths > 0)
    order = np.argsort(-cosines, kind="stable")[:n]
    return order, cosines[order]


def neighbour_agreement(features: np.ndarray, labels: np.ndarray) -> float:
    """Share of the points whose nearest other point (by cosine) has their class: how well classes keep together."""
    a = np.asarray(features, np.float64)
    a = a / np.maximum(np.linalg.norm(a, axis=1, keepdims=True), 1e-12)
    cosines = a @ a.T
    np.fill_diagonal(cosines, -np.inf)
    return float((labels[cosines.argmax(1)] == labels).mean())
