"""One fold trained: skorch's ``fit``, heard through a callback, and judged on what it did not see."""

import math
import time
from typing import Any

import numpy as np
import torch
from skorch.callbacks import Callback
from skorch.helper import SliceDataset

from core.crossval import splits as folds
from core.crossval.skorch_net import LabNet, Pictures, build_net
from core.datasets.image_set import ImageSet
from core.models import count_parameters
from core.specs.folds import FoldSpec
from core.training.batches import ResidentImages
from core.training.checkpoints import capture, restore
from core.training.events import BatchEnd, EndStatus, EpochEnd, OnEvent, ShouldStop, TrainingBegin, TrainingEnd
from core.training.loop import RunResult, predict


class _FitEnds(KeyboardInterrupt):
    """Ends ``fit`` from a callback: skorch takes it for Ctrl-C, and leaves the net as it is."""


class Ears(Callback):
    """Turns what skorch's callbacks hear into the lab's events, and judges after each epoch.

    Parameters
    ----------
    spec : FoldSpec
    judged : ResidentImages
        Judged after each epoch, without drawing a random number: the fit is the same with ears and without.
    n_scored : int
        The first pictures of ``judged`` of which the accuracy is told; the rest (clean test pictures) is judged only.
    on_event, should_stop : callable
        As in ``core.training.train``.
    """

    def __init__(
        self, spec: FoldSpec, judged: ResidentImages, n_scored: int, on_event: OnEvent, should_stop: ShouldStop
    ) -> None:
        self.spec, self.judged, self.n_scored = spec, judged, n_scored
        self.on_event, self.should_stop = on_event, should_stop
        self.status: EndStatus | None = None
        self.epoch = self.step = 0
        self.seconds_before = 0.0
        self.probabilities, self.test_loss, self.test_accuracy = np.empty(0), math.nan, math.nan
        self._begin = self._epoch_begin = self._batch_end = time.perf_counter()
        self._losses: list[float] = []
        self._n_correct = self._n_seen = 0
        self._n_steps = 0

    def begin(self, net: LabNet, n_steps_per_epoch: int) -> None:
        """Say that training begins."""
        self._n_steps = n_steps_per_epoch
        self.on_event(
            TrainingBegin(
                count_parameters(net.module_),
                n_steps_per_epoch,
                self.epoch,
                self.step,
                self.seconds_before,
                self.spec.n_threads,
            )
        )
        self._begin = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Of training and judging, earlier sittings included."""
        return self.seconds_before + time.perf_counter() - self._begin

    def on_epoch_begin(self, net: LabNet, **_: Any) -> None:
        """skorch's: a new epoch."""
        self._epoch_begin = time.perf_counter()
        self._losses, self._n_correct, self._n_seen = [], 0, 0

    def on_batch_end(
        self, net: LabNet, batch: Any = None, training: bool = False, loss: Any = None, y_pred: Any = None, **_: Any
    ) -> None:
        """skorch's: a step is done."""
        if not training:
            return
        labels, value = batch[1], loss.item()
        n_correct = int((y_pred.detach().argmax(1) == labels).sum())
        self._batch_end = time.perf_counter()
        self.step += 1
        self._losses.append(value)
        self._n_correct += n_correct
        self._n_seen += len(labels)
        self.on_event(BatchEnd(self.step, value, n_correct, len(labels)))
        if not math.isfinite(value):
            self.end("diverged")
        elif self.should_stop():
            self.end("stopped")
        elif self.spec.max_seconds is not None and self.seconds >= self.spec.max_seconds:
            self.end("done")
        if self.status is not None:
            self._close_epoch(net)
            raise _FitEnds

    def on_epoch_end(self, net: LabNet, **_: Any) -> None:
        """skorch's: an epoch is over, its own validation included."""
        self._close_epoch(net)
        if self.status is not None:
            raise _FitEnds

    def end(self, reason: EndStatus) -> None:
        """Say once why training ends."""
        if self.status is None:
            self.status = reason
            self.on_event(TrainingEnd(reason, self.step, self.seconds))

    def judge(self, net: LabNet) -> None:
        """Judge what the fit did not see."""

        def stop_while_judging() -> None:
            if self.should_stop():
                self.end("stopped")

        self.probabilities, self.test_loss = predict(net.module_, self.judged, after_batch=stop_while_judging)
        right = self.probabilities.argmax(1) == self.judged.labels.cpu().numpy()
        self.test_accuracy = float(right[: self.n_scored].mean())

    def _close_epoch(self, net: LabNet) -> None:
        images_per_second = self._n_seen / (self._batch_end - self._epoch_begin)
        complete = len(self._losses) == self._n_steps and self.status != "diverged"
        self.epoch += complete
        self.judge(net)
        if complete and self.epoch == self.spec.n_epochs:
            self.end("done")
        self.on_event(
            EpochEnd(
                epoch=self.epoch if complete else self.epoch + 1,
                step=self.step,
                complete=complete,
                train_loss=sum(self._losses) / len(self._losses),
                train_accuracy=self._n_correct / self._n_seen,
                test_loss=self.test_loss,
                test_accuracy=self.test_accuracy,
                seconds=self.seconds,
                images_per_second=images_per_second,
                probabilities=self.probabilities,
                checkpoint=capture(
                    net.module_,
                    net.optimizer_,
                    torch.Generator(),  # skorch's order comes from torch's own generator, which is kept anyway
                    epoch=self.epoch,
                    step=self.step,
                    seconds=self.seconds,
                )
                if complete
                else None,
            )
        )


