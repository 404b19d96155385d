"""An order of lines, run for real: a small network trains as the lines say, or Python says why it can't.

Only the lab's own lines are run, in the order that is given as numbers; no text of a visitor's gets here. What the
lines use (``model``, ``train_loader``, ``criterion``, ``print`` ...) is made here, and keeps the books: so the same
numbers are recorded whatever the order.
"""

import hashlib
import math
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

from core.datasets.image_set import ImageSet
from core.exercises import fold_lines, training_lines
from core.exercises.loop_order import Puzzle, checked, text_of
from core.lab.jobs import JobStoppedError
from core.models import D_IN, MultiLayerFCNet
from core.models.drawing import seeded
from core.runs.history import History
from core.training.checkup import Checkup

BATCH_SIZE, H, LEARNING_RATE, MOMENTUM = 32, 128, 0.01, 0.9  # the handout's
N_EPOCHS, N_EPOCHS_OF_A_FOLD, N_FOLDS = 6, 4, 5
_FILE = "<the order>"
_JUDGED_AT_ONCE = 100  # the health card speaks of so many

OnProgress = Callable[[int, int], None]
ShouldStop = Callable[[], bool]


@dataclass
class LoopRun:
    """What an order did.

    Attributes
    ----------
    text : str
        As Python got it.
    n_pictures : int
        That there are to train on; with K folds for all parts together.
    losses : list of float
        Of each batch, with K folds one after the other.
    n_per_epoch : int
        Batches of an epoch; with K folds of the first.
    history : History
        For the curves and the health card; with K folds of the network that trained last.
    printed : list of str
        What the lines have printed.
    scores : list of float
        Of the folds, from 0 to 1.
    error : str
        What Python raised, in its words; empty where it ran through.
    error_place : int or None
        The line that raised it, from 0.
    weights : str
        A digest of the last network's weights; empty after an error.
    """

    text: str
    n_pictures: int = 0
    losses: list[float] = field(default_factory=list)
    n_per_epoch: int = 1
    history: History = field(default_factory=History)
    printed: list[str] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    error: str = ""
    error_place: int | None = None
    weights: str = ""

    @property
    def has_diverged(self) -> bool:
        """Whether some loss is no number."""
        return not all(map(math.isfinite, self.losses))

    def is_same(self, other: "LoopRun") -> bool:
        """Whether nothing at all tells the two apart, bit for bit."""
        return all(
            np.array_equal(mine, others, equal_nan=True)
            for mine, others in ((self.losses, other.losses), (self.scores, other.scores))
        ) and (self.printed, self.weights, self.error) == (other.printed, other.weights, other.error)


def run_order(
    puzzle: Puzzle,
    order: Sequence[int],
    pictures: ImageSet,
    random_state: int = 0,
    *,
    on_progress: OnProgress = lambda done, total: None,
    should_stop: ShouldStop = lambda: False,
) -> LoopRun:
    """Run the lines in this order.

    Parameters
    ----------
    puzzle : Puzzle
    order : sequence of int
        Each line's number once.
    pictures : ImageSet
        The loop trains on its training pictures and is judged on its test pictures; folds are parts of the former.
    random_state : int
        Of weights, batches and folds.
    on_progress, should_stop : callable
        Called and asked at each batch.

    Raises
    ------
    OrderError
        If the order is none.
    JobStoppedError
        If it was asked to stop.
    """
    text = text_of(puzzle, checked(puzzle, order))
    run = LoopRun(text, len(pictures.train_labels))
    with seeded(random_state):
        room = _ROOMS[puzzle.key](run, pictures, random_state, on_progress, should_stop)
        names = room.names()
        try:
            exec(compile(text, _FILE, "exec"), names)  # the lab's own lines
        except JobStoppedError:
            raise
        except Exception as error:  # what Python says of an order is what was asked for
            run.error, run.error_place = _told(error)
        else:
            run.weights = _digest(names["model"])
    return run


def _told(error: Exception) -> tuple[str, int | None]:
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg}", (error.lineno or 1) - 1
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _FILE]
    return f"{type(error).__name__}: {error}", lines[-1] - 1 if lines and lines[-1] else None


