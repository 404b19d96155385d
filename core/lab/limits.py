"""How much of the lab one person may take, all in one place: loose on a laptop, strict where a hall shares a server.

The limits that keep the lab itself whole, whoever uses it, stand where they are checked: of one file of an archive in
``core.datasets.own.candidates``, of pictures in ``core.datasets.pictures``, of an experiment's members in
``core.runs.experiments``, of a file of weights in ``core.inside.weights``. What a browser may send at all is
``maxUploadSize`` in ``.streamlit/config.toml``.
"""

from dataclasses import dataclass

from core.lab.errors import ChalknetError
from core.lab.words import count


class LimitError(ChalknetError):
    """Somebody asks for more than one person may have: how much that is, and what to do."""


@dataclass(frozen=True)
class Limits:
    """What one person may have; None is no limit.

    Attributes
    ----------
    is_hall : bool
        Whether these are those of a shared server.
    n_training : int or None
        Single runs that train at a time. One more waits besides, everywhere: a new one takes its place.
    n_members : int or None
        Runs of experiments that wait or train.
    disk_mb : int or None
        Megabytes of all runs; checked when a run or an experiment is begun.
    upload_mb : int
        Megabytes of one upload.
    gone_minutes : float or None
        A run goes on for so long after its person's last page was closed; then it is stopped, and its model kept.
    niceness : int
        By how much training stands back behind the pages (``os.nice``). In a hall forty pages ask every second, and
        nothing else runs on the server; on a laptop a video call would take all from a training that stands back.
    """

    is_hall: bool
    n_training: int | None
    n_members: int | None
    disk_mb: int | None
    upload_mb: int
    gone_minutes: float | None
    niceness: int

    def check_members(self, n_new: int, n_there: int) -> None:
        """Raise ``LimitError`` if so many runs more, beside those there, are too many.

        Parameters
        ----------
        n_new : int
            Members of the experiment that is to begin.
        n_there : int
            Of other experiments of this person, those that train; those that wait make room.
        """
        if self.n_members is not None and n_new + n_there > self.n_members:
            beside = f", {count(n_there, 'run')} of another one still train" if n_there else ""
            raise LimitError(
                f"This experiment has {count(n_new, 'run')}{beside}; in a hall one person may have {self.n_members} "
                "under way. Choose fewer, so that everybody gets a turn."
            )

    def check_disk(self, n_bytes: int) -> None:
        """Raise ``LimitError`` if somebody's runs take so much that no new one may begin."""
        if self.disk_mb is not None and n_bytes > self.disk_mb * 1e6:
            raise LimitError(
                f"Your runs take {n_bytes / 1e6:,.0f} MB of the server's disk; in a hall one person may have "
                f"{self.disk_mb:,} MB. Delete some on the page Runs, under Disk."
            )

    def check_upload(self, n_bytes: int) -> None:
        """Raise ``LimitError`` if a file that somebody brings is too large."""
        if n_bytes > self.upload_mb * 1e6:
            raise LimitError(
                f"The file has {n_bytes / 1e6:,.0f} MB; allowed are {self.upload_mb:,} MB. Bring a part of it."
            )


LAPTOP = Limits(
    is_hall=False, n_training=None, n_members=None, disk_mb=None, upload_mb=500, gone_minutes=None, niceness=0
)
HALL = Limits(is_hall=True, n_training=1, n_members=100, disk_mb=1_000, upload_mb=200, gone_minutes=15, niceness=10)
