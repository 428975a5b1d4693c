"""Whether there can be anything personal in a town: where not, its key is a slip of the pen."""

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.errors import MunicipalityUnknown
from adapters.event_store.log import EventLog

KNOWN_TOWN = "SELECT 1 FROM data_keys WHERE municipality = %b LIMIT 1"


async def require_known_town(catalogue: Catalogue, log: EventLog, town: str) -> None:
    """Raise MunicipalityUnknown. One that takes part no more may still have what is personal."""
    try:
        catalogue.municipality(town)
    except MunicipalityUnknown:
        if not await log.rows(KNOWN_TOWN, (town,)):
            raise
