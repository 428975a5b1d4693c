"""Numbers of cards that are still to be issued."""

from adapters.ids import new_id
from domain.municipality.municipality import Municipality
from domain.service.definition import ServiceDefinition


def reserved_number(town: Municipality, definition: ServiceDefinition) -> str | None:
    """Reserve a number no other card has: the town's key and the random part of a new id."""
    if not definition.issues_number:
        return None
    return f"{town.ags}-{new_id().int % 10**16:016d}"
