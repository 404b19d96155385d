"""How long runs will take here: what the machine was measured to do (``core.engine.calibration``), times their work.

Of a run its kind's record is asked (``core.specs.tasks``), of a network its own (``core.specs.models``).
"""

import math

from core.engine.calibration import Calibration
from core.lab.places import imported
from core.specs import CNNSpec, MLPSpec, RunSpec
from core.specs.models import AnyModelSpec
from core.specs.tasks import task_of

# Of each of several runs, besides its training: opening the pictures, writing the result
OVERHEAD_SECONDS = 0.25
_N_CLASSES = 10  # of the data sets that were measured; more or fewer hardly count


def seconds(spec: RunSpec, known: Calibration) -> float:
    """Of one run: training and judging of all its epochs, and no more than its ``max_seconds``."""
    expected: float = imported(task_of(spec).seconds)(spec, known)
    return expected if spec.max_seconds is None else min(expected, spec.max_seconds)


def plain_seconds(spec: RunSpec, known: Calibration) -> float:
    """A run that trains on its data set and judges the test pictures, and those of training where they are wanted."""
    data = spec.data
    n_judged = data.n_test + (data.n_train if spec.judges_training else 0)
    return spec.n_epochs * epoch_seconds(spec.model, known, data.n_train, n_judged, spec.batch_size)


def epoch_seconds(model: AnyModelSpec, known: Calibration, n_trained: int, n_judged: int, batch_size: int) -> float:
    """One epoch of a network.

    Parameters
    ----------
    model : network spec
    known : Calibration
    n_trained, n_judged : int
        Pictures.
    batch_size : int
    """
    found: float = imported(model.epoch_seconds)(model, known, n_trained, n_judged, batch_size)
    return found


def mlp_epoch(model: MLPSpec, known: Calibration, n_trained: int, n_judged: int, batch_size: int) -> float:
    """By the three costs of a step that were measured."""
    n_weights = model.n_parameters(_N_CLASSES)
    a, b, c = known.mlp
    n_steps = math.ceil(n_trained / batch_size)
    return n_steps * (a + b * n_weights) + c * n_weights * n_trained + known.mlp_test_image * n_judged


def resnet18_epoch(model: AnyModelSpec, known: Calibration, n_trained: int, n_judged: int, batch_size: int) -> float:
    """By its optimizer's pass and its pictures at 32 pixels."""
    speed = known.resnet_speed
    return math.ceil(n_trained / batch_size) * speed.step + n_trained * speed.image + n_judged * speed.test_image


def epoch_by_arithmetic(
    model: AnyModelSpec, known: Calibration, n_trained: int, n_judged: int, batch_size: int
) -> float:
    """Any network of convolutions: the handout's CNN was measured, and others have more or less arithmetic."""
    of_cnn = known.cnn_image * n_trained + known.cnn_test_image * n_judged
    return of_cnn * model.n_multiply_adds(_N_CLASSES) / CNNSpec().n_multiply_adds(_N_CLASSES)
