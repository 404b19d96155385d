"""A page without a browser: Streamlit's AppTest on the whole app, with the engine in a thread of this process."""

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import runs
from core.runs import experiments
from core.specs import RunSpec
from pages.shared.frame.engine import engine
from pages.shared.panels.jobs import jobs

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def _thread_engine() -> Iterator[None]:
    """The app's engine, for these tests and no others: Streamlit would keep it for as long as the process lives."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHALKNET_ENGINE", "thread")
        # The first run would wait behind it; what it measures is proved in tests/core
        patch.setattr("core.engine.engine.calibrate", lambda: None)
        yield
        engine().close()
        engine.clear()


@pytest.fixture
def teacher(home: Path) -> str:
    """The key of somebody who has shown the teacher's."""
    if not engine().teacher.is_teacher("tea"):  # too many keys at once are refused
        engine().teacher.admit(engine().teacher.made_up, "tea")
    return "tea"


@pytest.fixture(autouse=True)
def _no_jobs_of_others() -> Iterator[None]:
    """What one test imported in the background is no news on another's Home."""
    yield
    jobs.clear()


@pytest.fixture
def visit(home: Path) -> Callable[..., AppTest]:
    """Opens a page as a person with a link: its parameters are those of the URL."""

    def open_page(page: str | None = None, *, person: str = "ann", **parameters: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        at.session_state["person"] = person  # AppTest has no cookies
        for name, value in parameters.items():
            at.query_params[name] = value
        if page is not None:
            at.switch_page(f"pages/{page}.py")
        at.run()
        return at

    return open_page


@pytest.fixture
def settle() -> Callable[..., AppTest]:
    """Draws a page again and again, as its fragment does, until its run is over."""

    def until_over(at: AppTest, run: runs.Run, wait: Callable[..., None]) -> AppTest:
        wait(lambda: run.status.is_finished and not run.is_being_written, "the run is over")
        return at.run()

    return until_over


@pytest.fixture
def press(wait_until: Callable[..., None]) -> Callable[[AppTest, str], list[RunSpec]]:
    """Presses a button that trains: the settings of what it has started, which is stopped then."""

    def call(at: AppTest, button: str) -> list[RunSpec]:
        at.button(key=button).click().run()
        assert not at.exception
        assert not at.error
        if "experiment" in at.query_params:
            started = experiments.open_experiment(at.query_params["experiment"]).runs
        else:
            started = [runs.open_run(at.query_params["run"])]
        for run in started:
            run.request_stop(at.session_state["person"])
        wait_until(lambda: all(run.status.is_finished for run in started), "they have stopped")
        return [run.spec for run in started]

    return call


@pytest.fixture
def tables() -> Callable[[AppTest], list[pd.DataFrame]]:
    """The small tables of a page (``pages/shared/pictures/small_table.py``), all of text."""

    def read(at: AppTest) -> list[pd.DataFrame]:
        bodies = [element.proto.body for element in at.get("html")]
        return [_read_table(body) for body in bodies if "class='few " in body]

    return read


def _read_table(body: str) -> pd.DataFrame:
    heads = [html.unescape(head) for head in re.findall(r"<th [^>]*>(.*?)</th>", body)]
    rows = [
        [html.unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", body.partition("<tbody>")[2])
    ]
    return pd.DataFrame(rows, columns=heads)


@pytest.fixture
def texts() -> Callable[[AppTest], str]:
    """All that a page says in words; terms without the definitions that they show."""

    def read(at: AppTest) -> str:
        kinds = (at.title, at.header, at.markdown, at.caption, at.info, at.warning, at.error, at.metric)
        said = "\n".join(
            f"{getattr(element, 'label', '') or ''} {element.value}" for kind in kinds for element in kind
        )
        return re.sub(r'<span class="term[^>]*>([^<]*)</span>', r"\1", said)

    return read
