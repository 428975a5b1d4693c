"""A folder of caught mail: one .eml file a message, one line of its ledger a delivery."""

import os
import time
from collections import Counter
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from adapters.whole_files import through_to_disk

LEDGER = "deliveries"
ARRIVING = ".arriving-"
# So long nothing is being written; should it be, its sender is told to try again later.
ABANDONED_SECONDS = 60


def mail_id(message_id: str) -> str:
    """Name a message safely, whatever its Message-ID contains."""
    return sha256(message_id.strip().encode("utf-8", "surrogateescape")).hexdigest()


def keep(folder: Path, content: bytes) -> None:
    """Store a message unless it is there already, then count its delivery.

    The ledger comes last: a message without a line in it was never acknowledged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    message_id = _parse(content).get("Message-ID")
    name = mail_id(message_id) if message_id else sha256(content).hexdigest()
    _write_once(folder / f"{name}.eml", content)
    _append(folder / LEDGER, f"{name}\n".encode())
    through_to_disk(folder)


def deliveries(folder: Path) -> Counter[str]:
    """Count what was delivered by mail id, the first one first."""
    ledger = folder / LEDGER
    return Counter(ledger.read_text().splitlines()) if ledger.exists() else Counter()


def caught(folder: Path) -> list[EmailMessage]:
    """Read every distinct message, oldest first."""
    found = (caught_one(folder, name) for name in deliveries(folder))
    return [message for message in found if message is not None]


def caught_one(folder: Path, name: str, naming: bytes = b"") -> EmailMessage | None:
    """None where it is gone, or names this nowhere: that is seen long before it is understood."""
    try:
        content = (folder / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    return _parse(content) if naming.lower() in content.lower() else None


def forget(folder: Path, message_ids: Iterable[str]) -> None:
    """Remove these messages; that they were delivered stays counted."""
    for message_id in message_ids:
        (folder / f"{mail_id(message_id)}.eml").unlink(missing_ok=True)
    sweep(folder, ABANDONED_SECONDS)


def sweep(folder: Path, seconds: float = 0) -> None:
    """Remove what a catcher that died has left half kept, if it is as old as this.

    It may be anybody's; whoever sent it was not told that it had arrived, and sends it again.
    """
    for file in folder.glob(f"{ARRIVING}*"):
        try:
            if time.time() - file.stat().st_mtime >= seconds:
                file.unlink()
        except FileNotFoundError:
            pass  # kept meanwhile, or swept by another


def _parse(content: bytes) -> EmailMessage:
    # The standard library's own reader of Message-ID breaks on a malformed one.
    headers = HeaderRegistry()
    headers.map_to_type("message-id", UnstructuredHeader)  # type: ignore[arg-type]  # a mixin
    return message_from_bytes(content, policy=policy.default.clone(header_factory=headers))


def _write_once(path: Path, content: bytes) -> None:
    descriptor, temporary = mkstemp(dir=path.parent, prefix=ARRIVING)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _write_through(file.fileno(), content)
        # A rename would overwrite what came first; a link refuses to.
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        Path(temporary).unlink(missing_ok=True)


def _append(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        _write_through(descriptor, line)
    finally:
        os.close(descriptor)


def _write_through(descriptor: int, content: bytes) -> None:
    written = 0
    while written < len(content):
        written += os.write(descriptor, content[written:])
    os.fsync(descriptor)
