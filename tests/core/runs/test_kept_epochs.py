"""core/kept_epochs.py: every epoch bit for bit, and within its room on the disk."""

import numpy as np
import pytest
import torch

from core.models import build_model
from core.runs import kept_epochs
from core.runs.recorder import RunRecorder
from core.specs import AdamSpec, CNNSpec
from core.training import checkpoints
from core.training.events import EpochEnd
from core.training.optimizers import build_optimizer
from core.training.training import train

pytestmark = pytest.mark.usefixtures("home")
NARROW = {"model": CNNSpec(channels1=4, channels2=4), "optimizer": AdamSpec(), "n_epochs": 2}


def checkpoint_of(weights, epoch):
    return {"epoch": epoch, "step": 7 * epoch, "seconds": 0.5, "model": weights, "torch_rng": torch.get_rng_state()}


def test_every_float_comes_back_bit_for_bit(tmp_path):
    generator = np.random.default_rng(0)
    bits = generator.integers(0, 2**32, 50_001, dtype=np.uint32)  # every kind: NaN, infinity, denormal, both zeros
    bits[:4] = [0, 1 << 31, 0x7F800000, 0xFF800000]
    weights = {
        "a.weight": torch.from_numpy(bits.view(np.float32)[:50_000].reshape(10, 20, 250).copy()),
        "count": torch.tensor(12),
        "a.bias": torch.from_numpy(bits.view(np.float32)[50_000:].copy()),
        "scalar": torch.tensor(-0.1),
    }
    kept_epochs.keep(tmp_path, checkpoint_of(weights, 3), np.eye(5))
    kept = kept_epochs.load(tmp_path, 3)
    assert list(kept.weights) == list(weights)
    for name, value in weights.items():
        assert kept.weights[name].shape == value.shape
        assert kept.weights[name].dtype == value.dtype
        assert kept.weights[name].numpy().tobytes() == value.numpy().tobytes()
    assert kept.predicted.tolist() == [0, 1, 2, 3, 4]
    assert (kept.state["epoch"], kept.state["step"]) == (3, 21)


def test_channels_last_weights_keep_their_places(tmp_path):
    model = build_model(NARROW["model"], 10)
    kept_epochs.keep(tmp_path, checkpoint_of(model.state_dict(), 1), np.eye(5))
    assert all(
        torch.equal(value, model.state_dict()[name]) for name, value in kept_epochs.load(tmp_path, 1).weights.items()
    )


def record(run):
    """Train and record as a worker does; returns the states and predictions after each epoch, copied."""
    told = {}
    with RunRecorder(run) as recorder:

        def on_event(event):
            recorder.on_event(event)
            if isinstance(event, EpochEnd):
                weights = {name: value.clone() for name, value in event.checkpoint["model"].items()}
                told[event.epoch] = weights, event.probabilities.argmax(1)

        recorder.finish(train(run.spec, on_event, recorder.should_stop))
    return told


def test_a_cnn_keeps_every_epoch(new_run):
    run = new_run(**NARROW)
    told = record(run)
    assert kept_epochs.kept(run.folder) == [1, 2]
    for epoch, (weights, predicted) in told.items():
        kept = kept_epochs.load(run.folder, epoch)
        assert all(torch.equal(kept.weights[name], value) for name, value in weights.items())
        assert np.array_equal(kept.predicted, predicted)
    final = checkpoints.load(run.folder / "model.pt")
    assert all(torch.equal(value, final[name]) for name, value in kept_epochs.load(run.folder, 2).weights.items())


def test_a_perceptron_which_nobody_rewinds_keeps_none(new_run):
    run = new_run()
    record(run)
    assert kept_epochs.kept(run.folder) == []
    assert not (run.folder / kept_epochs.FOLDER).exists()


def test_twenty_epochs_at_the_defaults_take_at_most_400_mb(tmp_path):
    """One epoch's file is measured, with weights that training has spread; all that a run leaves is added up."""
    torch.manual_seed(0)
    model = build_model(CNNSpec(), 10)
    optimizer = build_optimizer(AdamSpec(learning_rate=0.002), model)
    for _ in range(3):
        loss = torch.nn.functional.cross_entropy(model(torch.randn(32, 3, 32, 32)), torch.randint(10, (32,)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():  # wider than hundreds of Adam's steps make them: Gaussian noise of the weights' own size
        for p in model.parameters():
            p += torch.randn_like(p) * p.abs().mean()
    state = checkpoint_of(model.state_dict(), 20) | {"optimizer": optimizer.state_dict()}
    checkpoints.save(state, tmp_path / "checkpoint.pt")
    checkpoints.save(model.state_dict(), tmp_path / "model.pt")
    np.save(tmp_path / "probabilities.npy", np.zeros((10_000, 10), dtype=np.float32))
    kept_epochs.keep(tmp_path, state, np.zeros((10_000, 10)))
    assert kept_epochs.kept(tmp_path) == [20]
    once = sum(path.stat().st_size for path in tmp_path.iterdir() if path.is_file())
    epoch = kept_epochs.path_of(tmp_path, 20).stat().st_size
    history = 20 * 1563 * 30  # a line's share of a batch of 32 of 50,000 pictures
    assert once > 70e6
    assert 20 * epoch <= kept_epochs.BUDGET  # so none of the twenty is thinned out
    assert once + 20 * epoch + history <= 400e6


def test_a_long_run_keeps_every_second_then_every_fourth(tmp_path, monkeypatch):
    weights = {"w": torch.rand(10_000)}
    kept_epochs.keep(tmp_path, checkpoint_of(weights, 1), np.eye(5))
    size = kept_epochs.path_of(tmp_path, 1).stat().st_size
    monkeypatch.setattr(kept_epochs, "BUDGET", 4 * size + 2_000)
    left = {}
    for epoch in range(2, 14):
        kept_epochs.keep(tmp_path, checkpoint_of(weights, epoch), np.eye(5))
        left[epoch] = kept_epochs.kept(tmp_path)
    assert left[4] == [1, 2, 3, 4]
    assert left[5] == [2, 4, 5]  # the newest always stays
    assert left[8] == [2, 4, 6, 8]
    assert left[9] == [4, 8, 9]
    assert left[13] == [4, 8, 12, 13]


def test_what_is_not_kept_is_an_os_error(tmp_path):
    with pytest.raises(OSError, match="0007"):
        kept_epochs.load(tmp_path, 7)
