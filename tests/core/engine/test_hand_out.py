"""Who gets a worker while the machine is measured: a backend whose calls end when the test says so."""

from concurrent.futures import CancelledError, Future

import pytest

from core.engine import Engine
from core.engine.worker import calibrate, execute, warm_up


class Held:
    """Two workers that are given calls and do nothing."""

    n_workers = 2
    future = Future  # of the calls to come

    def __init__(self):
        self.calls = []

    def submit(self, function, *args, priority=0):
        future = self.future()
        self.calls.append((function, args, future))
        return future

    def of(self, function):
        return [(args, future) for known, args, future in self.calls if known is function]

    def close(self):
        pass


class EngineOnHeld(Engine):
    """Its backend is the test's."""

    def _bring_up(self):
        self.held = Held()
        return self.held


def test_a_worker_that_measures_the_machine_gets_no_run(home, new_run, wait_until):
    engine = EngineOnHeld("thread")
    try:
        wait_until(lambda: hasattr(engine, "held") and len(engine.held.of(warm_up)) == 2, "both workers load torch")
        held = engine.held
        assert held.of(calibrate) == []
        for _, future in held.of(warm_up):
            future.set_result(None)
        wait_until(lambda: held.of(calibrate), "the machine is measured")
        first, second = new_run(), new_run(owner="bob")
        engine.submit(first, "ann")
        engine.submit(second, "bob")
        assert [args for args, _ in held.of(execute)] == [(str(first.folder),)]
        assert (engine.place(first.id), engine.place(second.id)) == (0, 1)
        ((_, measured),) = held.of(calibrate)
        measured.set_result(None)
        assert [args for args, _ in held.of(execute)] == [(str(first.folder),), (str(second.folder),)]
        assert len(held.of(calibrate)) == 1
    finally:
        engine.close()


class NeverFetched(Future):
    """A call that ended on its worker, whose result can't be fetched: the connection was lost behind it."""

    def result(self, timeout=None):
        raise CancelledError("the result is gone")

    def exception(self, timeout=None):
        return None


@pytest.mark.parametrize(("status", "place"), [("queued", 1), ("done", 0)])
def test_a_turns_end_is_read_from_the_folder_where_its_result_is_lost(home, new_run, wait_until, status, place):
    engine = EngineOnHeld("thread")
    try:
        wait_until(lambda: hasattr(engine, "held") and len(engine.held.of(warm_up)) == 2, "both workers load torch")
        held = engine.held
        for _, future in held.of(warm_up):
            future.set_result(None)
        wait_until(lambda: held.of(calibrate), "the machine is measured")
        held.of(calibrate)[0][1].set_result(None)
        held.future = NeverFetched
        begun = {owner: new_run(owner=owner) for owner in ("ann", "bob", "cat")}
        for owner, run in begun.items():
            engine.submit(run, owner)
        assert engine.place(begun["cat"].id) == 1
        begun["ann"].write_status(status)
        held.of(execute)[0][1].set_result(None)
        assert [args for args, _ in held.of(execute)] == [(str(run.folder),) for run in begun.values()]
        assert engine.place(begun["ann"].id) == place  # behind the others, or out of the line
    finally:
        engine.close()
