"""A run whose folder takes nothing more, as on a disk that turned read-only: the page says so and polls no longer."""

import errno
import os

from core import runs
from core.runs.recorder import RunRecorder
from pages.shared.frame.engine import engine


def test_the_page_says_that_it_failed_and_the_folder_learns_it_later(visit, wait_until, monkeypatch):
    at = visit("1_Perceptron", n_train="1000", n_test="100", n_epochs="50", batch_size="16")
    at.button(key="train").click().run()
    run = runs.open_run(at.query_params["run"])
    wait_until(lambda: run.history().epochs, "it trains")
    with monkeypatch.context() as patch:

        def refuse(*_, **__):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        patch.setattr(RunRecorder, "_append", refuse)
        patch.setattr(runs.Run, "write_status", refuse)
        wait_until(lambda: engine().failure(run.id), "the engine knows")
        assert run.status.name == "running"  # as it stands in the folder
        at.run()
        assert not at.exception
        assert any("The lab may not write to" in error.value for error in at.error)
        assert not [button for button in at.button if button.key == "stop"]
    at.run()
    assert run.status.name == "failed"
    assert "The lab may not write to" in run.status.sentence
    numbers = [event["epoch"] for event in run.history().epochs]
    assert numbers == list(range(1, len(numbers) + 1))
