"""core/datasets/duplicates.py against all pairs by hand, and core/datasets/looking.py against NumPy's own words."""

import itertools

import imagehash
import numpy as np
import pytest
from PIL import Image
from sklearn.neighbors import NearestCentroid

from core.datasets import ImageSet, duplicates, looking, shapes10_drawing
from core.datasets.duplicates import SearchStoppedError, find

PICTURES, LABELS = shapes10_drawing.draw_shapes(60)


def brighter(picture):
    return np.clip(picture.astype(int) + 6, 0, 255).astype(np.uint8)


def image_set(train, test):
    def labels(pictures):
        return np.zeros(len(pictures), np.int64)

    return ImageSet("x", "X", ("a", "b"), np.array(train), labels(train), np.array(test), labels(test), "")


@pytest.fixture(scope="module")
def images():
    """30 + 14 pictures: one thrice in train, one between the splits, one nearly between."""
    train = [*PICTURES[:28], PICTURES[0], PICTURES[0]]
    test = [*PICTURES[40:52], PICTURES[3], brighter(PICTURES[5])]
    return image_set(train, test)


@pytest.mark.parametrize("bits", [0, 4, 10])
def test_all_pairs_are_found_once(images, bits):
    """Against imagehash's own distance, pair by pair."""
    found = find(images, most_bits=bits)
    everything = [*images.train_images, *images.test_images]
    hashes = [imagehash.phash(Image.fromarray(p)) for p in everything]
    exact, near = {}, {}
    for i, j in itertools.combinations(range(len(everything)), 2):
        if (everything[i] == everything[j]).all():
            exact[i, j] = 0
        elif hashes[i] - hashes[j] <= bits:
            near[i, j] = hashes[i] - hashes[j]
    assert {(p.first, p.second): p.bits for p in found.exact_pairs} == exact
    assert {(p.first, p.second): p.bits for p in found.near_pairs} == near
    assert found.exact == {"train": 3, "test": 0, "between": 1}
    assert sum(found.near.values()) == len(near)
    assert (5, 43) in near


def test_those_between_train_and_test_come_first(images):
    found = find(images, most_bits=10)
    between = [p.first < found.n_train <= p.second for p in found.near_pairs]
    assert between == sorted(between, reverse=True)


def test_many_copies_are_counted_and_not_all_kept():
    n = 100
    found = find(image_set([PICTURES[0]] * n, [PICTURES[1]]))
    assert found.exact["train"] == n * (n - 1) // 2
    assert len(found.exact_pairs) == duplicates.MOST_PAIRS


def test_in_a_large_set_no_pair_is_left_out():
    """More pictures than are held against all others at once; the copies lie before, across and behind that limit."""
    pictures = np.random.default_rng(0).integers(0, 256, (2_050, 32, 32, 3), dtype=np.uint8)
    near = [(3, 9), (10, 2_040), (1_999, 2_000), (2_001, 2_049)]
    for first, second in near:
        pictures[second] = brighter(pictures[first])
    found = find(image_set(pictures, pictures[:0]))
    assert sorted((pair.first, pair.second) for pair in found.near_pairs) == near
    assert not found.exact_pairs


def test_a_search_tells_how_far_it_is_and_can_be_stopped(images):
    told = []
    find(images, on_progress=lambda *done: told.append(done))
    assert told[-1] == (44, 44)
    with pytest.raises(SearchStoppedError):
        find(images, should_stop=lambda: True)


def test_the_mosaic_shows_every_picture_of_a_class_once():
    for seed in (0, 7):
        seen = [looking.by_class(LABELS, range(10), columns=4, page=p, random_state=seed) for p in range(2)]
        for label in range(10):
            assert sorted(np.concatenate([page[label] for page in seen])) == np.flatnonzero(label == LABELS).tolist()
    assert looking.n_pages(LABELS, 10, 4) == 2
    assert len(looking.by_class(LABELS, range(10), columns=4, page=9)[0]) == 0


def test_the_sheet_has_the_pictures_at_their_places():
    rows = [np.array([3, 1]), np.array([2])]
    sheet = looking.sheet(PICTURES, rows, 2)
    assert sheet.shape == (64, 64, 3)
    np.testing.assert_array_equal(sheet[:32, 32:], PICTURES[1])
    np.testing.assert_array_equal(sheet[32:, :32], PICTURES[2])
    assert (sheet[32:, 32:] == 128).all()


def test_means_are_numpys():
    """Of more pictures than are summed at once."""
    rng = np.random.default_rng(0)
    pictures, labels = rng.integers(0, 256, (5_011, 32, 32, 3), dtype=np.uint8), rng.integers(0, 10, 5_011)
    means = looking.mean_pictures(pictures, labels, 11)
    for label in range(10):
        np.testing.assert_allclose(means[label], pictures[label == labels].mean(axis=0))
    assert np.isnan(means[10]).all()


def test_the_nearest_mean_is_scikit_learns():
    test, test_labels = shapes10_drawing.draw_shapes(200, split="test")
    theirs = NearestCentroid().fit(PICTURES.reshape(60, -1).astype(float), LABELS)
    ours = looking.nearest_mean_accuracy((PICTURES, LABELS), (test, test_labels), 10)
    assert ours == pytest.approx(theirs.score(test.reshape(200, -1).astype(float), test_labels))


def test_the_knobs_make_the_pictures_easier_and_leave_the_data_set_as_it_was():
    whole, labels = shapes10_drawing.draw_block(0)
    np.testing.assert_array_equal(whole[:60], PICTURES)
    easy, same = shapes10_drawing.draw_block(0, sizes=1.2, places=0, colours=0, behind=0, noise=0)
    np.testing.assert_array_equal(labels, same)
    hard = looking.nearest_mean_accuracy((whole[:500], labels[:500]), (whole[500:], labels[500:]), 10)
    light = looking.nearest_mean_accuracy((easy[:500], labels[:500]), (easy[500:], labels[500:]), 10)
    assert light > hard + 0.3
    loud, _ = shapes10_drawing.draw_block(0, noise=20.0)  # far beyond black and white: cut off, not wrapped around
    assert np.abs(loud.astype(int) - whole).mean() > 40
    assert {0, 255} <= set(loud.ravel().tolist())
