"""A result of a lab of the student's own as it travels in an address: figures, losses, and a signature.

    <body>.<signature>      both in letters that an address takes as they are
    body: a line of JSON (whole numbers and words), then float64 figures, then the losses

No figure is ever rounded to text: what arrives is what was computed, bit for bit. Where a run has more batches than an
address can hold, every so many-th loss travels; the figures of a class's picture are of all of them.
"""

import hashlib
import math
import time
from array import array
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.lab.version import LAB_VERSION
from core.rooms.codes import LENGTH, LETTERS
from core.rooms.handed import Claim, sign
from core.runs.snapshots import RunSnapshot
from core.specs import RunSpec
from core.together.packed import HandInError, from_text, to_text
from core.together.ticket import MOST_EPOCHS, Ticket

MOST_LINK = 6_000  # letters of an address; nginx and others refuse those above 8,000
_OF_EPOCH = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
_OF_RUN = ("end_loss", "test_loss", "test_accuracy", "seconds")


class _Head(BaseModel):
    """The line of JSON."""

    model_config = ConfigDict(strict=True, extra="forbid")

    format: Literal[1] = 1
    room: str = Field(pattern=f"^[{LETTERS}]{{{LENGTH}}}$")
    number: int = Field(ge=1, le=1_000_000)
    part: int = Field(ge=0, le=1_000)
    key: str = Field(pattern="^[0-9a-f]{64}$")
    status: Literal["done", "diverged"]
    n_steps: int = Field(ge=1, le=100_000_000)
    spacing: int = Field(ge=1, le=100_000_000)
    width: Literal[4, 8]  # bytes of a loss
    n_epochs: int = Field(ge=0, le=MOST_EPOCHS)
    n_judged: int = Field(ge=0, le=1_000_000)
    n_threads: int = Field(ge=1, le=256)
    precision: Literal["float32", "bfloat16"]
    lab: str = Field(pattern="^[0-9A-Za-z.+-]{1,20}$")
    made: int = Field(ge=0, le=100_000_000_000)  # seconds since 1970, by the clock of the student's machine

    @property
    def n_losses(self) -> int:
        return -(-self.n_steps // self.spacing)

    @property
    def n_figures(self) -> int:
        return len(_OF_RUN) + len(_OF_EPOCH) * self.n_epochs


@dataclass(frozen=True)
class OwnResult:
    """What a student's own lab says that came out.

    Attributes
    ----------
    key : str
        Of the settings (``key_of``).
    status : {"done", "diverged"}
    n_steps, spacing : int
        Batches; ``losses`` are those of the batches 1, 1 + spacing, and so on.
    losses : array of float
    epochs : tuple of dict
        As of a history; none of a run that has diverged.
    end_loss : float
        Mean of the last fifth of all batches.
    test_loss, test_accuracy : float
        As ``end_loss`` NaN of a run that has diverged.
    n_judged : int
        Pictures of which the accuracy is.
    seconds : float
    n_threads : int
    precision, lab : str
    made : int
        Seconds since 1970.
    """

    key: str
    status: Literal["done", "diverged"]
    n_steps: int
    spacing: int
    losses: "array[float]"
    epochs: tuple[dict[str, float], ...]
    end_loss: float
    test_loss: float
    test_accuracy: float
    n_judged: int
    seconds: float
    n_threads: int
    precision: str
    lab: str
    made: int

    @property
    def is_thinned(self) -> bool:
        """Whether some losses stayed where it was trained."""
        return self.spacing > 1


def key_of(spec: RunSpec) -> str:
    """What tells settings apart: the SHA-256 of all of them."""
    return hashlib.sha256(spec.model_dump_json().encode()).hexdigest()


def write(now: RunSnapshot, ticket: Ticket) -> tuple[str, int]:
    """A run as text for an address, signed.

    Parameters
    ----------
    now : RunSnapshot
        Ended, with the ticket's settings.
    ticket : Ticket

    Returns
    -------
    text : str
    spacing : int
        1 where all losses travel, else every so many-th does.

    Raises
    ------
    HandInError
        If it is another run, or has not come to its end.
    """
    if now.spec != ticket.spec:
        raise HandInError("This run has other settings than the one that the room has dealt. Press Train.")
    diverged = now.status.name == "diverged"
    if not (now.counts or (diverged and now.is_over)):
        raise HandInError("This run did not come to its end. Train it once more, then hand it in.")
    losses, result = np.array(now.history.losses, np.float64), now.result or {}
    if diverged:  # what came behind the first loss that is no number says nothing
        losses = losses[: int(np.append(np.isfinite(losses), False).argmin())]
    if not len(losses):
        raise HandInError("This run has no loss that is a number, so there is nothing to hand in.")
    epochs = () if diverged else tuple(now.history.epochs)
    end = (now.history.end_loss, result.get("test_loss"), result.get("test_accuracy"))
    figures = [math.nan if diverged else value for value in end] + [now.history.seconds]
    figures += [epoch[name] for epoch in epochs for name in _OF_EPOCH]
    is_single = bool((losses.astype(np.float32) == losses).all())
    width: Literal[4, 8] = 4 if is_single else 8
    n_threads = {int(epoch.get("n_threads", 0)) for epoch in now.history.epochs} - {0} or {now.spec.threads_at(0) or 1}
    head = _Head(
        room=ticket.code, number=ticket.number, part=ticket.part, key=key_of(now.spec),
        status="diverged" if diverged else "done", n_steps=len(losses), spacing=1, width=width,
        n_epochs=len(epochs), n_judged=int(result.get("n_judged") or now.history.n_judged), n_threads=max(n_threads),
        precision=now.spec.precision, lab=LAB_VERSION, made=int(time.time()),
    )  # fmt: skip
    packed = np.array(figures, "<f8").tobytes()
    fixed = len(ticket.link(_text(head, packed, ticket.secret))) + 12  # the spacing's digits, and parts of a letter
    spacing = max(1, -(-len(losses) * width // max(width, (MOST_LINK - fixed) * 3 // 4)))
    head = head.model_copy(update={"spacing": spacing})
    text = _text(head, packed + losses[::spacing].astype(f"<f{width}").tobytes(), ticket.secret)
    if len(ticket.link(text)) > MOST_LINK:
        raise HandInError(f"The result is too long for a link of {MOST_LINK:,} letters. Press Train in the room.")
    return text, spacing


def read(text: str) -> tuple[Claim, OwnResult]:
    """A result and who claims it; that its signature fits is for ``core.rooms.handed`` to check.

    Raises
    ------
    HandInError
        If it is none, is not whole, or holds what no run has.
    """
    if len(text) > MOST_LINK:
        raise HandInError(f"The result has {len(text):,} letters; one of a lab has {MOST_LINK:,} at most.")
    parts = text.split(".")
    if len(parts) != 2:
        raise HandInError("This is no result of a lab, or not a whole one. Open the link in your lab again.")
    body, signature = map(from_text, parts)
    line, _, rest = body.partition(b"\n")
    try:
        head = _Head.model_validate_json(line)
    except ValidationError as error:
        raise HandInError("This is no result of this version of the lab. Open the link in your lab again.") from error
    split = 8 * head.n_figures
    if len(rest) != split + head.width * head.n_losses:
        raise HandInError("The result is not whole: figures or losses are missing. Open the link in your lab again.")
    figures, losses = np.frombuffer(rest[:split], "<f8"), np.frombuffer(rest[split:], f"<f{head.width}")
    told = figures[3:] if head.status == "diverged" else figures
    if not (np.isfinite(told).all() and np.isfinite(losses).all()):
        raise HandInError("The result holds figures that are no numbers, which no run ends with. Train it once more.")
    end_loss, test_loss, test_accuracy, seconds = map(float, figures[: len(_OF_RUN)])
    epochs = figures[len(_OF_RUN) :].reshape(head.n_epochs, len(_OF_EPOCH)).tolist()
    return Claim(head.room, head.number, head.part, body, signature), OwnResult(
        key=head.key, status=head.status, n_steps=head.n_steps, spacing=head.spacing,
        losses=array("d", losses.astype(np.float64).tolist()),
        epochs=tuple(dict(zip(_OF_EPOCH, epoch, strict=True)) for epoch in epochs),
        end_loss=end_loss, test_loss=test_loss, test_accuracy=test_accuracy, n_judged=head.n_judged, seconds=seconds,
        n_threads=head.n_threads, precision=head.precision, lab=head.lab, made=head.made,
    )  # fmt: skip


def _text(head: _Head, rest: bytes, secret: bytes) -> str:
    body = head.model_dump_json().encode() + b"\n" + rest
    return f"{to_text(body)}.{to_text(sign(secret, body))}"
