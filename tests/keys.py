"""The keys that tests seal personal data under."""

from pathlib import Path

from adapters.event_store.mapping import event_mapper
from adapters.evidence.signing_key import new_signer, save_signer
from adapters.personal_data.key_ring import new_key_ring, save_key_ring
from adapters.settings import Settings

KEYS = new_key_ring()
SIGNER = new_signer()
MAPPER = event_mapper(KEYS)


def with_keys(settings: Settings) -> Settings:
    """Put the key files where these settings look for them."""
    save_key_ring(KEYS, settings.key_file)
    save_signer(SIGNER, settings.signing_key_file)
    return settings


def keys_in(home: Path) -> None:
    with_keys(Settings(home=home))
