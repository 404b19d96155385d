"""The bookkeeping of a run: what its batches add up to, when it ends and why, and who is told.

Whoever trains keeps one: ``core.training.loop.fit``, and skorch in a fold. It draws no random number, so a run is the
same with it and without.
"""

import math
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import nn

from core.models import count_parameters
from core.specs import RunSpec
from core.training import threads
from core.training.checkpoints import capture
from core.training.checkup import Checkup
from core.training.events import (
    BatchEnd,
    EndStatus,
    EpochEnd,
    OnEvent,
    RunResult,
    ShouldStop,
    TrainingBegin,
    TrainingEnd,
)
from core.training.judging import Judge, Judgement


class Ledger:
    """Counts, judges, tells, and knows when it is enough.

    Parameters
    ----------
    spec : RunSpec
        Its ``n_epochs`` and ``max_seconds`` end the run.
    judge : Judge
        Asked after each epoch.
    n_steps_per_epoch : int
        An epoch with fewer batches is none.
    on_event, should_stop
        As of ``core.training.training.train``.
    training_judge : Judge, optional
        Of the training pictures, asked behind the other one where the spec wants them judged.
    checkpoint_seconds : float
        Least time between two checkpoints: of a large network each would take longer to write than an epoch.
    checkup : Checkup, optional
        Of the network's health, told with each epoch; who trains lets it see the steps.

    Attributes
    ----------
    epoch, step : int
        Whole epochs and batches behind the run.
    status : {"done", "stopped", "diverged"} or None
        Why it has ended; None while it goes on.
    """

    def __init__(
        self,
        spec: RunSpec,
        judge: Judge,
        n_steps_per_epoch: int,
        on_event: OnEvent,
        should_stop: ShouldStop,
        *,
        training_judge: Judge | None = None,
        checkpoint_seconds: float = 0.0,
        checkup: Checkup | None = None,
    ) -> None:
        self._spec, self._judge, self._n_steps_per_epoch = spec, judge, n_steps_per_epoch
        self._on_event, self._should_stop = on_event, should_stop
        self._training_judge = training_judge
        self._checkpoint_seconds = checkpoint_seconds
        self._checkup = checkup
        self.epoch = self.step = 0
        self.status: EndStatus | None = None
        self._judgement = Judgement(np.empty(0), math.nan, math.nan)
        self._losses: list[float] = []
        self._n_correct = self._n_seen = 0
        self._seconds_before = 0.0
        self._n_threads = 0
        self._begin = self._epoch_begin = self._batch_end = self._checkpoint_at = time.perf_counter()

    @property
    def is_over(self) -> bool:
        """Whether the run has ended."""
        return self.status is not None

    @property
    def seconds(self) -> float:
        """Of training and judging, earlier sittings included."""
        return self._seconds_before + time.perf_counter() - self._begin

    def begin(self, model: nn.Module, epoch: int = 0, step: int = 0, seconds: float = 0.0) -> None:
        """The run begins, or goes on behind so many epochs, batches and seconds."""
        self.epoch, self.step, self._seconds_before = epoch, step, seconds
        self._n_threads = threads.use(self._spec, epoch)
        n_judged, n_parameters = len(self._judge.labels), count_parameters(model)
        self._on_event(
            TrainingBegin(n_parameters, self._n_steps_per_epoch, epoch, step, seconds, self._n_threads, n_judged)
        )
        self._begin = self._checkpoint_at = time.perf_counter()
        if epoch == self._spec.n_epochs:  # killed between its last epoch and its result: only the judgement is left
            self._end("done")
            self._judge_now(model)

    def begin_epoch(self) -> None:
        """The next batch is the first one of an epoch."""
        self._losses, self._n_correct, self._n_seen = [], 0, 0
        self._epoch_begin = time.perf_counter()

    def end_batch(self, loss: torch.Tensor, outputs: torch.Tensor, labels: torch.Tensor) -> None:
        """A step is done; the run may be over behind it.

        Parameters
        ----------
        loss : Tensor of shape (), float32
            Of the batch, before the step.
        outputs : Tensor of shape (n, n_classes)
        labels : Tensor of shape (n,), int64
        """
        value, n_images = loss.item(), len(labels)
        n_correct = int((outputs.detach().argmax(1) == labels).sum())
        self._batch_end = time.perf_counter()
        self.step += 1
        self._losses.append(value)
        self._n_correct += n_correct
        self._n_seen += n_images
        self._on_event(BatchEnd(self.step, value, n_correct, n_images))
        if not math.isfinite(value):
            self._end("diverged")
        elif self._should_stop():
            self._end("stopped")
        elif self._spec.max_seconds is not None and self.seconds >= self._spec.max_seconds:
            self._end("done")

    def end_epoch(self, model: nn.Module, optimizer: torch.optim.Optimizer, shuffling: torch.Generator) -> None:
        """The batches of an epoch are done, or Stop, the clock or a diverged loss has cut it short: judge and tell."""
        images_per_second = self._n_seen / (self._batch_end - self._epoch_begin)
        self._judge_now(model)
        complete = len(self._losses) == self._n_steps_per_epoch and self.status != "diverged"
        self.epoch += complete
        if complete and self.epoch == self._spec.n_epochs:
            self._end("done")
        of_training = self._judge_training(model)
        checkpoint = None
        if complete and time.perf_counter() - self._checkpoint_at >= self._checkpoint_seconds:
            checkpoint = capture(model, optimizer, shuffling, epoch=self.epoch, step=self.step, seconds=self.seconds)
            self._checkpoint_at = time.perf_counter()
        self._on_event(
            EpochEnd(
                epoch=self.epoch if complete else self.epoch + 1,
                step=self.step,
                complete=complete,
                train_loss=sum(self._losses) / len(self._losses),
                train_accuracy=self._n_correct / self._n_seen,
                test_loss=self._judgement.loss,
                test_accuracy=self._judgement.accuracy,
                seconds=self.seconds,
                images_per_second=images_per_second,
                probabilities=self._judgement.probabilities,
                checkpoint=checkpoint,
                judged_train_loss=None if of_training is None else of_training.loss,
                judged_train_accuracy=None if of_training is None else of_training.accuracy,
                n_threads=self._n_threads,
                health=self._health(),
            )
        )
        if not self.is_over:
            self._n_threads = threads.use(self._spec, self.epoch)

    def result(self, model: nn.Module) -> RunResult:
        """What the run leaves, once it is over."""
        assert self.status is not None, "the run goes on"
        return RunResult(
            status=self.status,
            epoch=self.epoch,
            step=self.step,
            seconds=self.seconds,
            test_loss=self._judgement.loss,
            test_accuracy=self._judgement.accuracy,
            probabilities=self._judgement.probabilities,
            model=model.eval(),
            n_judged=len(self._judge.labels),
        )

    def _judge_now(self, model: nn.Module) -> None:
        """Ask the judge. What the last step did to the weights no batch's loss tells: here it is found."""
        with nullcontext() if self._checkup is None else self._checkup.watching():
            self._judgement = self._judge(model, after_batch=self._stop_while_judging)
        if not self._judgement.is_number:
            self._end("diverged")
        if self.status == "diverged":
            self._judgement = replace(self._judgement, loss=math.nan, accuracy=math.nan)

    def _health(self) -> dict[str, Any] | None:
        if self._checkup is None or self.status == "diverged":
            return None
        return self._checkup.told(self._judgement.probabilities)

    def _judge_training(self, model: nn.Module) -> Judgement | None:
        """The training pictures, where they are wanted; who has pressed Stop does not wait for them."""
        if self._training_judge is None or self.status in ("stopped", "diverged"):
            return None
        return self._training_judge(model)

    def _end(self, reason: EndStatus) -> None:
        """Say why the run ends; the first reason counts, but what has diverged has diverged."""
        if self.status is None or (reason == "diverged" and self.status != reason):
            self.status = reason
            self._on_event(TrainingEnd(reason, self.step, self.seconds))

    def _stop_while_judging(self) -> None:
        if self._should_stop():
            self._end("stopped")
