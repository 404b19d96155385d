"""Opens pages of the lab without a browser, in a process of its own, and tells what is wrong with them.

Streamlit's AppTest runs a page as the server would. It puts a stand-in in the place of the running server, so it must
not work in the app's own process; the child trains nothing (``core.engine.engine.NOWHERE``).
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.engine.engine import NOWHERE
from core.lab.errors import ChalknetError
from core.runs import open_run
from pages.shared.frame.engine import ENGINE_VARIABLE
from pages.shared.frame.shown import EXPERIMENT, RUN
from pages.shared.words.markdown import plain
from pages.teaching.links import Link

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 180.0  # seconds for one page, on a busy machine
_BOOK = "settings"  # where pages/shared/controls/settings.py keeps what a page knows of its settings
_NO_WIDGETS = (RUN, EXPERIMENT)


class OpeningError(ChalknetError):
    """The process that opens pages could not be started, or has ended."""


def faults(at: Any, parameters: Mapping[str, str]) -> list[str]:
    """What is wrong with a page that was opened by a link, a sentence each; nothing where it stands as meant.

    Parameters
    ----------
    at : AppTest
        After it has run.
    parameters : mapping of str to str
        Of the link.
    """
    found = [f"The page has an error: {one.message}" for one in at.exception]
    meant = _said_of(parameters.get(RUN))
    # A warning may be the lesson's own
    found += [str(one.value) for one in at.error if str(one.value) != meant]
    if at.exception:
        return found
    book = at.session_state[_BOOK]
    found += book.wrong.values()
    here = book.here()
    for name, text in parameters.items():
        setting = book.known.get(name)
        if setting is not None:
            now = setting.write(at.session_state[name])
        elif name in _NO_WIDGETS or name in _OF_CONVOLUTION:  # kept in the address by the page itself
            now = here.get(name, "")
        else:
            found.append(f"The page has no setting {name}.")
            continue
        if now != text:
            found.append(f"The link says {name} is {text}; the page has {now or 'nothing'}.")
    return found


def _said_of(run_id: str | None) -> str:
    """What a page says of a run that diverged, as one with too large a rate is meant to."""
    if run_id is None:
        return ""
    try:
        status = open_run(run_id).status
    except ChalknetError:  # deleted: the page has it no more, which is told
        return ""
    return plain(status.sentence) if status.name == "diverged" else ""


def _of_convolution() -> tuple[str, ...]:
    """Question 2 keeps its lesson itself, so that one link holds grids as well."""
    from dataclasses import fields

    from core.convolution.lesson import Lesson

    return (*(one.name for one in fields(Lesson)), "exercise")


_OF_CONVOLUTION = _of_convolution()


class Opener:
    """The child; use it with ``with``. It is started at the first page.

    Parameters
    ----------
    person : str
        Whose pages: the person's key.
    """

    def __init__(self, person: str) -> None:
        self._person = person
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Opener":
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._child is not None:
            assert self._child.stdin is not None
            self._child.stdin.close()  # it ends by that
            try:
                self._child.wait(10)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()

    def open(self, link: Link) -> list[str]:
        """Open a page; returns what is wrong with it.

        Raises
        ------
        OpeningError
            If the child can't be started, or ends.
        """
        child = self._child = self._child or _start()
        assert child.stdin is not None
        assert child.stdout is not None
        wanted = {"person": self._person, "file": link.lesson.file, "parameters": dict(link.parameters)}
        timer = threading.Timer(_PATIENCE, child.kill)
        timer.start()
        try:
            child.stdin.write(json.dumps(wanted) + "\n")
            child.stdin.flush()
            answer = child.stdout.readline()
        except OSError as error:
            raise OpeningError("The process that opens the pages has ended; rehearse again.") from error
        finally:
            timer.cancel()
        if not answer:
            raise OpeningError(f"The page {link.where} did not open; rehearse again, and open it by hand.")
        told: list[str] = json.loads(answer)
        return told


def _start() -> "subprocess.Popen[str]":
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "pages.teaching.opening"],
            cwd=_ROOT,
            env=os.environ | {"PYTHONPATH": path, ENGINE_VARIABLE: NOWHERE},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
    except OSError as error:
        raise OpeningError(f"This machine does not let the lab start a process ({error.strerror}).") from error


def _serve() -> None:
    """The child: a line of JSON in, a line of JSON out, until there is no more."""
    from streamlit.testing.v1 import AppTest

    answers, sys.stdout = sys.stdout, sys.stderr  # what a page prints is no answer
    for line in sys.stdin:
        wanted = json.loads(line)
        at = AppTest.from_file(str(_ROOT / "app.py"), default_timeout=_PATIENCE)
        at.session_state["person"] = wanted["person"]
        for name, text in wanted["parameters"].items():
            at.query_params[name] = text
        try:
            at.switch_page(wanted["file"]).run()
            told = faults(at, wanted["parameters"])
        except Exception as error:  # of whatever kind: it is a page that does not open
            told = [f"The page does not open: {type(error).__name__}: {error}"]
        answers.write(json.dumps(told) + "\n")
        answers.flush()


if __name__ == "__main__":
    _serve()
