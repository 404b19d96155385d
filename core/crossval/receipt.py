"""Question 4 as a short script of torch, skorch and scikit-learn, which needs nothing of Chalknet."""

import inspect
import re

from core.crossval import leak
from core.receipts import pictures
from core.receipts.networks import for_skorch, network_code
from core.receipts.sections import Section, whole
from core.receipts.training_script import thread_lines
from core.specs.folds import FoldSpec, SearchSpec


def sections(spec: FoldSpec, *, n_steps: int | None = None, n_splits: int = 20) -> list[Section]:
    """The parts of the script in order: the scores of all folds (or random splits) of a spec, or the fit of part (a).

    Parameters
    ----------
    spec : FoldSpec
        Its ``fold`` does not matter.
    n_steps : int, optional
        Where the run has ended; a script of all folds trains each of them to its end.
    n_splits : int
        Random splits, where it is about those.
    """
    if spec.split == "holdout":
        return whole([*_net(spec, _FIT), Section("Part (a): fit, then judge the test pictures", fit_call(spec))])
    n_splits = max(n_splits, spec.fold + 1)
    title = "Part (b): K folds" if spec.split == "folds" else f"{n_splits} single splits"
    return whole([*_net(spec, _score_imports(spec)), Section(title, score_call(spec, n_splits=n_splits))])


def search_sections(spec: SearchSpec) -> list[Section]:
    """The parts of the script of a search, whose ``search.cv_results_`` has the page's scores."""
    return whole([*_net(spec.base, _search_imports(spec)), Section("The search", f"{_search(spec)}\n{_FOUND}")])


def _net(spec: FoldSpec, imports: list[str]) -> list[Section]:
    """All parts up to the net."""
    parts = [
        Section("Hyper-parameters", _hyper_parameters(spec, imports)),
        pictures.section(spec.data),
        Section("As torchvision hands them out: ToTensor() and Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))", _PICTURES),
        Section("The network", for_skorch(spec.model)),
        Section("skorch's face of it", _SEEDED + "\n\n\n" + net_call(spec)),
    ]
    if spec.leak is not None:
        parts.insert(3, Section("The leak: near-duplicates in other folds", _leak(spec)))
    return parts


def net_call(spec: FoldSpec, name: str = "SeededNet") -> str:
    """The constructor of the net."""
    own = f"ValidSplit({spec.own_folds}, stratified=True)" if spec.own_folds else "None"
    lines = [
        f"net = {name}(",
        f"    {spec.model.class_name},",
        *(f"    module__{name}={value}," for name, value in network_code(spec.model).arguments.items()),
        "    max_epochs=num_epochs,",
        "    lr=learning_rate,",
        "    batch_size=batch_size,",
        f"    optimizer=torch.optim.{spec.optimizer.torch_class},",
        *(f"    optimizer__{name}={value!r}," for name, value in spec.optimizer.changed_arguments().items()),
        "    criterion=nn.CrossEntropyLoss,",
        "    iterator_train__shuffle=True,  # skorch's default is a fixed order",
        "    iterator_valid__batch_size=100,",
        f"    train_split={own},{'' if spec.own_folds else '  # or skorch keeps a fifth of what it is given'}",
        "    device=device,",
        ")",
    ]
    return "\n".join(lines)


def fit_call(spec: FoldSpec) -> str:
    """Part (a) behind the constructor."""
    return (
        "m = len(trainset)\n"
        f"split = torch.Generator().manual_seed({spec.split_seed})\n"
        "train_data, val_data = random_split(trainset, [m - int(m * 0.2), int(m * 0.2)], generator=split)\n"
        "y_train = np.array(train_labels)[train_data.indices]\n\n"
        "net.fit(train_data, y=y_train)\n"
        "y_pred = net.predict(testset)\n"
        "y_test = np.array(test_labels)\n"
        "print(accuracy_score(y_test, y_pred))\n"
        "ConfusionMatrixDisplay.from_predictions(\n"
        "    y_test, y_pred, labels=range(len(classes)), display_labels=classes, xticks_rotation=40\n"
        ")\n"
        "plt.show()"
    )


def score_call(spec: FoldSpec, *, n_splits: int = 20) -> str:
    """Part (b): the call of ``cross_val_score`` that gives the page's scores."""
    return (
        f"{_scores(spec, n_splits)}\n"
        "print(scores.tolist())\n"
        "print(f'mean {scores.mean():.4f}, standard deviation {scores.std(ddof=1):.4f}')"
    )


def score_lines(spec: FoldSpec, *, n_splits: int = 20) -> str:
    """That call alone with its imports: it runs behind any script that has ``net`` and ``trainset``."""
    return "\n".join([*_score_imports(spec), "", _scores(spec, n_splits)])


def search_lines(spec: SearchSpec) -> str:
    """A search alone with its imports: it runs behind any script that has ``net`` and ``trainset``."""
    return "\n".join([*_search_imports(spec), "", _search(spec), "print(search.best_params_)"])


