"""What a phone gives along to a lab of the student's own: which run, for which room, and what to sign the result with.

It comes by an address and so from anybody: nothing in it is trusted, and nothing begins by it before somebody presses.
"""

import json
import re
import zlib
from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.rooms.codes import LENGTH, LETTERS
from core.specs import RunSpec, parse_run_spec
from core.specs.folds import FoldSpec
from core.together.packed import HandInError, from_text, to_text

TICKET, RESULT = "ticket", "result"  # in addresses
_MOST_TEXT, _MOST_BYTES = 3_000, 8_000  # of the text, and of what is unpacked from it
MOST_EPOCHS = 50
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,250}")


@dataclass(frozen=True)
class Ticket:
    """One seat's right to hand in one run.

    Attributes
    ----------
    address : str
        Of the room's lab, as the student's browser reaches it, such as ``"http://10.0.0.2:8501"``.
    code : str
        Of the room.
    number, part : int
        Of the deal, and of the run in it (``core.rooms.handed``).
    secret : bytes of length 32
    title, label : str
        What differs between the runs, and what this one has.
    spec : RunSpec
        Exactly what is to be trained.
    """

    address: str
    code: str
    number: int
    part: int
    secret: bytes
    title: str
    label: str
    spec: RunSpec

    def link(self, result: str) -> str:
        """The address that hands a result in."""
        return f"{self.address}/Room?{urlencode({'room': self.code, RESULT: result})}"


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    address: str = Field(max_length=260, pattern=f"^{_ADDRESS.pattern}$")
    code: str = Field(pattern=f"^[{LETTERS}]{{{LENGTH}}}$")
    number: int = Field(ge=1, le=1_000_000)
    part: int = Field(ge=0, le=1_000)
    secret: str = Field(pattern="^[0-9a-f]{64}$")
    title: str = Field(max_length=40)
    label: str = Field(max_length=40)
    spec: dict[str, object]


def is_address(text: str) -> bool:
    """Whether it is the beginning of a lab's address: what links lead to."""
    return _ADDRESS.fullmatch(text) is not None


def write(ticket: Ticket) -> str:
    """The text for an address."""
    told = vars(ticket) | {"secret": ticket.secret.hex(), "spec": ticket.spec.model_dump(mode="json")}
    return to_text(zlib.compress(json.dumps(told, separators=(",", ":")).encode(), 9))


def read(text: str) -> Ticket:
    """The ticket of an address.

    Raises
    ------
    HandInError
        If it is none, or asks for what no room deals.
    SpecError
        If there can be no such run.
    """
    if len(text) > _MOST_TEXT:
        raise HandInError(f"The ticket has {len(text):,} letters; one of a room has {_MOST_TEXT:,} at most.")
    try:
        packed = zlib.decompressobj()
        data = packed.decompress(from_text(text), _MOST_BYTES)
        if packed.unconsumed_tail or not packed.eof:
            raise HandInError("The ticket is not whole. Open the link on your phone again.")
        form = _Form.model_validate_json(data)
    except (zlib.error, ValidationError) as error:
        raise HandInError("This is no ticket of a room. Open the link on your phone again.") from error
    spec = parse_run_spec(form.spec)
    if type(spec) not in (RunSpec, FoldSpec) or spec.n_epochs > MOST_EPOCHS or spec.device != "cpu":
        raise HandInError("The ticket asks for a run that no room deals.")
    given = form.model_dump() | {"secret": bytes.fromhex(form.secret), "spec": spec}
    return Ticket(**given)
