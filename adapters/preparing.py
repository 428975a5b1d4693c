"""What an installation needs before it can work: the schema, and its keys."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.evidence.signing_key import prepare_signing_key
from adapters.personal_data.preparing import prepare_key_ring, right_ring
from adapters.postgres.schema import bring_up_to_date, prepared_database
from adapters.settings import Settings


@contextmanager
def ready_database(settings: Settings) -> Iterator[str]:
    """Yield the URL for `serve` and `work`.

    Raise a kind of MigrationRefused, of EmbeddedPostgresFailed, or of KeyRingRefused.
    """
    with prepared_database(settings) as url:
        right_ring(settings.key_file, url)
        yield url


def prepare(settings: Settings, url: str) -> list[str]:
    """Return what was done now; safe to run twice, and by two at once."""
    done = bring_up_to_date(url)
    if prepare_key_ring(settings.key_file, url):
        done.append(f"{settings.key_file}, to be kept safe: nobody can be read without it")
    if prepare_signing_key(settings.signing_key_file, url):
        done.append(f"{settings.signing_key_file}, to be kept safe: it signs the checkpoints")
    return done
