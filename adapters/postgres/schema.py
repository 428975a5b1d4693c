"""Brings a database to what this version needs: migrations, then the tables of the read models."""

from adapters.postgres.migrations import migrate
from adapters.read_models.tables import make_tables
from projections.catalogue import PROJECTIONS


def bring_up_to_date(url: str) -> list[str]:
    """Return what was done now; safe to run twice, and by two at once."""
    return [*migrate(url), *make_tables(url, PROJECTIONS)]
