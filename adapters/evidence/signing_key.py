"""The key that the log's checkpoints are signed with: one file, made once, never in the database.

Beside it lies the public key, to be handed to whoever shall check them.
"""

import json
from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.evidence.notes import NAME, NoteIsInvalid, Signer
from adapters.whole_files import PUBLIC, make_once, replace_whole
from domain.saying import SaysWhatToDo

LAST_NOTE = "SELECT note FROM checkpoints ORDER BY number DESC LIMIT 1"


class SigningKeyRefused(SaysWhatToDo):
    """The key of the checkpoints cannot be used."""


class SigningKeyMissing(SigningKeyRefused):
    """There is no key to sign checkpoints with; run `migrate` once to make it, or bring it from
    where it was made. Looked for:
    """


class SigningKeyElsewhere(SigningKeyRefused):
    """This database has checkpoints, and the key that signed them is not here; bring it from where
    it was made. Looked for:
    """


class SigningKeyUnreadable(SigningKeyRefused):
    """The key that signs checkpoints cannot be read; restore it from its backup:"""


class WrongSigningKey(SigningKeyRefused):
    """This key did not sign the last checkpoint of this database; bring the right one:"""


def new_signer() -> Signer:
    return Signer(f"amtsweg-{token_hex(4)}", Ed25519PrivateKey.generate())


def load_signer(file: Path) -> Signer:
    """Raise SigningKeyMissing or SigningKeyUnreadable."""
    try:
        found = json.loads(file.read_text())
        origin, seed = str(found["log"]), b64decode(found["seed"], validate=True)
        key = Ed25519PrivateKey.from_private_bytes(seed)
    except FileNotFoundError:
        raise SigningKeyMissing(file) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise SigningKeyUnreadable(file) from None
    if not NAME.fullmatch(origin):
        raise SigningKeyUnreadable(file)
    return Signer(origin, key)


def save_signer(signer: Signer, file: Path) -> bool:
    """Return whether it was kept: a key that is there stays, and of two at once the first."""
    seed = b64encode(signer.key.private_bytes_raw()).decode()
    return make_once(file, json.dumps({"log": signer.origin, "seed": seed}, indent=2))


def publish(signer: Signer, file: Path) -> None:
    """Put the public key beside the key file."""
    public, content = file.with_suffix(".pub"), f"{signer.verifier}\n"
    with suppress(OSError, ValueError):
        if public.read_text() == content:
            return
    replace_whole(public, content, PUBLIC)


def prepare_signing_key(file: Path, url: str) -> bool:
    """Return whether the key was made now. Raise a kind of SigningKeyRefused."""
    last, made = _last_note(url), False
    if last is None and not file.exists():
        made = save_signer(new_signer(), file)
    try:
        signer = load_signer(file)
    except SigningKeyMissing:
        raise SigningKeyElsewhere(file) from None
    if last is not None:
        _require_right_key(signer, last, file)
    publish(signer, file)
    return made


def require_signer(file: Path, url: str) -> None:
    """Raise a kind of SigningKeyRefused where nothing can be signed with this file."""
    last = _last_note(url)
    try:
        signer = load_signer(file)
    except SigningKeyMissing:
        if last is None:
            raise
        raise SigningKeyElsewhere(file) from None
    if last is not None:
        _require_right_key(signer, last, file)


def _require_right_key(signer: Signer, note: str, file: Path) -> None:
    try:
        signer.verifier.open(note)
    except NoteIsInvalid:
        raise WrongSigningKey(file) from None


def _last_note(url: str) -> str | None:
    with psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute(LAST_NOTE).fetchone()
    return None if row is None else str(row[0])
