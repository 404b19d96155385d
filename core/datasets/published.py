"""The files that a set is made of, as its authors publish them: fetched when somebody asks for it, or taken over.

Nothing counts before its check sum is right. A download that was cut or stopped goes on where it was.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from core.datasets import arrays, downloads, nearby
from core.datasets.downloads import DownloadError, DownloadStoppedError, OnProgress, ShouldStop
from core.datasets.image_set import ImageSet
from core.datasets.info import DatasetError
from core.lab import paths

_SLACK = 1_000_000  # bytes beyond a file's size: a network's login page is told by its bytes, not by its length


@dataclass(frozen=True)
class PublishedFiles:
    """Files with known names, sizes and check sums, in a folder of the set's own.

    Attributes
    ----------
    name, title : str
        Of the data set.
    sizes : mapping of str to int
        The files' names, and the bytes of each.
    sums : callable
        Gives the MD5 sum of each name; a function, as they are torchvision's, which brings torch.
    addresses : callable
        Takes a name; gives where it can be fetched from, the first that answers is taken.
    load : callable
        Gives the set, from these files or from the arrays that were made of them.
    """

    name: str
    title: str
    sizes: Mapping[str, int]
    sums: Callable[[], Mapping[str, str]]
    addresses: Callable[[str], Sequence[str]]
    load: Callable[[], ImageSet]

    @property
    def folder(self) -> Path:
        """Where the files belong."""
        return paths.datasets() / self.name

    @property
    def absent(self) -> list[str]:
        """The names of those that are not there, or of which it is known that they are not sound."""
        return [name for name in self.sizes if not self._likely(name)]

    def _likely(self, name: str) -> list[Path]:
        """Files that can be the one of that name: by their size, as people's browsers call them anything."""
        found = nearby.files_of_size(self.folder, self.sizes[name])
        known = [(path, nearby.known_md5(path)) for path in found]
        return [path for path, md5 in known if md5 is None or md5 == self.sums()[name]]

    def wrong(self) -> str:
        """What is wrong with files that are there and look like the published ones; empty where there are none."""
        for name in self.absent:
            md5 = self.sums()[name] if nearby.files_of_size(self.folder, self.sizes[name]) else ""
            for path in nearby.look_alikes(self.folder, name.split(".")[0]):
                if path.name.startswith(f"{name}.") and path.parent == self.folder:
                    continue  # the lab's own, with which a download goes on
                if path.name == Path(name).stem:  # Fashion-MNIST's files, unpacked: their sums are published nowhere
                    return f"{path} is unpacked, and only the packed {name} can be checked. Put that file there."
                told = nearby.what_is_wrong(path, self.sizes[name], md5)
                if told:
                    return told
        return ""

    def missing(self) -> str:
        """What is missing and how to get it, as a sentence."""
        wrong = self.wrong()
        return f"{wrong} {self._to_get()}" if wrong else self._to_get()

    def _to_get(self) -> str:
        absent = self.absent or list(self.sizes)
        what = self.title if len(absent) == len(self.sizes) else f"A part of {self.title}"
        megabytes = max(1, round(sum(self.sizes[name] for name in absent) / 1e6))
        return f"{what} is not on this machine. Download it ({megabytes} MB), or {self.by_hand()}"

    def by_hand(self) -> str:
        """What to do without a network: the end of a sentence."""
        *others, last = self.absent or list(self.sizes)
        return f"put {', '.join(others)}{' and ' if others else ''}{last} into {self.folder}."

    def checked(self, name: str) -> Path:
        """The file of that name, once its sum is right; it may lie near by, and be called otherwise.

        Raises
        ------
        DatasetError
            If it is not there, or is not the published one.
        """
        for path in self._likely(name):
            if nearby.md5_of(path) == self.sums()[name]:
                return path
        raise DatasetError(self.missing())

    def download(self, on_progress: OnProgress | None = None, should_stop: ShouldStop | None = None) -> ImageSet:
        """Fetch what is not there, or not sound, and load the set; a download that was cut goes on.

        Parameters
        ----------
        on_progress : callable, optional
            Is called with (done, total) bytes of all files together.
        should_stop : callable, optional
            Is asked after each block.

        Raises
        ------
        DatasetError
            If a server cannot be reached or sends something else; it says which files to put where by hand.
        """
        with contextlib.suppress(DatasetError):  # nothing there, or nothing sound: fetch it
            return self.load()
        before, whole = 0, sum(self.sizes.values())
        self._make_folder()
        for name, size in self.sizes.items():
            self._fetch(name, _shifted(on_progress, before, whole), should_stop)
            before += size
        return self.load()

    def take(
        self,
        sources: Sequence[tuple[str, IO[bytes]]],
        on_progress: OnProgress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> ImageSet:
        """Take over files that a person already has, whatever they are called, and load the set.

        Parameters
        ----------
        sources : sequence of (str, binary file)
            What each is called, for people, and its bytes.
        on_progress, should_stop : callable, optional
            As in ``download``.

        Raises
        ------
        DatasetError
            If one is not a published file, or cannot be saved; what was taken before it is kept.
        """
        self._make_folder()
        for called, source in sources:
            name = self._which(called, source)
            downloads.copy_checked(
                source,
                self.folder / name,
                md5=self.sums()[name],
                most_bytes=self.sizes[name] + _SLACK,
                on_progress=on_progress,
                should_stop=should_stop,
            )
        return self.load()

    def take_from(
        self, path: Path, on_progress: OnProgress | None = None, should_stop: ShouldStop | None = None
    ) -> ImageSet:
        """As ``take``, for a file on this machine, or for the files in a folder, by their sizes."""
        path = Path(os.path.expanduser(path))  # Path's own raises for a person that is not there
        unpacked = f"What is unpacked already can be put into {self.folder} as it is."
        if path.is_dir():
            of_each = [[path / name] if (path / name).exists() else self._in(path, name) for name in self.sizes]
            found = [files[0] for files in of_each if files]
            if not found:
                raise DatasetError(
                    f"{path} has no file of {self.title}: it needs {', '.join(self.sizes)}. {unpacked}"
                )
        else:
            found = [path]
            if path.suffix == ".tar":
                raise DatasetError(f"{path} is not packed with gzip any more. {unpacked}")
        with contextlib.ExitStack() as opened:
            try:
                sources = [(file.name, opened.enter_context(file.open("rb"))) for file in found]
            except OSError as error:
                raise DatasetError(f"{path} cannot be read: {error.strerror}.") from error
            return self.take(sources, on_progress, should_stop)

    def _in(self, folder: Path, name: str) -> list[Path]:
        """Files of a folder that have the size of the one of that name."""
        try:
            return sorted(p for p in folder.iterdir() if p.is_file() and nearby.has_size(p, self.sizes[name]))
        except OSError:
            return []

    def _fetch(self, name: str, on_progress: OnProgress | None, should_stop: ShouldStop | None) -> None:
        target, wanted = self.folder / name, self.sums()[name]
        if any(nearby.md5_of(path) == wanted for path in self._likely(name)):
            return
        failed: DownloadError | None = None
        for address in self.addresses(name):
            try:
                downloads.fetch(
                    address,
                    target,
                    md5=wanted,
                    most_bytes=self.sizes[name] + _SLACK,
                    on_progress=on_progress,
                    should_stop=should_stop,
                )
                return
            except DownloadStoppedError:
                raise
            except DownloadError as error:
                failed = error
        raise DatasetError(f"{self.title} could not be fetched this time. {failed} Or {self.by_hand()}") from failed

    def _which(self, called: str, source: IO[bytes]) -> str:
        """The published name of a file; where there is only one, copying checks it."""
        if len(self.sizes) == 1:
            return next(iter(self.sizes))
        found = hashlib.file_digest(source, "md5").hexdigest()  # type: ignore[arg-type]
        source.seek(0)
        for name, wanted in self.sums().items():
            if found == wanted:
                return name
        raise DatasetError(
            f"{called} is none of the published files of {self.title} ({', '.join(self.sizes)}): its MD5 sum is "
            f"{found}. It may be cut short: get it anew."
        )

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatasetError(f"{self.folder} cannot be written: {error.strerror}. {arrays.ADVICE}") from error


def _shifted(on_progress: OnProgress | None, before: int, whole: int) -> OnProgress | None:
    """Progress of one file as progress of all."""
    return on_progress and (lambda done, _: on_progress(before + done, whole))
