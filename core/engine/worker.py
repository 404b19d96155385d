"""What a worker does with a run folder: train it from the beginning or from its last epoch, and leave the result.

Importing this module is cheap, so that the app can name its functions to Dask without importing torch.
"""

import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from core.lab.errors import ChalknetError
from core.lab.files import disk_sentence
from core.runs import FINISHED, Run
from core.runs.recorder import RunFolderGoneError, RunRecorder
from core.runs.status import diverged_sentence
from core.runs.store import PULSE_SECONDS
from core.specs import RunSpec
from core.specs.tasks import train_function
from core.training.events import EpochEnd, Event, TrainingEnd

log = logging.getLogger(__name__)

GAVE_WAY = "waiting"  # what became of a run whose turn is over


class _GivesWayError(Exception):
    """Leaves a training between two epochs: others have waited for long enough."""


def execute(folder: str, also_tell: Callable[[Event], None] | None = None) -> str:
    """Train the run of a folder, of whatever kind it is.

    A run that has a checkpoint goes on from it: this is how a run survives a worker that dies, since Dask gives the
    same task to the next worker.

    Parameters
    ----------
    folder : str
        The run folder, on a disk that this process and the app both see.
    also_tell : callable, optional
        Gets each event after the folder has it, such as a progress bar.

    Returns
    -------
    str
        The run's last status, ``GAVE_WAY`` where its turn is over, or ``"gone"`` where the folder was removed.

    Raises
    ------
    ChalknetError
        If something has happened that the training does not know of: the disk is full, memory ran out, a mistake of
        the lab's own. The sentence stands in the folder too, where that can be written.
    """
    from core.training import checkpoints  # torch: the app imports this module, and must not pay for it

    path = Path(folder)
    run = Run(path.name, path)
    if not path.is_dir():
        if not path.parent.is_dir():
            raise ChalknetError(
                f"The worker does not see the folder {path.parent}. App and workers must share it: set CHALKNET_HOME "
                "to a folder that both reach."
            )
        return "gone"
    while run.is_being_written:  # by a call that was taken back when it had just begun: this one finds it over
        time.sleep(PULSE_SECONDS)
    if run.status.name in FINISHED:
        return run.status.name
    try:
        saved = path / "checkpoint.pt"
        if run.stop_requested and not saved.exists():
            run.write_status("stopped", run.stop_sentence or "Stopped before it began.")
            return "stopped"
        spec = run.spec
        train = train_function(spec)
        with RunRecorder(run) as recorder:

            is_over = False

            def on_event(event: Event) -> None:
                nonlocal is_over
                recorder.on_event(event)
                if also_tell is not None:
                    also_tell(event)
                is_over = is_over or isinstance(event, TrainingEnd)
                # Only behind what it can go on from
                if isinstance(event, EpochEnd) and event.checkpoint and not is_over and run.is_asked_to_give_way:
                    raise _GivesWayError

            try:
                result = train(
                    spec,
                    on_event,
                    recorder.should_stop,
                    checkpoint=checkpoints.load(saved) if saved.exists() else None,
                )
                said = {"diverged": diverged_sentence(spec), "stopped": run.stop_sentence}
                sentence = said.get(result.status, "")
                recorder.finish(result, sentence)
            except _GivesWayError:
                run.give_way()
                return GAVE_WAY
            except ChalknetError as error:
                recorder.fail(str(error), "stopped" if run.stop_requested else "failed")
                return run.status.name
            return result.status
    except RunFolderGoneError:
        return "gone"
    except OSError as error:
        if not path.exists():
            return "gone"
        raise ChalknetError(_try_to_say(run, disk_sentence(error, path))) from error
    except MemoryError as error:
        sentence = "The machine has not enough memory for this run. Choose fewer pictures or a smaller batch."
        raise ChalknetError(_try_to_say(run, sentence)) from error
    except Exception as error:
        log.exception("run %s failed", run.id)
        raise ChalknetError(_try_to_say(run, f"Training failed: {type(error).__name__}: {error}")) from error


def _try_to_say(run: Run, sentence: str) -> str:
    """Write a failure down where the disk allows it; where not, the engine carries the sentence to the page."""
    try:
        run.write_status("failed", sentence)
    except OSError:
        log.warning("the failure of run %s could not be written down", run.id)
    return sentence


def warm_up() -> None:
    """Train a few grey pictures: then the first press of Train finds everything loaded (torch alone takes seconds)."""
    import numpy as np

    from core.datasets.image_set import ImageSet
    from core.lab.load import WATCH
    from core.training.training import train

    WATCH.begin()  # so that the first run knows how busy the machine is

    images, labels = np.full((64, 32, 32, 3), 128, dtype=np.uint8), np.zeros(64, dtype=np.int64)
    train(RunSpec(n_epochs=1), images=ImageSet("grey", "Grey", ("grey",), images, labels, images, labels, ""))


def calibrate() -> None:
    """Measure this machine, unless that has been done.

    In a process of its own: the convolutions would leave this one with some 300 MB that it never needs again.
    """
    from core.engine import calibration

    if calibration.load() is None:
        root = Path(__file__).resolve().parents[2]
        command = [sys.executable, "-m", "core.engine.calibration"]
        # On a cluster by address this library came as a zip file, which has no folder to run from
        if not root.is_dir() or subprocess.run(command, cwd=root, check=False).returncode:
            calibration.measure()