def _digest(model: torch.nn.Module) -> str:
    digest = hashlib.sha256()
    for weights in model.state_dict().values():
        digest.update(weights.numpy().tobytes())
    return digest.hexdigest()


class _Books:
    """What the lines of both puzzles use, and what is noted meanwhile."""

    def __init__(
        self, run: LoopRun, pictures: ImageSet, random_state: int, on_progress: OnProgress, should_stop: ShouldStop
    ) -> None:
        self.run, self.pictures, self.random_state = run, pictures, random_state
        self._on_progress, self._should_stop = on_progress, should_stop
        self._generator = torch.Generator().manual_seed(random_state)
        self._correct = self._n = self._since = 0
        self.n_batches = 1  # that there will be, about
        self.checkup: Checkup | None = None

    def print(self, *values: object) -> None:
        """As Python's, into the record."""
        self.run.printed.append(" ".join(map(str, values)))

    def criterion(self, outputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """CrossEntropyLoss, noted."""
        if self._should_stop():
            raise JobStoppedError("The run was stopped.")
        loss = F.cross_entropy(outputs, labels)
        self.run.losses.append(loss.item())
        self.run.history.losses.append(loss.item())
        self._correct += int((outputs.argmax(1) == labels).sum())
        self._n += len(labels)
        self._on_progress(len(self.run.losses), self.n_batches)
        return loss

    def watch(self, model: torch.nn.Module, n_steps: int) -> torch.optim.Optimizer:
        """The handout's optimizer, with a checkup of the network at its steps."""
        optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE, momentum=MOMENTUM)
        checkup = self.checkup = Checkup(model, n_steps)
        # Right behind the step: below it zero_grad() may follow, and then there is no gradient left to look at
        optimizer.register_step_post_hook(lambda *_: checkup.end_step())
        self.begin_step = checkup.around(lambda step: None)
        self._correct = self._n = self._since = 0
        return optimizer

    def batches(self, images: torch.Tensor, labels: torch.Tensor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """An epoch's batches, shuffled."""
        order = torch.randperm(len(labels), generator=self._generator)
        n = len(self.run.history.epochs) * math.ceil(len(labels) / BATCH_SIZE)
        for step, chosen in enumerate(order.split(BATCH_SIZE), n):
            self.begin_step(step)
            yield images[chosen], labels[chosen]

    def judge(self, model: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor) -> None:
        """An epoch is over: note its figures."""
        assert self.checkup is not None, "it is made with the optimizer"
        history = self.run.history
        own, self._since = history.losses[self._since :], len(history.losses)
        with torch.no_grad(), self.checkup.watching():
            parts = zip(images.split(_JUDGED_AT_ONCE), labels.split(_JUDGED_AT_ONCE), strict=True)
            outputs, losses = [], []
            for some, of_some in parts:  # each loss right behind its outputs: the checkup looks at one batch alone
                outputs.append(model(some))
                losses.append(float(F.cross_entropy(outputs[-1], of_some)) * len(of_some))
        probabilities = torch.cat(outputs).exp().numpy()
        history.epochs.append({
            "epoch": len(history.epochs) + 1, "step": len(history.losses), "complete": True,
            "train_loss": float(np.mean(own)) if len(own) else math.nan,
            "train_accuracy": self._correct / self._n if self._n else math.nan,
            "test_loss": sum(losses) / len(labels),
            "test_accuracy": float((probabilities.argmax(1) == labels.numpy()).mean()),
            "health": self.checkup.told(probabilities),
        })  # fmt: skip
        self._correct = self._n = 0


class _Training(_Books):
    """The room of the training loop."""

    def names(self) -> dict[str, Any]:
        """What its lines find by name."""
        images, labels = _as_tensors(self.pictures.train_images, self.pictures.train_labels)
        judged = _as_tensors(self.pictures.test_images, self.pictures.test_labels)
        n = math.ceil(len(labels) / BATCH_SIZE)
        self.n_batches, self.run.n_per_epoch, self.run.history.n_steps_per_epoch = N_EPOCHS * n, n, n
        model = _OfRows(D_IN, H, len(self.pictures.class_names))

        def at_end() -> None:
            self.judge(model, judged[0].flatten(1), judged[1])

        loader = _Loader(lambda: self.batches(images, labels), at_end)
        return {
            "num_epochs": N_EPOCHS, "train_loader": loader, "model": model, "criterion": self.criterion,
            "optimizer": self.watch(model, n), "print": self.print,
        }  # fmt: skip


class _Folds(_Books):
    """The room of the K folds."""

    _part: tuple[torch.Tensor, np.ndarray] | None = None

    def names(self) -> dict[str, Any]:
        """What its lines find by name."""
        X = _scaled(self.pictures.train_images).reshape(len(self.pictures.train_labels), -1)
        y = self.pictures.train_labels.astype(np.int64)
        n = math.ceil(len(y) * (N_FOLDS - 1) / N_FOLDS / BATCH_SIZE)
        self.n_batches, self.run.n_per_epoch = N_FOLDS * N_EPOCHS_OF_A_FOLD * n, n
        scaler = StandardScaler()

        def fit(model: torch.nn.Module, images: np.ndarray, labels: np.ndarray) -> None:
            inputs, wanted = torch.from_numpy(images).float(), torch.from_numpy(labels)
            n_steps = math.ceil(len(wanted) / BATCH_SIZE)
            self.run.history = History(n_steps_per_epoch=n_steps)
            optimizer = self.watch(model, n_steps)
            for _ in range(N_EPOCHS_OF_A_FOLD):
                for some, of_some in self.batches(inputs, wanted):
                    loss = self.criterion(model(some), of_some)
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                test = folds.test
                if test is not None:
                    self.judge(model, torch.from_numpy(scaler.transform(X[test])).float(), torch.from_numpy(y[test]))

        def accuracy(model: torch.nn.Module, images: np.ndarray, labels: np.ndarray) -> float:
            with torch.no_grad():
                predicted = model(torch.from_numpy(images).float()).argmax(1).numpy()
            score = float((predicted == labels).mean())
            self.run.scores.append(score)
            return score

        folds = _Splits(self.random_state)
        return {
            "X": X, "y": y, "folds": folds, "scaler": scaler, "fit": fit, "accuracy": accuracy, "np": np,
            "print": self.print, "MultiLayerFCNet": MultiLayerFCNet, "D_in": D_IN, "H": H,
            "D_out": len(self.pictures.class_names),
        }  # fmt: skip


class _Loader:
    """Batches, and what is done when all of them have been taken."""

    def __init__(self, begin: Callable[[], Iterator[Any]], at_end: Callable[[], None]) -> None:
        self._begin, self._at_end = begin, at_end

    def __iter__(self) -> Iterator[Any]:
        yield from self._begin()
        self._at_end()


class _Splits:
    """Stratified folds, shuffled, that know which test part is under way."""

    test: np.ndarray | None = None

    def __init__(self, random_state: int) -> None:
        self._folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=random_state)

    def split(self, images: np.ndarray, labels: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for train, test in self._folds.split(images, labels):
            self.test = test
            yield train, test


class _OfRows(MultiLayerFCNet):
    """The handout's own network, which does not flatten pictures by itself: of what are no rows PyTorch complains."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        first: torch.Tensor = self.linear1(x)
        return super().forward(x) if first.dim() == 2 else first


def _scaled(images: np.ndarray) -> np.ndarray:
    """From -1 to 1, (n, 3, 32, 32), as the handout's Normalize does."""
    scaled: np.ndarray = (images.transpose(0, 3, 1, 2).astype(np.float32) / 255 - 0.5) / 0.5
    return scaled


def _as_tensors(images: np.ndarray, labels: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.from_numpy(np.ascontiguousarray(_scaled(images))), torch.from_numpy(labels.astype(np.int64))


_ROOMS: dict[str, type[_Training] | type[_Folds]] = {
    training_lines.PUZZLE.key: _Training,
    fold_lines.PUZZLE.key: _Folds,
}
