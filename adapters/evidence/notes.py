"""Signed checkpoints of the log, in the format of transparency logs.

A checkpoint is a signed note (C2SP `tlog-checkpoint` and `signed-note`, with an Ed25519 signature)
whose text is: the log's name, its size, its Merkle root in base64, and two lines of our own, the
last position and the moment. Programs that know transparency logs can check it, too.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.saying import SaysWhatToDo

ED25519 = b"\x01"
ID_BYTES, ROOT_BYTES = 4, 32
LIKE_A_KEY = re.compile(r"[^\s+]+\+[^\s+]+\+\S+")
NAME = re.compile(r"[^\s+\x00-\x1f]+")
# The first character is an em dash.
SIGNATURE = re.compile(rf"— ({NAME.pattern}) ([A-Za-z0-9+/]+=*)\n")
SIGNATURES = re.compile(rf"(?:{SIGNATURE.pattern})+")
NUMBER = "0|[1-9][0-9]*"
TEXT = re.compile(rf"(\S+)\n({NUMBER})\n(\S+)\nposition ({NUMBER})\nat (\S+)\n")


class NoteIsInvalid(SaysWhatToDo):
    """This checkpoint was not signed by the key that it is checked with."""


class NotAPublicKey(SaysWhatToDo):
    """This is no public key of a log; it looks like NAME+1a2b3c4d+BASE64."""


class KeyMistyped(NotAPublicKey):
    """This public key of a log was mistyped, or part of it is missing: its checksum does not fit.
    Give it as it was handed out, like NAME+1a2b3c4d+BASE64.
    """


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`size` events were in the log `origin`, up to `position`; `root` is of RFC 6962."""

    origin: str
    size: int
    root: bytes
    position: int
    at: datetime

    @property
    def text(self) -> str:
        root = b64encode(self.root).decode()
        when = self.at.isoformat()
        return f"{self.origin}\n{self.size}\n{root}\nposition {self.position}\nat {when}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A log's public key, under the log's name."""

    origin: str
    key: Ed25519PublicKey

    @property
    def key_id(self) -> bytes:
        named = self.origin.encode() + b"\n" + ED25519 + self.key.public_bytes_raw()
        return sha256(named).digest()[:ID_BYTES]

    def __str__(self) -> str:
        """The form to hand out, as in `signed-note`: name, key id, key."""
        key = b64encode(ED25519 + self.key.public_bytes_raw()).decode()
        return f"{self.origin}+{self.key_id.hex()}+{key}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Raise NotAPublicKey, or KeyMistyped where it is nearly one."""
        refused = KeyMistyped if LIKE_A_KEY.fullmatch(text.strip()) else NotAPublicKey
        try:
            origin, key_id, key = text.strip().split("+", 2)
            raw = _bytes(key)
            verifier = cls(origin, Ed25519PublicKey.from_public_bytes(raw.removeprefix(ED25519)))
            same_id = verifier.key_id.hex() == key_id
        except ValueError:
            raise refused from None
        if not (same_id and raw.startswith(ED25519) and NAME.fullmatch(origin)):
            raise refused
        return verifier

    def open(self, note: str) -> Checkpoint:
        """Return what was signed. Raise NoteIsInvalid."""
        found = TEXT.fullmatch(self.signed_text(note))
        if found is None or found[1] != self.origin:
            raise NoteIsInvalid
        origin, size, root, position, at = found.groups()
        try:
            moment, digest = datetime.fromisoformat(at), _bytes(root)
        except ValueError:
            raise NoteIsInvalid from None
        if len(digest) != ROOT_BYTES:
            raise NoteIsInvalid
        return Checkpoint(origin, int(size), digest, int(position), moment)

    def signed_text(self, note: str) -> str:
        """Return the text of any signed note. Raise NoteIsInvalid.

        Signatures of others are passed over; one of ours that is wrong spoils the note.
        """
        text, separator, signatures = note.rpartition("\n\n")
        text += "\n"
        if not separator or not SIGNATURES.fullmatch(signatures):
            raise NoteIsInvalid
        ours = [raw for raw in map(self._ours, SIGNATURE.findall(signatures)) if raw]
        if not ours or not all(self._matches(text, raw) for raw in ours):
            raise NoteIsInvalid
        return text

    def _ours(self, line: tuple[str, str]) -> bytes:
        """Empty where another key has signed."""
        name, signature = line
        try:
            raw = _bytes(signature)
        except ValueError:
            raise NoteIsInvalid from None
        known = name == self.origin and raw[:ID_BYTES] == self.key_id
        return raw if known else b""

    def _matches(self, text: str, raw: bytes) -> bool:
        try:
            self.key.verify(raw[ID_BYTES:], text.encode())
        except (ValueError, InvalidSignature):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """The private key of the log `origin`. Keep it where no administrator of the database is."""

    origin: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.origin, self.key.public_key())

    def sign(self, checkpoint: Checkpoint) -> str:
        """Return the note: text, blank line, signature."""
        raw = self.verifier.key_id + self.key.sign(checkpoint.text.encode())
        return f"{checkpoint.text}\n— {self.origin} {b64encode(raw).decode()}\n"


def _bytes(text: str) -> bytes:
    """Raise ValueError, also where another spelling of the same bytes is the usual one."""
    raw = b64decode(text, validate=True)
    if b64encode(raw).decode() != text:
        message = "not the usual spelling"
        raise ValueError(message)
    return raw
