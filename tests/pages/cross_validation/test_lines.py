"""The two programs that stand side by side are run as they are written, and what lights up together is explained."""

import contextlib
import io

import pytest
import torch
from sklearn.metrics import accuracy_score
from skorch import NeuralNetClassifier
from skorch.dataset import ValidSplit
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from core.models import CNN, MultiLayerFCNet
from core.specs import AdamSpec, CNNSpec, MLPSpec
from core.specs.folds import FoldSpec
from pages.cross_validation.lines import NOTES, lines_data, loop_lines, skorch_lines

MODELS = [MLPSpec(H=16), CNNSpec()]


def small(model, **changes):
    return FoldSpec(model=model, optimizer=AdamSpec(learning_rate=0.002), n_epochs=2, batch_size=8, **changes)


@pytest.fixture(scope="module")
def data():
    """Ten dark and ten bright pictures."""
    labels = torch.arange(20) % 2
    noise = torch.rand(20, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    return TensorDataset(noise * 0.2 + labels[:, None, None, None] * 0.7, labels)


def accuracy(model, data):
    with torch.no_grad():
        return float((model.eval()(data.tensors[0]).argmax(dim=1) == data.tensors[1]).float().mean())


def code(lines):
    return "\n".join(line for line, _ in lines)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.kind)
def test_the_loop_runs_with_the_values_of_the_page(data, model):
    names = {"DataLoader": DataLoader, "nn": nn, "torch": torch, "train_data": data, "CNN": CNN,
             "MultiLayerFCNet": MultiLayerFCNet, "test_loader": DataLoader(data, batch_size=7)}  # fmt: skip
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code(loop_lines(small(model))), names)
    *steps, last = printed.getvalue().splitlines()
    assert len(steps) == 2 * 3  # 20 pictures are 3 batches
    assert float(last) == pytest.approx(accuracy(names["model"], data))
    assert names["train_loader"].batch_size == 8
    assert names["optimizer"].param_groups[0]["lr"] == 0.002
    assert sum(p.numel() for p in names["model"].parameters()) == model.n_parameters(10)


@pytest.mark.parametrize("own_folds", [0, 5])
@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.kind)
def test_the_call_of_skorch_runs_with_the_same_values(data, model, own_folds):
    text = code(skorch_lines(small(model, own_folds=own_folds)))
    text = text.replace(", ...,", ", module__D_in=3072, module__D_out=10,")
    names = {"NeuralNetClassifier": NeuralNetClassifier, "ValidSplit": ValidSplit, "nn": nn, "torch": torch, "CNN": CNN,
             "MultiLayerFCNet": MultiLayerFCNet, "train_data": data, "y_train": data.tensors[1].numpy(),
             "testset": data, "y_test": data.tensors[1].numpy(), "accuracy_score": accuracy_score}  # fmt: skip
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(text, names)
    net = names["net"]
    assert float(printed.getvalue().splitlines()[-1]) == pytest.approx(accuracy(net.module_, data))
    assert len(net.history) == 2
    assert sum("train_loss" in batch for batch in net.history[-1, "batches"]) == (2 if own_folds else 3)
    assert (net.batch_size, net.optimizer_.param_groups[0]["lr"]) == (8, 0.002)
    assert ("valid_loss" in net.history[-1]) == bool(own_folds)
    assert net.get_params()["iterator_train__shuffle"] is True


def test_each_group_is_explained_and_what_has_a_counterpart_stands_on_both_sides():
    groups = [{group for _, group in side["lines"]} - {""} for side in lines_data(small(MODELS[0]))["sides"]]
    assert groups[0] | groups[1] == set(NOTES)
    assert groups[0] ^ groups[1] == {"log", "own"}  # skorch logs by itself; the loop keeps nothing for validation


def test_the_titles_count_the_lines():
    sides = lines_data(small(CNNSpec()))["sides"]
    assert [side["title"].split(": ")[1] for side in sides] == [f"{len(side['lines'])} lines" for side in sides]
