"""core/feature_cache.py: what is kept is what the network answers, whole or not at all, and nothing else's."""

import numpy as np
import pytest
import torch
import torchvision

from core.lab.errors import ChalknetError
from core.models.resnet import resnet18
from core.specs.transfer import AugmentationSpec
from core.transfer import feature_cache
from core.transfer.batches import FeatureBatches, split, to_input
from core.transfer.feature_cache import FeaturesStoppedError, features

BOTH = AugmentationSpec(flip=True, crop=True)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(2)
    return resnet18(3).eval()


@pytest.fixture
def pictures():
    return np.random.default_rng(0).integers(0, 256, (10, 32, 32, 3), dtype=np.uint8)


@pytest.fixture
def ask(home, model, pictures):
    """Asks for features; counts how often the network had to be loaded."""
    loaded = []

    def load():
        loaded.append(1)
        return model

    def get(**changes):
        return features(**{"pictures": pictures, "load_backbone": load, "weights_sha256": "a", "side": 32} | changes)

    get.loaded = loaded
    return get


def test_they_are_what_torchvisions_network_answers(ask, model, pictures):
    theirs = torchvision.models.resnet18(num_classes=3)
    theirs.load_state_dict(model.state_dict())
    theirs.fc = torch.nn.Identity()
    inputs = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    inputs = torchvision.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])(inputs)
    with torch.no_grad():
        wanted = theirs.eval()(torchvision.transforms.Resize(64, antialias=True)(inputs)).numpy()
    np.testing.assert_allclose(ask(side=64)[0], wanted, atol=1e-5)


def test_the_second_time_nothing_is_computed(ask):
    first = ask()
    assert np.array_equal(ask(), first)
    assert first.shape == (1, 10, 512)
    assert not first.flags.writeable
    assert len(ask.loaded) == 1


def test_everything_that_decides_them_asks_for_others(ask, pictures):
    ask()
    others = [
        {"weights_sha256": "b"},
        {"side": 64},
        {"pictures": pictures[:9]},
        {"pictures": pictures[::-1]},
        {"augmentation": BOTH},
        {"augmentation": BOTH, "n_views": 2},
        {"augmentation": AugmentationSpec(flip=True)},
    ]
    for number, changes in enumerate(others):
        ask(**changes)
        assert len(ask.loaded) == number + 2, changes
    ask(n_views=3)  # without augmentation there is one view
    assert len(ask.loaded) == len(others) + 1


def test_views_differ_and_more_views_begin_with_the_same_ones(ask):
    two, three = ask(augmentation=BOTH, n_views=2), ask(augmentation=BOTH, n_views=3)
    assert two.shape == (2, 10, 512)
    np.testing.assert_allclose(three[:2], two, atol=1e-5)
    assert np.abs(two[0] - two[1]).max() > 1e-3


def test_a_damaged_or_half_written_file_is_computed_anew(ask):
    whole = np.array(ask())
    (path,) = feature_cache.folder().glob("*.npy")
    for damage in (path.read_bytes()[:5000], b"", b"\x93NUMPY nonsense"):
        path.unlink()
        path.write_bytes(damage)
        assert np.array_equal(ask(), whole)
    assert [p.name for p in feature_cache.folder().iterdir()] == [path.name]


def test_stopped_nothing_is_kept(ask):
    told = []
    with pytest.raises(FeaturesStoppedError):
        ask(on_progress=lambda *done: told.append(done), should_stop=lambda: True)
    assert told == [(10, 10)]
    assert not feature_cache.folder().exists() or not list(feature_cache.folder().iterdir())


def test_a_full_disk_is_a_sentence(ask, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(ChalknetError, match="The disk is full"):
        ask()
    assert not list(feature_cache.folder().iterdir())


def test_what_was_used_longest_ago_goes_first(tmp_path):
    import os

    for number, name in enumerate("abc"):
        (tmp_path / f"{name}.npy").write_bytes(bytes(100))
        os.utime(tmp_path / f"{name}.npy", (number, number))
    feature_cache.prune(tmp_path, keep=tmp_path / "a.npy", most_bytes=250)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.npy", "c.npy"]


@pytest.mark.parametrize("n", [1, 7, 8, 9, 16, 17])
def test_batches_hold_each_picture_once_and_never_one_alone(n):
    parts = split(torch.arange(n), 8)
    assert torch.cat(parts).tolist() == list(range(n))
    assert n == 1 or min(map(len, parts)) > 1


def test_an_epoch_takes_one_view_of_each_picture():
    views = np.stack([np.full((20, 4), v, np.float32) + np.arange(20)[:, None] * 10 for v in range(3)])
    batches = FeatureBatches(views, np.arange(20), device=torch.device("cpu"))
    seen = [(int(x[0]), int(y)) for xs, ys in batches.shuffled(8, torch.Generator().manual_seed(0))
            for x, y in zip(xs, ys, strict=True)]  # fmt: skip
    assert sorted(y for _, y in seen) == list(range(20))
    assert all(x // 10 == y for x, y in seen)
    assert {x % 10 for x, _ in seen} == {0, 1, 2}
    assert torch.cat([x for x, _ in batches.in_order(6)])[:, 0].tolist() == [10 * k for k in range(20)]


def test_bytes_become_what_the_handouts_transforms_make(pictures):
    wanted = torchvision.transforms.functional.normalize(
        torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    )
    torch.testing.assert_close(to_input(torch.from_numpy(pictures)), wanted)
