"""The envelope of a run whose test set is sealed: what its openings have shown, and when they were.

Such a run was judged on pictures held out of the training set (``DataSpec.judged_on``); nobody has computed what it
does on the test pictures before the envelope is opened (``core.inside.opening``). Each opening is counted: a test set
that was looked at has guided choices.
"""

import json
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from core.lab.files import write_json
from core.lab.rates import Rate
from core.runs.store import Run
from core.specs import RunSpec

FILE_NAME = "envelope.json"
_writing = threading.Lock()


@dataclass(frozen=True)
class Envelope:
    """What is known of it.

    Attributes
    ----------
    rate : Rate or None
        Of the test pictures; None while it is closed.
    opened : tuple of float
        When, in seconds since 1970.
    """

    rate: Rate | None = None
    opened: tuple[float, ...] = ()

    @property
    def told(self) -> str:
        """How often it was opened: ``"never opened"``, ``"opened once"``, ``"opened 3 times"``."""
        n = len(self.opened)
        return "never opened" if n == 0 else "opened once" if n == 1 else f"opened {n:,} times"


def is_sealed(spec: RunSpec) -> bool:
    """Whether a run was judged on pictures held out of the training set, so that its test pictures are sealed."""
    return spec.data.judged_on == "validation"


def read(run: Run) -> Envelope:
    """The envelope of a run; a closed one where it was never opened, or where its file can't be read."""
    try:
        told = json.loads((run.folder / FILE_NAME).read_text(encoding="utf-8"))
        return Envelope(Rate(int(told["n_right"]), int(told["n"])), tuple(float(when) for when in told["opened"]))
    except FileNotFoundError:
        return Envelope()
    except (OSError, ValueError, KeyError, TypeError):
        return Envelope()


def note_opening(run: Run, rate: Rate) -> Envelope:
    """Write down that it was opened now, and what was in it.

    Raises
    ------
    OSError
        If the folder can't be written; then nothing has been shown either.
    """
    with _writing:
        opened = (*read(run).opened, round(time.time(), 3))
        path: Path = run.folder / FILE_NAME
        write_json(path, {"n_right": rate.n_right, "n": rate.n, "opened": list(opened)})
    return Envelope(rate, opened)


def as_validation(text: str) -> str:
    """A text about test pictures as it is said of pictures that were held out of training to stand in their place."""
    return _OF_THE_TEST.sub(lambda found: "Validation" if found[0][0] == "T" else "validation", text)


_OF_THE_TEST = re.compile(r"^[Tt]est$|\b[Tt]est(?=[ -](?:accurac|loss|picture|image|score))|\b[Tt]est(?=</span>)")
