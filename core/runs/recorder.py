"""The one writer of a run folder: turns a training loop's events into the files that everybody else reads."""

import json
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import numpy as np

from core.lab.files import write_json
from core.lab.processes import this_process
from core.runs import history, kept_epochs
from core.runs.status import StatusName
from core.runs.store import PULSE_SECONDS, Run
from core.training.events import BatchEnd, EpochEnd, Event, RunResult, TrainingBegin, TrainingEnd

FLUSH_SECONDS = 0.2  # batch losses are written at most so often; the first at once
STOP_CHECK_SECONDS = 0.05  # how often the stop file is looked for


class RunFolderGoneError(OSError):
    """The run was deleted, or replaced before it began: there is nobody to write for."""


class RunRecorder:
    """Writes one run; use it with ``with``.

    Parameters
    ----------
    run : Run
        Its folder is written by this recorder alone until the ``with`` block ends.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._is_light = self._is_large = self._keeps_epochs = False
        self._batches: list[BatchEnd] = []
        self._last_flush = 0.0
        self._begin = 0.0  # on the clock of perf_counter, earlier sittings counted in
        self._last_stop_check = 0.0
        self._stop = False
        self._file: TextIO | None = None
        self._closing = threading.Event()
        self._pulse = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def __enter__(self) -> "RunRecorder":
        if not self._run.folder.is_dir():
            raise RunFolderGoneError(f"{self._run.folder} is gone")
        write_json(self._run.folder / "alive.json", this_process())
        self._is_light = bool(self._run.meta.get("light"))
        self._is_large = self._run.spec.model.is_large
        self._keeps_epochs = self._run.spec.model.keeps_epochs and not self._is_light
        path = self._run.folder / history.FILE_NAME
        torn = _ends_torn(path)
        self._file = path.open("a", encoding="utf-8")
        if torn:
            self._file.write("\n")
        self._run.write_status("running")
        self._pulse.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._closing.set()
        try:
            if self._file is not None:
                self._file.close()  # on a full disk it tries in vain to write the rest
        finally:
            if self._pulse.is_alive():
                self._pulse.join()
            (self._run.folder / "alive.json").unlink(missing_ok=True)

    def on_event(self, event: Event) -> None:
        """Take one event of ``core.training.train``."""
        match event:
            case BatchEnd():
                self._batches.append(event)
                now = time.perf_counter()
                if now - self._last_flush >= FLUSH_SECONDS:
                    self._flush()
                    self._last_flush = now
            case TrainingBegin():
                self._begin = time.perf_counter() - event.seconds
                self._append({"event": "begin"} | asdict(event))
            case EpochEnd(checkpoint=state):
                self._flush()
                large = ("checkpoint", "probabilities")
                given = {name: getattr(event, name) for name in EpochEnd.__slots__ if name not in large}
                fields = {name: value for name, value in given.items() if value is not None}
                # Before the checkpoint: readers forget what is ahead of it, but could never make up a missing epoch
                self._append({"event": "epoch"} | fields)
                if state is not None:
                    self._must_exist()
                    if self._keeps_epochs:
                        kept_epochs.keep(self._run.folder, state, event.probabilities)
                    _save(state, self._run.folder / "checkpoint.pt")
            case TrainingEnd(status=status):
                self._flush()
                self._append({"event": "end"} | asdict(event))
                if status != "done":  # "done" is only true once the result is there
                    self._must_exist()
                    self._run.write_status(status)

    def should_stop(self) -> bool:
        """Whether Stop has been pressed, or the folder deleted."""
        now = time.perf_counter()
        if not self._stop and now - self._last_stop_check >= STOP_CHECK_SECONDS:
            self._last_stop_check = now
            self._stop = self._run.stop_requested or not self._run.folder.exists()
        return self._stop

    def finish(self, result: RunResult, sentence: str = "") -> None:
        """Write the result, and last of all the status that says that it is there."""
        self._must_exist()
        folder = self._run.folder
        if not self._is_light:
            _save(result.model.state_dict(), folder / "model.pt")
        partial = folder / "probabilities.partial.npy"
        np.save(partial, result.probabilities.astype(np.float32))
        partial.replace(folder / "probabilities.npy")
        write_json(
            folder / "result.json",
            {
                "status": result.status,
                "epoch": result.epoch,
                "step": result.step,
                "seconds": result.seconds,
                "test_loss": result.test_loss,
                "test_accuracy": result.test_accuracy,
                "n_judged": result.n_judged,
            },
        )
        self._run.write_status(result.status, sentence)
        # Last: until the result stands, it is what a killed worker's successor goes on from. That of a large network
        # has 90 MB, and nobody goes on from a finished one
        if self._is_light or self._is_large:
            (folder / "checkpoint.pt").unlink(missing_ok=True)

    def fail(self, sentence: str, status: StatusName = "failed") -> None:
        """Say why there is no result."""
        self._run.write_status(status, sentence)

    def _flush(self) -> None:
        if not self._batches:
            return
        self._append(
            {
                "event": "batches",
                "step": self._batches[0].step,
                "seconds": round(time.perf_counter() - self._begin, 3),
                "losses": [b.loss for b in self._batches],
                "n_correct": sum(b.n_correct for b in self._batches),
                "n_images": sum(b.n_images for b in self._batches),
            }
        )
        self._batches.clear()

    def _append(self, line: dict[str, object]) -> None:
        assert self._file is not None
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()

    def _must_exist(self) -> None:
        if not self._run.folder.exists():
            raise RunFolderGoneError(f"{self._run.folder} is gone")

    def _beat(self) -> None:
        """Touch alive.json until the end: readers on other machines have only this to go by."""
        while not self._closing.wait(PULSE_SECONDS):
            try:
                (self._run.folder / "alive.json").touch()
            except OSError:
                continue  # deleted, or the disk is full: the training loop will meet it and say so


def _save(content: dict[str, object], path: Path) -> None:
    from core.training import checkpoints  # torch, which who looks at runs must not pay for; who trains has it

    checkpoints.save(content, path)


def _ends_torn(path: Path) -> bool:
    """Whether a killed writer left a line without its end."""
    try:
        with path.open("rb") as file:
            if file.seek(0, 2) == 0:
                return False
            file.seek(-1, 2)
            return file.read(1) != b"\n"
    except FileNotFoundError:
        return False
