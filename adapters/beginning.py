"""How every process begins: logs are set up, and mistakes are said before anything is opened."""

from os import environ

from adapters.event_store.recorder import refuse_unsafe
from adapters.logging import configure_logging
from adapters.settings import Settings, read_settings


def begin(log_level: int) -> Settings:
    """Raise SettingsAreWrong or UnsafeSettings."""
    configure_logging(log_level)
    refuse_unsafe(environ)
    return read_settings()
