"""The built-in catalogue for tests of single parts, in a log that holds nothing of it."""

from adapters.bootstrap import Parts
from adapters.catalogue.loading import load


def with_built_in(parts: Parts) -> Parts:
    """Let these parts see the catalogue without an event; what is recorded later joins nothing."""
    parts.live_catalogue.snapshot = load()
    return parts
