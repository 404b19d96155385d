"""Weights from a file as a run of the lab: every view can then look at them.

The network was trained elsewhere. Its run has no history, and its spec is true of the test pictures and of the network
only: who shows a run asks ``Run.restored_from`` before saying how it was trained.
"""

import numpy as np
import torch
from torch import nn

from core import runs
from core.datasets.image_set import ImageSet
from core.inside.inspection import probabilities
from core.lab import files
from core.runs import Run
from core.runs.recorder import RunRecorder
from core.specs import RunSpec
from core.training.events import RunResult


def restored_run(spec: RunSpec, model: nn.Module, images: ImageSet, *, page: str, owner: str, file_name: str) -> Run:
    """Judge a network on the test pictures and keep it as a finished run that has no history.

    Parameters
    ----------
    spec : RunSpec
        What its network and pictures are; what it says of training is nobody's claim.
    model : nn.Module
        As ``core.inside.weights.restore`` makes it.
    images : ImageSet
        Those of ``spec.data``.
    page, owner : str
        As for ``core.runs.create``.
    file_name : str
        For people; kept as it is, so show it as plain text.
    """
    judged = probabilities(model, images.test_images)
    right = judged[np.arange(len(judged)), images.test_labels]
    run = runs.create(spec, page=page, owner=owner)
    try:
        files.write_json(run.folder / "meta.json", run.meta | {"restored": file_name[:120] or "without a name"})
        with RunRecorder(run) as recorder, torch.no_grad():
            recorder.finish(
                RunResult(
                    status="done",
                    epoch=0,
                    step=0,
                    seconds=0.0,
                    test_loss=float(-np.log(np.maximum(right, 1e-12)).mean()),
                    test_accuracy=float((judged.argmax(axis=1) == images.test_labels).mean()),
                    probabilities=judged,
                    model=model,
                    n_judged=len(judged),
                ),
                "Trained elsewhere; restored from a file.",
            )
    except OSError as error:
        run.delete(owner)
        raise runs.RunStoreError(files.disk_sentence(error, run.folder.parent)) from error
    return run
