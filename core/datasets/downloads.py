"""Fetch one large file: with progress, to be stopped, going on where it was cut, and checked before it counts.

Until its check sum is right the file has the name ``<name>.part``; only then does it get its own, at one stroke.
"""

import contextlib
import errno
import hashlib
import http.client
import json
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from core.datasets.info import DatasetError

BLOCK = 1 << 18  # bytes
TIMEOUT = 15.0  # seconds without a sign of life
SLOWEST = 20_000  # bytes a second; below it 170 MB would take more than two hours
SLOW_AFTER = 30.0  # seconds over which that is measured

OnProgress = Callable[[int, int], None]  # bytes done, bytes in all (0 where that is not known)
ShouldStop = Callable[[], bool]


class DownloadError(DatasetError):
    """The file did not come; the text says why and what to do."""


class DownloadStoppedError(DownloadError):
    """It was stopped on request; what has come is kept for going on."""


def fetch(
    url: str,
    target: Path,
    *,
    md5: str = "",
    sha256: str = "",
    most_bytes: int,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    timeout: float = TIMEOUT,
    slowest: float = SLOWEST,
    slow_after: float = SLOW_AFTER,
) -> None:
    """Bring a file here.

    Parameters
    ----------
    url : str
        http or https.
    target : Path
        The file; its folder exists. It is there afterwards, whole, or untouched.
    md5, sha256 : str
        The check sum that the whole file must have, one of the two; of SHA-256 the beginning is enough, as torchvision
        has it in its file names.
    most_bytes : int
        More than this is not the file, and is not written to the disk.
    on_progress, should_stop : callable, optional
        Called after each block.
    timeout : float
        Seconds to wait for a sign of life.
    slowest, slow_after : float
        Fewer bytes a second than this over so many seconds count as too slow.

    Raises
    ------
    DownloadError
        One sentence for each way in which it can go wrong.
    """
    server = urlsplit(url)
    if server.scheme not in ("http", "https") or not server.hostname:
        raise DownloadError(f"{url[:200]!r} is no address of a file: allowed are http:// and https://.")
    part = _Part(target, url)
    try:
        _transfer(part, url, most_bytes, on_progress, should_stop, timeout, slowest, slow_after)
    except DownloadError:
        raise
    except urllib.error.HTTPError as error:
        raise DownloadError(f"{server.hostname} refused it: {error.code} {error.reason}.") from error
    except TimeoutError as error:
        raise DownloadError(_went_silent(server.hostname, part, timeout)) from error
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError) as error:
        reason = getattr(error, "reason", None) or error
        if isinstance(reason, TimeoutError):
            raise DownloadError(_went_silent(server.hostname, part, timeout)) from error
        text = str(reason).strip().rstrip(".") or type(reason).__name__
        raise DownloadError(f"{server.hostname} cannot be reached, or the connection was cut ({text}). "
                            f"{part.said()}") from error  # fmt: skip
    except OSError as error:
        raise DownloadError(_disk(error, target, part)) from error
    _check(part, *(("SHA-256", sha256) if sha256 else ("MD5", md5)), server.hostname)
    os.replace(part.path, target)
    part.forget()


