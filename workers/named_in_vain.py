"""Which services back offices are named for in vain, for whoever does not read a worker's log."""

from collections.abc import Sequence

from adapters.hand_over.not_offered import NotOffered, not_offered
from adapters.settings import Settings
from workers.cataloguing import opened


async def named_in_vain(settings: Settings, url: str) -> Sequence[NotOffered]:
    if not settings.back_offices:
        return ()
    async with opened(url) as office:
        return await not_offered(office.log, settings.back_offices)
