"""What an engine says of runs before they train: how long they take and when they begin, by its queue."""

from collections.abc import Iterable

from core.engine.desk import Desk
from core.engine.forecast import Forecast, Forecaster, begins_in
from core.lab import owners
from core.lab.limits import Limits
from core.lab.teacher import Teacher
from core.specs import RunSpec


class Foretelling(Desk):
    """The queue, and what is foretold by it.

    Parameters
    ----------
    teacher : Teacher
    limits : Limits
    is_local : bool
        Whether runs train on this machine, whose load can be seen.
    """

    def __init__(self, teacher: Teacher, limits: Limits, *, is_local: bool) -> None:
        super().__init__(teacher, limits)
        self._n_places = 0  # runs that can train at a time
        self._forecaster = Forecaster(is_local=is_local)

    def forecast(self, specs: Iterable[RunSpec], owner: str, *, is_member: bool) -> Forecast | None:
        """How long it takes to train these, and when they begin if they are asked for now.

        Parameters
        ----------
        specs : iterable of RunSpec
        owner : str
            The person's key: what they have waiting themselves is replaced, and holds nobody.
        is_member : bool
            Whether they are runs of an experiment.

        Returns
        -------
        Forecast or None
            None before the machine has been measured.
        """
        seconds = self.seconds(specs)
        if seconds is None:
            return None
        with self._lock:
            before = self._turns.before_new(owners.owner_mark(owner), is_member=is_member)
            running, n_places = self._turns.running, max(1, self._n_places)
        n_before = len(before) + (len(running) >= n_places)
        return Forecast(seconds, begins_in(running, before, n_places), n_before)

    def seconds(self, specs: Iterable[RunSpec], *, n_at_once: int | None = None) -> float | None:
        """How long it takes to train these, the queue aside; side by side as many as there are workers.

        None before the machine has been measured.
        """
        return self._forecaster.together(specs, self._n_places if n_at_once is None else n_at_once)

    def begins_in(self, run_id: str) -> float | None:
        """Seconds until a run that waits has its turn; None where that is not known."""
        with self._lock:
            before, running, n_places = self._turns.before(run_id), self._turns.running, max(1, self._n_places)
        if not all(entry.seconds for entry in [*before, *running]):
            return None
        return begins_in(running, before, n_places)