def train_fold(
    spec: FoldSpec,
    on_event: OnEvent = lambda event: None,
    should_stop: ShouldStop = lambda: False,
    *,
    images: ImageSet | None = None,
    checkpoint: dict[str, Any] | None = None,
) -> RunResult:
    """Train and judge one fold with skorch; parameters and events are those of ``core.training.train``.

    Returns
    -------
    RunResult
        ``probabilities`` are of the judged pictures in the order of ``core.crossval.splits.judged_pictures``.

    Raises
    ------
    core.crossval.splits.FoldsError
        If there is no such fold.
    core.datasets.DatasetError
        If the pictures are not there.
    """
    torch.set_num_threads(spec.n_threads)
    images = images or folds.pictures(spec)
    of_fold = folds.parts(spec, images.train_labels, images.class_names)
    shown, labels = folds.judged_part(spec, images, of_fold)
    judged = ResidentImages(shown, labels, device=torch.device(spec.device), channels_last=spec.model.channels_last)
    n_scored = len(of_fold.judged) or len(judged)
    X, y = SliceDataset(Pictures(images))[of_fold.fitted], images.train_labels[of_fold.fitted]
    n_classes = len(images.class_names)
    del images, shown  # mapped files count as this process's memory for as long as they are held

    ears = Ears(spec, judged, n_scored, on_event, should_stop)
    net = build_net(spec, n_classes, callbacks=[ears]).initialize()
    if checkpoint is not None:
        ears.epoch, ears.step, ears.seconds_before = restore(checkpoint, net.module_, net.optimizer_, torch.Generator())
    n_own = math.ceil(len(y) / spec.own_folds) if spec.own_folds else 0
    ears.begin(net, math.ceil((len(y) - n_own) / spec.batch_size))
    if ears.epoch < spec.n_epochs:
        net.max_epochs = spec.n_epochs - ears.epoch
        net.partial_fit(X, y)  # fit() would make the weights anew
    else:  # killed between its last epoch and its result: only the judgement is left
        ears.end("done")
        ears.judge(net)
    assert ears.status is not None
    return RunResult(
        ears.status,
        ears.epoch,
        ears.step,
        ears.seconds,
        ears.test_loss,
        ears.test_accuracy,
        ears.probabilities,
        net.module_.eval(),
    )