def _scores(spec: FoldSpec, n_splits: int) -> str:
    return (
        f"folds = {splitter_call(spec, n_splits=n_splits)}\n"
        "scores = cross_val_score(net, SliceDataset(trainset, idx=0), np.array(train_labels), cv=folds)"
    )


def _score_imports(spec: FoldSpec) -> list[str]:
    return [f"from sklearn.model_selection import {_splitter(spec)}, cross_val_score", _SLICES]


def _search(spec: SearchSpec) -> str:
    grid = {"lr": list(spec.learning_rates), "batch_size": list(spec.batch_sizes)}  # skorch's names
    drawn = "" if spec.n_random is None else f"n_iter={spec.n_pairs}, random_state={spec.base.random_state}, "
    return (
        f"folds = {splitter_call(spec.base)}\n"
        f"grid = {grid}\n"
        f"search = {_searcher(spec)}(net, grid, {drawn}cv=folds, refit=False)\n"
        "search.fit(SliceDataset(trainset, idx=0), np.array(train_labels))"
    )


def _search_imports(spec: SearchSpec) -> list[str]:
    return [f"from sklearn.model_selection import {_searcher(spec)}, {_splitter(spec.base)}", _SLICES]


def _searcher(spec: SearchSpec) -> str:
    return "GridSearchCV" if spec.n_random is None else "RandomizedSearchCV"


def _splitter(spec: FoldSpec) -> str:
    """scikit-learn's class."""
    return splitter_call(spec).partition("(")[0]


def splitter_call(spec: FoldSpec, *, n_splits: int = 20) -> str:
    """The object that deals the pictures."""
    stratified = "Stratified" if spec.stratified else ""
    if spec.split == "random":
        return (
            f"{stratified}ShuffleSplit(n_splits={n_splits}, test_size=1 / {spec.n_folds}, "
            f"random_state={spec.split_seed})"
        )
    shuffled = f", shuffle=True, random_state={spec.split_seed}" if spec.shuffle else ""
    return f"{stratified}KFold({spec.n_folds}{shuffled})"


def _hyper_parameters(spec: FoldSpec, imports: list[str]) -> str:
    lines = [
        "import numpy as np",
        "import torch",
        "import torch.nn as nn",
        *network_code(spec.model).imports,
        *imports,
        "from skorch import NeuralNetClassifier",
        *(["from skorch.dataset import ValidSplit"] if spec.own_folds else []),
        "from torch.utils.data import Dataset",
        "",
        f"num_epochs = {spec.n_epochs}",
        f"batch_size = {spec.batch_size}",
        f"learning_rate = {spec.optimizer.learning_rate!r}",
        *network_code(spec.model).settings,
        f"seed = {spec.random_state}",
        f'device = torch.device("{spec.device}")',
        *thread_lines(spec, 1),
    ]
    return "\n".join(lines)


def _leak(spec: FoldSpec) -> str:
    assert spec.leak is not None
    functions = "\n\n\n".join(
        re.sub(r'\n    """.*?"""', "", inspect.getsource(function), flags=re.DOTALL).strip()
        for function in (leak.pairs, leak.near_duplicate)
    )
    stratified = "Stratified" if spec.stratified else ""
    folds = splitter_call(spec.model_copy(update={"split": "folds"}))
    return (
        f"BRIGHTER = {leak.BRIGHTER}\n\n\n{functions}\n\n\n"
        f"from sklearn.model_selection import {stratified}KFold\n\n"
        "deal = np.full(len(train_labels), -1)\n"
        f"for number, (_, judged) in enumerate({folds}.split(train_images, train_labels)):\n"
        "    deal[judged] = number\n"
        f"rng = np.random.default_rng({spec.leak.random_state})\n"
        f"copies, originals = pairs(train_labels, deal, round({spec.leak.share!r} * len(train_labels)), rng)\n"
        "clean, train_images = train_images, np.array(train_images)\n"
        "for copy, original in zip(copies, originals):\n"
        "    train_images[copy] = near_duplicate(clean[original], rng)"
    )


_SLICES = "from skorch.helper import SliceDataset"
_FIT = [
    "import matplotlib.pyplot as plt",
    "from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score",
    "from torch.utils.data import random_split",
]
_FOUND = """\
for pair, score in zip(search.cv_results_["params"], search.cv_results_["mean_test_score"]):
    print("learning rate {}, batches of {}: {:.4f}".format(pair["lr"], pair["batch_size"], score))
print("best:", search.best_params_)"""

_PICTURES = """\
class Pictures(Dataset):
    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        picture = torch.from_numpy(self.images[i].transpose(2, 0, 1).astype(np.float32))
        return picture.div(255).sub(0.5).div(0.5), int(self.labels[i])"""

_SEEDED = """\
trainset, testset = Pictures(train_images, train_labels), Pictures(test_images, test_labels)


class SeededNet(NeuralNetClassifier):
    def initialize(self):
        torch.manual_seed(seed)  # so that a fold gives the same score in any order and in any process
        return super().initialize()"""
