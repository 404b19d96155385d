"""Who gets a worker while the machine is measured: a backend whose calls end when the test says so."""

from concurrent.futures import Future

from core.engine import Engine
from core.engine.worker import calibrate, execute, warm_up


class Held:
    """Two workers that are given calls and do nothing."""

    n_workers = 2

    def __init__(self):
        self.calls = []

    def submit(self, function, *args, priority=0):
        future = Future()
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
