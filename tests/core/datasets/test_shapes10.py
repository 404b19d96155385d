"""Shapes-10: the same pictures everywhere, for ever, however many are asked for."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import datasets
from core.datasets import shapes10, shapes10_drawing
from core.datasets.shapes10_drawing import BLOCK, CLASS_NAMES, draw_shapes
from core.specs import DataSpec


@pytest.fixture(autouse=True, scope="module")
def _home(tmp_path_factory):
    """One home for all tests here: the small tier takes a second to draw."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("CHALKNET_HOME", str(tmp_path_factory.mktemp("home")))
        yield


def test_pictures_have_the_promised_shape_and_type():
    images, labels = draw_shapes(25, 3, "test")
    assert (images.shape, images.dtype) == ((25, 32, 32, 3), np.uint8)
    assert (labels.shape, labels.dtype) == ((25,), np.int64)
    assert images.flags.c_contiguous
    assert len(draw_shapes(0)[0]) == 0


@settings(max_examples=5, deadline=None)
@given(st.integers(1, BLOCK + 50), st.integers(1, BLOCK + 50), st.integers(0, 2**32 - 1))
def test_asking_for_more_keeps_the_first_pictures(n, m, random_state):
    few, many = sorted((n, m))
    for short, long in zip(draw_shapes(few, random_state), draw_shapes(many, random_state), strict=True):
        np.testing.assert_array_equal(short, long[:few])


def test_every_ten_pictures_hold_each_class_once():
    labels = draw_shapes(2 * BLOCK)[1].reshape(-1, 10)
    assert (np.sort(labels, axis=1) == np.arange(10)).all()
    assert len({tuple(ten) for ten in labels}) > 150  # and not in one fixed order


def test_splits_seeds_and_blocks_differ():
    first = draw_shapes(BLOCK + 10)[0]
    for other in (draw_shapes(10, 0, "test")[0], draw_shapes(10, 1)[0], first[BLOCK:]):
        assert (other != first[:10]).mean() > 0.5


def test_pictures_are_the_ones_that_results_were_published_with():
    """If this fails on purpose, raise ``shapes10.DRAWING`` and measure the accuracies anew."""
    digest = hashlib.sha256(b"".join(a.tobytes() for a in draw_shapes(30, 7, "test"))).hexdigest()
    assert digest == "15e1b561d9b17ded103cee2f1c0fbd82729916b9f875e362a81c044da75b7157", (
        "the drawing changed: cached sets and recorded accuracies no longer belong to it"
    )


def test_drawing_runs_alone_where_it_is_pasted():
    source = Path(shapes10_drawing.__file__).read_text(encoding="utf-8")
    assert "core" not in source
    alone: dict = {}
    exec(compile(source, "receipt.py", "exec"), alone)  # as the receipt script does
    for pasted, ours in zip(alone["draw_shapes"](20, 5), draw_shapes(20, 5), strict=True):
        np.testing.assert_array_equal(pasted, ours)


def test_shape_is_visible_and_no_class_has_its_own_brightness():
    images, labels = draw_shapes(2 * BLOCK)
    brightness = [images[labels == label].mean() for label in range(10)]
    assert max(brightness) - min(brightness) < 10
    assert images.std(axis=(1, 2)).mean() > 25


@pytest.mark.parametrize(
    ("wanted", "pool"),
    [((2, 1), "small"), ((10_000, 2_000), "small"), ((10_001, 1), "full"), ((2, 2_001), "full")],
)
def test_pool_depends_on_the_request_alone(wanted, pool):
    assert shapes10.pool(*wanted) == shapes10.TIERS[pool]


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [((50_001, 1), "n_train is 50001; Shapes-10 has 50000 training pictures: allowed is 2 to 50000"),
     ((2, 10_001), "n_test is 10001; Shapes-10 has 10000 test pictures"),
     ((10**6, 10**6), "n_train is 1000000")],
)  # fmt: skip
def test_more_than_can_be_drawn_is_a_sentence_wherever_it_is_asked_for(wanted, sentence):
    for ask in (
        lambda: shapes10.pool(*wanted),
        lambda: shapes10.load(*wanted),
        lambda: shapes10.script_lines(DataSpec(n_train=wanted[0], n_test=wanted[1])),
    ):
        with pytest.raises(datasets.DatasetError, match=sentence):
            ask()


def test_load_maps_the_drawn_pictures():
    loaded = datasets.load("shapes10", n_train=5_000, n_test=1_000)
    assert loaded.class_names == CLASS_NAMES
    assert (len(loaded.train_labels), len(loaded.test_labels)) == shapes10.TIERS["small"]
    assert not loaded.train_images.flags.writeable
    assert isinstance(loaded.train_images, np.memmap)
    for split in ("train", "test"):
        images, labels = draw_shapes(1_500, shapes10.RANDOM_STATE, split)
        np.testing.assert_array_equal(getattr(loaded, f"{split}_images")[:1_500], images)
        np.testing.assert_array_equal(getattr(loaded, f"{split}_labels")[:1_500], labels)


def test_load_for_gives_exactly_what_the_spec_says():
    spec = DataSpec(n_train=300, n_test=50, random_state=1)
    first, again = datasets.load_for(spec), datasets.load_for(spec)
    other = datasets.load_for(spec.model_copy(update={"random_state": 2}))
    assert (first.train_images.shape, first.test_labels.shape) == ((300, 32, 32, 3), (50,))
    np.testing.assert_array_equal(first.train_images, again.train_images)
    assert (first.train_labels != other.train_labels).any()
