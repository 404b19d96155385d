"""A server on the loopback that hands out a folder's files, and goes on in the middle of one where that is wanted."""

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


class FolderServer(http.server.ThreadingHTTPServer):
    """Notes what it was asked for: name, and from which byte on."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), functools.partial(_Handler, folder))
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.asked: list[tuple[str, int]] = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class _Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, folder: Path, *arguments: Any) -> None:
        self.folder = folder
        super().__init__(*arguments)

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        assert isinstance(self.server, FolderServer)
        name = self.path.rpartition("/")[2]
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        self.server.asked.append((name, start))
        file = self.folder / name
        if not file.is_file():
            return self.send_error(404)
        whole = file.read_bytes()
        if start >= len(whole):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(whole) - 1}/{len(whole)}")
        self.send_header("Content-Length", str(len(whole) - start))
        self.end_headers()
        self.wfile.write(whole[start:])
        return None


@pytest.fixture
def serve() -> Iterator[Callable[[Path], FolderServer]]:
    """Starts a server for a folder; all end with the test."""
    servers: list[FolderServer] = []

    def start(folder: Path) -> FolderServer:
        servers.append(FolderServer(folder))
        return servers[-1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
