"""One fold trained: skorch's ``fit``, heard through a callback, and judged on what it did not see."""

import math
from typing import Any

import numpy as np
import torch
from skorch.callbacks import Callback
from skorch.helper import SliceDataset

from core.crossval import splits as folds
from core.crossval.skorch_net import LabNet, Pictures, build_net
from core.datasets.image_set import ImageSet
from core.specs.folds import FoldSpec
from core.training.batches import ResidentImages, steps_per_epoch
from core.training.checkpoints import restore
from core.training.events import OnEvent, RunResult, ShouldStop
from core.training.judging import Judge
from core.training.ledger import Ledger
from core.training.threads import use_at_first


class _FitEnds(KeyboardInterrupt):
    """Ends ``fit`` from a callback: skorch takes it for Ctrl-C, and leaves the net as it is."""


class Ears(Callback):
    """Keeps the lab's books from what skorch's callbacks hear.

    Parameters
    ----------
    ledger : Ledger
        Judges after each epoch, without drawing a random number: the fit is the same with ears and without.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def on_epoch_begin(self, net: LabNet, **_: object) -> None:
        """skorch's: a new epoch."""
        self.ledger.begin_epoch()

    def on_batch_end(
        self, net: LabNet, batch: Any = None, training: bool = False, loss: Any = None, y_pred: Any = None, **_: object
    ) -> None:
        """skorch's: a step is done, or a batch of its own validation."""
        if training:
            self.ledger.end_batch(loss, y_pred, batch[1])
            if self.ledger.is_over:
                self.on_epoch_end(net)

    def on_epoch_end(self, net: LabNet, **_: object) -> None:
        """skorch's: an epoch is over, its own validation included."""
        # skorch's order comes from torch's own generator, which a checkpoint keeps anyway
        self.ledger.end_epoch(net.module_, net.optimizer_, torch.Generator())
        if self.ledger.is_over:
            raise _FitEnds


def train_fold(
    spec: FoldSpec,
    on_event: OnEvent = lambda event: None,
    should_stop: ShouldStop = lambda: False,
    *,
    images: ImageSet | None = None,
    checkpoint: dict[str, object] | None = None,
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
    use_at_first(spec)
    images = images or folds.pictures(spec)
    of_fold = folds.parts(spec, images.train_labels, images.class_names)
    shown, labels = folds.judged_part(spec, images, of_fold)
    judged = ResidentImages.of_run(spec, shown, labels)
    # Clean test pictures stand behind those of the fold: they are judged, and not scored
    judge = Judge(judged, np.array(labels[: len(of_fold.judged) or None]))
    X, y = SliceDataset(Pictures(images))[of_fold.fitted], images.train_labels[of_fold.fitted]
    n_classes = len(images.class_names)
    del images, shown  # mapped files count as this process's memory for as long as they are held

    n_own = math.ceil(len(y) / spec.own_folds) if spec.own_folds else 0
    ledger = Ledger(spec, judge, steps_per_epoch(spec, len(y) - n_own), on_event, should_stop)
    net = build_net(spec, n_classes, callbacks=[Ears(ledger)]).initialize()
    behind = restore(checkpoint, net.module_, net.optimizer_, torch.Generator()) if checkpoint else (0, 0, 0.0)
    ledger.begin(net.module_, *behind)
    if not ledger.is_over:
        net.max_epochs = spec.n_epochs - ledger.epoch
        net.partial_fit(X, y)  # fit() would make the weights anew
    return ledger.result(net.module_)
