"""Firefox and WebKit, driven by what each speaks itself, in the few words that a walk through the lab needs.

Playwright drives builds of its own, not a system's. So Debian's ``firefox-esr`` is spoken to in WebDriver BiDi
over its own port, and WebKitGTK through ``WebKitWebDriver`` by Selenium, on a screen of Xvfb.
"""

import contextlib
import importlib.util
import itertools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Protocol

from lab_server import PATIENCE, end, wait_until
from websockets.sync.client import connect

WIDTH, HEIGHT = 1280, 800
KEYS = {"ArrowRight": "\ue014", "End": "\ue010", "Home": "\ue011", "Space": " "}


class Driver(Protocol):
    """A window of a browser."""

    def go(self, url: str) -> None:
        """Open an address in it."""

    def js(self, expression: str) -> Any:
        """What an expression is worth on the page: a number, a text, a bool or None."""

    def point(self, x: float, y: float, press: bool) -> None:
        """Move the pointer to a place of the window, and press there or not."""

    def key(self, name: str) -> None:
        """Press and release a key of ``KEYS``, or a letter."""

    def upload(self, selector: str, file: Path) -> None:
        """Give a file to an input."""

    def close(self) -> None:
        """End the browser."""


def missing(name: str) -> str:
    """Why a browser can't be driven here; empty where it can."""
    needed = {"firefox": ["firefox-esr"], "webkit": ["WebKitWebDriver", "Xvfb"]}[name]
    absent = [program for program in needed if shutil.which(program) is None]
    if name == "webkit" and importlib.util.find_spec("selenium") is None:
        absent.append("selenium")
    return f"no {' and no '.join(absent)} on this machine" if absent else ""


def start(name: str) -> Driver:
    """One of the two, with an empty profile."""
    return Firefox() if name == "firefox" else WebKit()


class Firefox:
    """Debian's Firefox, headless, by WebDriver BiDi."""

    def __init__(self) -> None:
        self.profile = Path(tempfile.mkdtemp(prefix="chalknet-firefox-"))
        self.log = (self.profile / "log").open("w")
        command = ["firefox-esr", "--headless", "--no-remote", "--profile", str(self.profile)]
        size = [f"--width={WIDTH}", f"--height={HEIGHT}"]
        self.process = subprocess.Popen(
            [*command, *size, "--remote-debugging-port", "0"], stdout=self.log, stderr=self.log,
            env=os.environ | {"HOME": str(self.profile)},
        )  # fmt: skip
        said = self.profile / "log"
        told = "WebDriver BiDi listening on "
        wait_until(lambda: told in said.read_text(), "Firefox listens")
        address = said.read_text().split(told)[1].split()[0]
        self.open = contextlib.ExitStack()
        self.socket = self.open.enter_context(connect(f"{address}/session", max_size=None))
        self.numbers = itertools.count(1)
        self.ask("session.new", capabilities={})
        self.context = self.ask("browsingContext.getTree")["contexts"][0]["context"]
        size = {"width": WIDTH, "height": HEIGHT}
        self.ask("browsingContext.setViewport", context=self.context, viewport=size)

    def ask(self, method: str, **params: Any) -> Any:
        """One command and its answer; events that come between are not asked for."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv(timeout=PATIENCE))).get("id") != number:
            pass
        assert answer["type"] == "success", answer
        return answer["result"]

    def go(self, url: str) -> None:
        self.ask("browsingContext.navigate", context=self.context, url=url, wait="interactive")

    def evaluate(self, expression: str) -> Any:
        target = {"context": self.context}
        answer = self.ask("script.evaluate", expression=expression, target=target, awaitPromise=False)
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return answer["result"]

    def js(self, expression: str) -> Any:
        text = self.evaluate(f"JSON.stringify(({expression}) ?? null)")["value"]
        return json.loads(text)

    def act(self, **source: Any) -> None:
        self.ask("input.performActions", context=self.context, actions=[{"id": source["type"], **source}])

    def point(self, x: float, y: float, press: bool) -> None:
        moves: list[dict[str, Any]] = [{"type": "pointerMove", "x": round(x), "y": round(y)}]
        if press:
            moves += [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self.act(type="pointer", parameters={"pointerType": "mouse"}, actions=moves)

    def key(self, name: str) -> None:
        value = KEYS.get(name, name)
        self.act(type="key", actions=[{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}])

    def upload(self, selector: str, file: Path) -> None:
        element = {"sharedId": self.evaluate(f"document.querySelector({json.dumps(selector)})")["sharedId"]}
        self.ask("input.setFiles", context=self.context, element=element, files=[str(file)])

    def close(self) -> None:
        self.open.close()
        end(self.process)
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)


class WebKit:
    """Debian's WebKitGTK, by Selenium, on a screen that nobody sees."""

    def __init__(self) -> None:
        # Only this test needs Selenium, so it is imported where a browser is there to be driven
        from selenium import webdriver
        from selenium.webdriver.webkitgtk.service import Service

        read, write = os.pipe()
        screen = f"{WIDTH + 40}x{HEIGHT + 200}x24"
        self.screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as told:
            display = f":{told.readline().strip()}"
        environment = os.environ | {"DISPLAY": display, "WEBKIT_DISABLE_DMABUF_RENDERER": "1", "NO_AT_BRIDGE": "1"}
        service = Service(executable_path=shutil.which("WebKitWebDriver"), env=environment)
        try:
            self.browser = webdriver.WebKitGTK(options=webdriver.WebKitGTKOptions(), service=service)
            self.browser.set_window_size(WIDTH, HEIGHT)
        except BaseException:
            self._end_screen()
            raise

    def go(self, url: str) -> None:
        self.browser.get(url)

    def js(self, expression: str) -> Any:
        return self.browser.execute_script(f"return ({expression}) ?? null")

    def point(self, x: float, y: float, press: bool) -> None:
        from selenium.webdriver.common.actions.action_builder import ActionBuilder

        actions = ActionBuilder(self.browser)
        actions.pointer_action.move_to_location(round(x), round(y))
        if press:
            actions.pointer_action.click()
        actions.perform()

    def key(self, name: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.browser).send_keys(KEYS.get(name, name)).perform()

    def upload(self, selector: str, file: Path) -> None:
        self.browser.find_element("css selector", selector).send_keys(str(file))

    def close(self) -> None:
        self.browser.quit()
        self._end_screen()

    def _end_screen(self) -> None:
        self.screen.terminate()
        self.screen.wait()
