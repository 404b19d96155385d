"""The code on the Handout tabs: as it is quoted it fails as is said there; mended as is said there, it runs."""

import re
from types import SimpleNamespace
from typing import Any

import matplotlib
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from matplotlib import pyplot as plt
from PIL import Image
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score
from sklearn.model_selection import cross_val_score
from skorch import NeuralNetClassifier
from skorch.helper import SliceDataset
from torch import nn, optim
from torch.utils.data import DataLoader, Dataset, random_split
from torchvision import transforms

from core.models import CNN, MultiLayerFCNet
from pages.cnn import handout as cnn
from pages.cross_validation import handout as crossval
from pages.data.pictures import NORMALISE
from pages.optimizers import handout as optimizers
from pages.perceptron import handout as perceptron
from pages.transfer import handout as transfer

LABELS = [k % 4 for k in range(40)]


class Pictures(Dataset[tuple[torch.Tensor, int]]):
    """As torchvision's data sets are: a picture and the number of its class."""

    def __init__(self, n: int) -> None:
        self.images = torch.randn(n, 3, 32, 32)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
        if i >= len(self):
            raise IndexError(i)  # ends iter(trainset)
        return self.images[i], LABELS[i]


@pytest.fixture
def names() -> dict[str, Any]:
    """What the handout has imported and set before."""
    torch.manual_seed(0)
    pictures = Pictures(len(LABELS))
    loader = DataLoader(pictures, batch_size=20)
    return {
        "torch": torch, "nn": nn, "F": F, "np": np, "optim": optim, "transforms": transforms, "plt": plt,
        "trainset": pictures, "testset": Pictures(20), "train_loader": loader, "test_loader": loader,
        "random_split": random_split, "NeuralNetClassifier": NeuralNetClassifier, "SliceDataset": SliceDataset,
        "cross_val_score": cross_val_score, "accuracy_score": accuracy_score, "CNN": CNN,
        "ConfusionMatrixDisplay": ConfusionMatrixDisplay, "MultiLayerFCNet": MultiLayerFCNet,
        "D_in": 3072, "H": 8, "D_out": 10, "num_epochs": 1, "learning_rate": 0.001, "loss_list": [], "acc_list": [],
    }  # fmt: skip


def mended(code: str, *slips: tuple[str, str]) -> str:
    for slip, right in slips:
        assert code.count(slip) == 1, slip
        code = code.replace(slip, right)
    return code


def test_question_1(names):
    exec(perceptron._PART_A, names)
    with pytest.raises(NotImplementedError):  # no forward
        names["MultiLayerFCNet"](3072, 8, 10)(torch.zeros(2, 3072))
    slips = ("\ndef forward", "\n    def forward"), ("F.log_softmax(x) ", "F.log_softmax(x, dim=1)")
    exec(mended(perceptron._PART_A, *slips), names)
    exec(perceptron._PART_B, names)
    exec(perceptron._PART_C, names)
    assert names["total"] == 40
    assert 0 <= names["correct"] <= 40


def test_question_3(names):
    with pytest.raises(SyntaxError):
        compile(cnn._PART_B, "b", "exec")
    others = """
   nn.Conv2d(32, 32, 3, padding=1), nn.LeakyReLU(), nn.MaxPool2d(2),
   nn.Conv2d(32, 64, 3, padding=1), nn.LeakyReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.LeakyReLU(),
"""
    slip = "                                       # slip: the closing parenthesis is missing"
    layers = SimpleNamespace()
    exec(mended(cnn._PART_B, ("\n   ...\n", others), (slip, ")")), names | {"self": layers})
    assert layers.fc_layer(layers.conv_layer(torch.zeros(2, 3, 32, 32)).flatten(1)).shape == (2, 10)
    with pytest.raises(NameError):
        exec("Convolution()", names)
    exec(cnn._PART_C, names)
    exec(cnn._PART_D, names)
    assert len(names["loss_list"]) == len(names["acc_list"]) == 2
    assert names["total"] == 40


def test_question_3_saves_and_restores(names, tmp_path):
    model = CNN()
    settings = {"modelA": model, "PATH": tmp_path / "weights.pt", "TheModelBClass": CNN, "args": (), "kwargs": {}}
    exec(cnn._PART_E, names | settings)
    exec(mended(cnn._PART_E, ("torch.load(PATH)", "torch.load(PATH, weights_only=True)")), names | settings)


def test_question_4(names):
    matplotlib.use("Agg")  # draws into memory
    with pytest.raises(ValueError, match="Sum of input lengths does not equal"):
        exec(crossval._SPLIT, names | {"trainset": range(101)})
    exec(crossval._SPLIT, names)
    assert (len(names["train_data"]), len(names["val_data"])) == (32, 8)
    with pytest.raises(SyntaxError):
        compile(crossval._NET, "net", "exec")
    with pytest.raises(ImportError):
        exec("from sklearn.metrics import plot_confusion_matrix", names)
    display = "ConfusionMatrixDisplay.from_predictions(y_test, y_pred)"
    exec(
        mended(
            crossval._NET,
            ("CNN. ", "CNN, "),
            ("iterator_train__num_workers=4,", ""),
            ("iterator_valid__num_workers=4,", ""),
            ("plot_confusion_matrix(net, testset, y_test.reshape(-1, 1))", display),
        ),
        names,
    )
    assert names["y_pred"].shape == (20,)
    exec(crossval._FOLDS, names)  # this one is ours: it runs as it stands
    assert len(names["scores"]) == 5
    assert np.isfinite(names["scores"]).all()


def test_question_5(names):
    exec(transfer._DATA, names)
    for split in ("train", "val"):
        assert names["data_transforms"][split](Image.new("RGB", (300, 260))).shape == (3, 224, 224)
    offline = mended(transfer._MODEL, ("weights='IMAGENET1K_V1'", "weights=None")) + "\n"
    with pytest.raises(NameError, match="class_names"):
        exec(offline, names | {"device": "cpu"})
    slip = "nn.Linear(num_ftrs, len(class_names))      #", "nn.Linear(num_ftrs, 4)  #"
    exec(mended(offline, slip), names | {"device": "cpu"})


def test_question_6(names):
    lines = re.findall(r'<span class="(\w*)">(.*?)</span>', optimizers._MARKED)
    assert [kind for kind, _ in lines].count("in") == 2
    for _, line in lines:
        exec(line, names)
        assert not line.startswith("optimizer") or isinstance(names["optimizer"], optim.Optimizer)


def test_the_data_pages_lines(names):
    exec(NORMALISE, names)
    assert float(names["transform"](Image.new("RGB", (32, 32), "white")).min()) == 1.0
