"""A real virus scanner that is brought down by whatever is too long for it, and comes back."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

DOWN_SECONDS = 0.3


@dataclass
class FragileClamd:
    """Hands on to the scanner `behind`, unless it dies of it; `crashes`: how often it did."""

    at: Path
    behind: str
    dies_of_bytes: int
    crashes: int = 0
    closing: bool = False
    _listening: socket.socket = field(init=False)

    def run(self) -> None:
        self._listen()
        while not self.closing:
            with suppress(OSError):
                client, _ = self._listening.accept()
                with client:
                    client.settimeout(20)
                    self._serve(client)
        self._listening.close()

    def _listen(self) -> None:
        self.at.unlink(missing_ok=True)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(self.at))
        self._listening.settimeout(0.2)
        self._listening.listen()

    def _serve(self, client: socket.socket) -> None:
        asked = self._question(client)
        if asked is None:
            self._crash(client)
            return
        with socket.socket(socket.AF_UNIX) as scanner:
            scanner.connect(self.behind)
            scanner.sendall(asked)
            while answer := scanner.recv(4096):
                client.sendall(answer)

    def _question(self, client: socket.socket) -> bytes | None:
        """Return what is asked; nothing where it is more than it can bear."""
        with client.makefile("rb") as stream:
            asked = b""
            while not asked.endswith(b"\0"):
                asked += _read(stream, 1)
            if not asked.startswith(b"zINSTREAM"):
                return asked
            while length := int.from_bytes(head := _read(stream, 4)):
                asked += head + _read(stream, length)
                if len(asked) > self.dies_of_bytes:
                    return None
            return asked + head

    def _crash(self, client: socket.socket) -> None:
        self.crashes += 1
        self._listening.close()
        client.close()
        time.sleep(DOWN_SECONDS)
        self._listen()

    def close(self) -> None:
        self.closing = True


def _read(stream: BinaryIO, length: int) -> bytes:
    """Raise ConnectionError where whoever asks has gone: there is nothing to wait for."""
    if len(read := stream.read(length)) < length:
        raise ConnectionError
    return read


@contextmanager
def fragile_clamd(at: Path, behind: str, dies_of_bytes: int) -> Iterator[FragileClamd]:
    scanner = FragileClamd(at, behind, dies_of_bytes)
    thread = threading.Thread(target=scanner.run)
    thread.start()
    try:
        yield scanner
    finally:
        scanner.close()
        thread.join()
        at.unlink(missing_ok=True)