def copy_checked(
    source: IO[bytes],
    target: Path,
    *,
    md5: str,
    most_bytes: int,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> None:
    """The same for a file that a person already has: copied beside, checked, and only then given its name.

    Raises
    ------
    DownloadError
        If it is not the published file, or the disk is full.
    """
    beside, digest, done = target.with_name(f"{target.name}.{os.getpid()}.copy"), hashlib.md5(), 0
    try:
        with beside.open("wb") as file:
            while block := source.read(BLOCK):
                if should_stop is not None and should_stop():
                    raise DownloadStoppedError("It was stopped; nothing of the archive was kept.")
                done += len(block)
                if done > most_bytes:
                    break
                digest.update(block)
                file.write(block)
                if on_progress is not None:
                    on_progress(done, 0)
        if digest.hexdigest() != md5 or done > most_bytes:
            raise DownloadError(
                f"This is not the published {target.name}: its MD5 sum is not {md5}. It may be cut short: get it anew."
            )
        os.replace(beside, target)
    except OSError as error:
        raise DownloadError(_disk(error, target, None)) from error
    finally:
        beside.unlink(missing_ok=True)


class _Part:
    """What has come so far, and from which version of the file."""

    def __init__(self, target: Path, url: str) -> None:
        self.path = target.with_name(target.name + ".part")
        self._about = target.with_name(target.name + ".part.json")
        self._url = url

    @property
    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def headers(self) -> dict[str, str]:
        """What asks the server for the rest, if the file is still the one that was begun."""
        try:
            about = json.loads(self._about.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            about = {}
        if not self.size or not isinstance(about, dict) or about.get("url") != self._url:
            self.forget()  # of another server, or begun by nobody knows whom
            return {}
        headers = {"Range": f"bytes={self.size}-"}
        if version := about.get("version"):
            headers["If-Range"] = str(version)
        return headers

    def begin(self, response: Any) -> None:
        """Note the version of a file that begins anew."""
        tag = response.headers.get("ETag") or ""
        version = tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified") or ""
        self._about.write_text(json.dumps({"url": self._url, "version": version}), encoding="utf-8")

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)
        self._about.unlink(missing_ok=True)

    def said(self) -> str:
        """What a person can do next."""
        if self.size:
            return f"{self.size / 1e6:.1f} MB have come and are kept: start it again, and it goes on from there."
        return "Try again later."


def _transfer(
    part: _Part,
    url: str,
    most_bytes: int,
    on_progress: OnProgress | None,
    should_stop: ShouldStop | None,
    timeout: float,
    slowest: float,
    slow_after: float,
) -> None:
    try:
        response = _open(url, part.headers(), timeout)
    except urllib.error.HTTPError as error:
        if error.code != 416:
            raise
        error.close()  # nothing behind what has come: it is whole, or of another file
        if not part.size or part.size > most_bytes:
            raise
        return
    with response:
        begin = part.size if _goes_on(response, part.size) else 0
        length = response.headers.get("Content-Length", "")
        total = begin + int(length) if length.isdigit() else 0
        if total > most_bytes:
            raise DownloadError(
                f"{urlsplit(url).hostname} offers {total / 1e6:,.0f} MB; at most {most_bytes / 1e6:,.0f} MB are right. "
                "It is another file: check the address."
            )
        free = shutil.disk_usage(part.path.parent).free
        if total - begin > free:
            raise OSError(errno.ENOSPC, f"{(total - begin) / 1e6:,.0f} MB are needed, {free / 1e6:,.0f} MB are free")
        if not begin:
            part.begin(response)
        with part.path.open("ab" if begin else "wb") as file:
            done, mark, mark_time = begin, begin, time.monotonic()
            # read1 gives what is there: read would wait for a whole block from a server that drips
            while block := response.read1(BLOCK):
                if done + len(block) > most_bytes:
                    file.close()
                    part.forget()
                    raise DownloadError(f"{urlsplit(url).hostname} sends more than the file has. Check the address.")
                file.write(block)
                done += len(block)
                if on_progress is not None:
                    on_progress(done, total)
                if should_stop is not None and should_stop():
                    file.flush()
                    raise DownloadStoppedError(f"It was stopped. {part.said()}")
                waited = time.monotonic() - mark_time
                if waited >= slow_after:
                    if (done - mark) / waited < slowest:
                        file.flush()
                        raise DownloadError(
                            f"{urlsplit(url).hostname} is too slow: {(done - mark) / waited / 1000:.1f} kB per second. "
                            f"{part.said()}"
                        )
                    mark, mark_time = done, time.monotonic()
        if total and done < total:
            raise DownloadError(
                f"The connection to {urlsplit(url).hostname} was cut after {done / 1e6:.1f} of {total / 1e6:.1f} MB. "
                f"{part.said()}"
            )


def _open(url: str, headers: dict[str, str], timeout: float) -> http.client.HTTPResponse:
    # "identity": a server that packs the file once more would break its length and its check sum
    request = urllib.request.Request(
        url, headers={"User-Agent": "chalknet", "Accept-Encoding": "identity"} | headers
    )
    response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=timeout)
    return response


def _goes_on(response: http.client.HTTPResponse, size: int) -> bool:
    """Whether the server sends the rest, from where the part ends, rather than all of it."""
    return response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {size}-")


def _check(part: _Part, kind: str, wanted: str, server: str) -> None:
    digest = hashlib.md5() if kind == "MD5" else hashlib.sha256()
    with part.path.open("rb") as file:
        begin = file.read(BLOCK)
        digest.update(begin)
        while block := file.read(BLOCK):
            digest.update(block)
    if wanted and digest.hexdigest().startswith(wanted):
        return
    part.forget()
    page = begin.lstrip()[:100].lower().startswith((b"<!doctype", b"<html"))
    why = "sent a web page, perhaps the login of this network" if page else f"sent wrong bytes ({kind} is not {wanted})"
    raise DownloadError(f"{server} {why}. Nothing of it was kept: try again, or check the address.")


def _went_silent(server: str, part: _Part, timeout: float) -> str:
    return f"{server} has been silent for {timeout:g} seconds. {part.said()}"


def _disk(error: OSError, target: Path, part: _Part | None) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        kept = part.said() if part is not None and part.size else ""
        return f"The disk is full: {target.parent} has no room for {target.name}. Free some space. {kept}".strip()
    with contextlib.suppress(ValueError, TypeError):
        return f"{target.name} cannot be written to {target.parent}: {os.strerror(int(error.errno or 0))}."
    return f"{target.name} cannot be written to {target.parent}: {error}."
