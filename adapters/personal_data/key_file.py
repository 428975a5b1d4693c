"""The key file as a running process uses it: what is rotated there is used without a restart."""

from pathlib import Path

import structlog

from adapters.personal_data.key_ring import (
    KeyRing,
    KeyRingRefused,
    KeyVersionMissing,
    WrongKeyRing,
    load_key_ring,
)

NOT_THERE: tuple[int, ...] = ()

log = structlog.get_logger()


class KeyFile:
    """A KeyEncryption. Raise KeyRingMissing or KeyRingUnreadable at once, and whenever it is read.

    New keys are wrapped under what the file says at this moment, so that a version that was retired
    is never used again. A file of other keys, put there meanwhile, is refused as WrongKeyRing.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ring = load_key_ring(file)
        self._seen: tuple[int, ...] | None = None  # looked at once more before its first use
        self._told: type[KeyRingRefused] | None = None

    @property
    def current(self) -> int:
        return self._ring.current

    def require_usable(self) -> None:
        """Raise a kind of KeyRingRefused where nothing new can be sealed at this moment.

        Each change is logged once: whoever submits is answered, but whoever watches is not.
        """
        try:
            if self._identity() != self._seen:
                self._load()
        except KeyRingRefused as refused:
            if type(refused) is not self._told:
                log.error("key_file_refused", error=type(refused).__name__)  # noqa: TRY400
            self._told = type(refused)
            raise
        if self._told:
            log.info("key_file_usable_again")
            self._told = None

    def wrap(self, key: bytes, place: bytes) -> tuple[int, bytes]:
        self.require_usable()
        return self._ring.wrap(key, place)

    def unwrap(self, version: int, wrapped: bytes, place: bytes) -> bytes:
        try:
            return self._ring.unwrap(version, wrapped, place)
        except KeyVersionMissing:
            self._load()
            return self._ring.unwrap(version, wrapped, place)

    def digest(self, text: str, size: int) -> bytes:
        return self._ring.digest(text, size)

    def _load(self) -> None:
        # Its identity first: a file replaced in between is read once more.
        seen, ring = self._identity(), load_key_ring(self._file)
        if not _goes_on(self._ring, ring):
            raise WrongKeyRing
        self._seen, self._ring = seen, ring

    def _identity(self) -> tuple[int, ...]:
        # Not the time alone: a clock may be too coarse for two rotations in a row.
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return NOT_THERE
        return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _goes_on(before: KeyRing, now: KeyRing) -> bool:
    common = before.keys.keys() & now.keys.keys()
    same = all(before.keys[version] == now.keys[version] for version in common)
    return same and before.index_key == now.index_key
