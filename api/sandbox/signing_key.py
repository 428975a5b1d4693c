"""The development issuer's signing key: made once, kept for its owner's eyes only."""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from adapters.identity.errors import IdentityMisconfigured

KEY_FILE = "issuer-key.json"


class SigningKeyUnreadable(IdentityMisconfigured):
    """Delete this key file; a new key is made at the next start, and old tokens end with it."""


def signing_key(state_folder: Path) -> ECKey:
    path = state_folder / KEY_FILE
    if not path.exists():
        state_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
    try:
        return ECKey.import_key(json.loads(path.read_text()))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise SigningKeyUnreadable(path) from error


def _make(path: Path) -> None:
    """Written whole under another name first: of two processes the first wins, for both."""
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            json.dump(key.as_dict(private=True), file)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
