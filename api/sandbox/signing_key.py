"""The development issuer's signing key: made once, kept for its owner's eyes only."""

import json
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from adapters.identity.errors import IdentityMisconfigured
from adapters.whole_files import make_once

KEY_FILE = "issuer-key.json"


class SigningKeyUnreadable(IdentityMisconfigured):
    """Delete this key file; a new key is made at the next start, and old tokens end with it."""


def signing_key(state_folder: Path) -> ECKey:
    path = state_folder / KEY_FILE
    if not path.exists():
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
        make_once(path, json.dumps(key.as_dict(private=True)))
    try:
        return ECKey.import_key(json.loads(path.read_text()))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise SigningKeyUnreadable(path) from error
