"""People in a hall without their browsers: raw WebSocket sessions that open a page, press a button and poll.

What a session sends and waits for is what Streamlit's browser code does, so the server works as for a browser; what a
browser would do with the answer (drawing) costs nothing here, as it runs on the people's own machines.
"""

import asyncio
import contextlib
import secrets
import time
from dataclasses import dataclass, field

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ANSWER_SECONDS = 120.0  # an answer that has not come by then will not
FINISHED, FRAGMENT_FINISHED = 0, 3  # of script_finished; 2 is "ended early for a rerun": another end follows


@dataclass
class Person:
    """One browser tab, as far as the server can tell.

    Attributes
    ----------
    base, page, query : str
        The lab's address, the page's last part, and the parameters of its address.
    first, pressed : float
        Seconds of the first visit and of the press.
    polls : list of float
        Seconds of each poll.
    exceptions : list of str
        What the page showed of them.
    """

    base: str
    page: str
    query: str = ""
    first: float = float("nan")
    pressed: float = float("nan")
    pressed_at: float = float("nan")  # on the clock of perf_counter
    polls: list[float] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    fragments: dict[str, float] = field(default_factory=dict)  # ids and seconds between their polls
    buttons: dict[str, str] = field(default_factory=dict)  # ids by words
    inputs: dict[str, str] = field(default_factory=dict)  # ids of text fields, by words
    key: str = field(default_factory=lambda: secrets.token_hex(16))  # what its cookie says
    said: str = ""  # the last text that the page has sent and that holds what is looked for
    looks_for: str = "\0"

    @property
    def quickest(self) -> str:
        """The fragment that is drawn most often."""
        return min(self.fragments, key=self.fragments.__getitem__)

    @property
    def run_id(self) -> str:
        """Of the run that the page's address names; empty where it names none."""
        named = [part.partition("=")[2] for part in self.query.lstrip("?").split("&") if part.startswith("run=")]
        return named[0] if named else ""

    async def open(self) -> None:
        """Come as a new person."""
        self.socket = await websockets.connect(
            self.base.replace("http", "ws") + "/_stcore/stream", max_size=None, subprotocols=["streamlit"],
            origin=self.base, additional_headers={"Cookie": f"chalknet_person={self.key}"},
        )  # fmt: skip
        self.first = await self._rerun()

    async def draw_anew(self) -> None:
        """Draw the whole page once more."""
        await self._rerun()

    async def press(self, word: str, *, fragment: str = "", **texts: str) -> None:
        """Press a button, one of a fragment as well; ``texts`` is what stands in text fields by then."""
        self.pressed_at = time.perf_counter()
        self.pressed = await self._rerun(trigger=self.buttons[word], fragment=fragment, texts=texts)

    async def poll(self) -> None:
        """Draw the page's quickest fragment once."""
        self.polls.append(await self._rerun(fragment=self.quickest))

    async def stay(self, is_over: asyncio.Event) -> None:
        """Poll what the page polls, as often, until it polls nothing or everybody leaves."""
        while self.fragments and not is_over.is_set():
            fragment, every = min(self.fragments.items(), key=lambda pair: pair[1])
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(is_over.wait(), every)
            if not is_over.is_set():
                self.polls.append(await self._rerun(fragment=fragment))

    async def close(self) -> None:
        """Leave."""
        await self.socket.close()

    async def _rerun(self, trigger: str = "", fragment: str = "", texts: dict[str, str] | None = None) -> float:
        message = BackMsg()
        script = message.rerun_script
        script.page_name, script.query_string = self.page, self.query.lstrip("?")
        if fragment:
            script.fragment_id = fragment
        else:
            self.fragments = {}
        if trigger:
            widget = script.widget_states.widgets.add()
            widget.id, widget.trigger_value = trigger, True
        for name, text in (texts or {}).items():
            widget = script.widget_states.widgets.add()
            widget.id, widget.string_value = self.inputs[name], text
        begin = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        while not self._takes(await asyncio.wait_for(self.socket.recv(), ANSWER_SECONDS)):
            pass
        return time.perf_counter() - begin

    def _takes(self, data: bytes) -> bool:
        """Take one message; whether it was the last one of an answer."""
        answer = ForwardMsg()
        answer.ParseFromString(data)
        kind = answer.WhichOneof("type")
        if kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
            element = answer.delta.new_element
            if element.WhichOneof("type") == "button":
                self.buttons[element.button.label] = element.button.id
            elif element.WhichOneof("type") == "text_input":
                self.inputs[element.text_input.label] = element.text_input.id
            elif element.WhichOneof("type") == "markdown" and self.looks_for in element.markdown.body:
                self.said = element.markdown.body
            elif element.WhichOneof("type") == "exception":
                self.exceptions.append("\n".join((element.exception.message[:200], *element.exception.stack_trace)))
        elif kind == "auto_rerun":
            self.fragments[answer.auto_rerun.fragment_id] = answer.auto_rerun.interval
        elif kind == "page_info_changed":
            self.query = answer.page_info_changed.query_string
        elif kind == "script_finished":
            if answer.script_finished == 2:  # the whole page is drawn anew: what polls says so again
                self.fragments = {}
            return answer.script_finished in (FINISHED, FRAGMENT_FINISHED)
        return False


def quantile(values: list[float], share: float) -> float:
    """Of those that are numbers; NaN of none."""
    ordered = sorted(value for value in values if value == value)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
