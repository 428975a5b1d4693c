"""A worker's catalogue may be a moment behind the log, and nobody is left out for that."""

from adapters.bootstrap import Parts
from adapters.catalogue.catalogue import Catalogue
from domain.application.events import ApplicationSubmitted


async def caught_up(parts: Parts, submitted: ApplicationSubmitted) -> Catalogue:
    """Return one that knows the town and its service, if any does."""
    town = parts.catalogue.by_ags.get(submitted.municipality)
    if town is None or submitted.service not in town.services:
        await parts.live_catalogue.catch_up()
    return parts.catalogue
