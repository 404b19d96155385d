"""The two places where runs can execute: a Dask cluster, or a thread of this process."""

import itertools
import logging
import os
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import PriorityQueue
from typing import IO, Any, Protocol

from core.engine.access import EngineStartError, SchedulerAccess
from core.lab import paths

log = logging.getLogger(__name__)
START_SECONDS = 60  # a cluster that has not come up by then will not
_ROOT = Path(__file__).resolve().parents[2]


class Backend(Protocol):
    """Where functions run. Futures are those of ``concurrent.futures`` as far as the engine uses them."""

    @property
    def n_workers(self) -> int:
        """Runs that can train at a time."""
        ...

    def submit(self, function: Callable[..., Any], *args: Any, priority: int = 0) -> Any:
        """Queue a call; a higher priority goes before a lower one, equals in order of arrival."""

    def close(self) -> None:
        """End everything at once."""


class ThreadBackend:
    """One thread of this process: slower for everybody, but it works on a locked-down laptop.

    Not a ``ThreadPoolExecutor``: that one knows no priorities, and Python waits for its threads at the end, so that
    Ctrl-C would not end a training.
    """

    n_workers = 1

    def __init__(self) -> None:
        self._calls: PriorityQueue[tuple[int, int, Future[Any], Callable[[], Any]]] = PriorityQueue()
        self._arrivals = itertools.count()
        threading.Thread(target=self._work, name="training", daemon=True).start()

    def submit(self, function: Callable[..., Any], *args: Any, priority: int = 0) -> Any:
        """Queue a call; a higher priority goes before a lower one, equals in order of arrival."""
        future: Future[Any] = Future()
        self._calls.put((-priority, next(self._arrivals), future, lambda: function(*args)))
        return future

    def close(self) -> None:
        """Forget what waits; what runs ends with the process."""
        while not self._calls.empty():
            self._calls.get_nowait()[2].cancel()

    def _work(self) -> None:
        while True:
            _, _, future, call = self._calls.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call())
            except BaseException as error:
                future.set_exception(error)


class DaskBackend:
    """A Dask cluster by address.

    Parameters
    ----------
    access : SchedulerAccess
        Its scheduler.
    upload : bool
        Send this library to the workers: needed where they do not run from this folder.

    Raises
    ------
    EngineStartError
        If no scheduler answers there, or it does not let the lab in.
    """

    def __init__(self, access: SchedulerAccess, *, upload: bool) -> None:
        self.access = access
        self._client = access.client("chalknet")
        if upload:
            self._client.upload_file(str(_zip_of_core()))

    @property
    def n_workers(self) -> int:
        """Workers that the scheduler knows."""
        return len(self._client.scheduler_info(n_workers=-1).get("workers", ()))

    def submit(self, function: Callable[..., Any], *args: Any, priority: int = 0) -> Any:
        """Queue a call; Dask runs it again elsewhere if its worker dies."""
        # Without fifo_timeout=0, Dask orders what comes within a tenth of a second by chance
        return self._client.submit(function, *args, pure=False, priority=priority, fifo_timeout=0)

    def close(self) -> None:
        """Leave the cluster."""
        self._client.close(timeout=2)


class LocalClusterBackend(DaskBackend):
    """A cluster on this machine, in a child process that dies with this one.

    Parameters
    ----------
    n_workers : int
        Trainings at a time.
    on_lost : callable
        Called from another thread if the child ends although nobody closed it.
    niceness : int
        By how much its processes stand back behind the app's: a page answers first, and training takes the rest.

    Raises
    ------
    EngineStartError
        If it does not come up: the sentence says why.
    """

    def __init__(self, n_workers: int, on_lost: Callable[[], None], *, niceness: int = 0) -> None:
        self._closing = False
        self._n_workers = n_workers
        log_path = paths.home() / "engine.log"
        try:
            log_path.parent.mkdir(parents=True, exist_ok=True)
            output: IO[str] = log_path.open("w", encoding="utf-8")
        except OSError:
            output = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - the child keeps it
        with output:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "core.engine", "--workers", str(n_workers), "--nice", str(niceness)],
                    cwd=_ROOT,
                    env=os.environ | {"PYTHONPATH": os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")])},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=output,
                    text=True,
                    # A group of its own: Ctrl-C is for the app; the child sees its standard input end
                    start_new_session=os.name == "posix",
                    creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                )
            except OSError as error:
                sentence = f"This machine does not let the lab start a process ({error.strerror})."
                raise EngineStartError(sentence) from error
        try:
            super().__init__(self._read_access(log_path), upload=False)
        except BaseException:
            self.close()
            raise
        threading.Thread(target=self._watch, args=(on_lost,), name="engine-watch", daemon=True).start()

    @property
    def n_workers(self) -> int:
        """As many as it was started with: one that has died is being replaced."""
        return self._n_workers

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._process.pid

    def close(self) -> None:
        """End the child and its workers."""
        self._closing = True
        try:
            if hasattr(self, "_client"):
                super().close()
        finally:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _read_access(self, log_path: Path) -> SchedulerAccess:
        """What the child prints; a timer ends a child that prints nothing."""
        assert self._process.stdout is not None
        timer = threading.Timer(START_SECONDS, self._process.kill)
        timer.start()
        try:
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
        try:
            return SchedulerAccess.from_json(line)
        except ValueError as error:
            raise EngineStartError(f"The lab's own cluster did not start; the reason is in {log_path}.") from error

    def _watch(self, on_lost: Callable[[], None]) -> None:
        self._process.wait()
        if not self._closing:
            self._closing = True
            try:
                self._client.close(timeout=2)
            except Exception as error:  # it may have died of its own try to connect again: that is lost either way
                log.info("the client of the engine that ended could not be closed: %s", error)
            on_lost()


def _zip_of_core() -> Path:
    """This library as a zip file that a worker can import from."""
    path = Path(tempfile.mkdtemp(prefix="chalknet-upload-")) / "chalknet_core.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for source in sorted((_ROOT / "core").rglob("*.py")):
            archive.write(source, source.relative_to(_ROOT))
    return path
