"""The names of applicants, opened for whoever reads a page: no read model holds them."""

from typing import Any

import msgspec
import structlog

from adapters.event_store.codec import DataOnly
from adapters.event_store.mapper import EventMapper
from adapters.personal_data.key_ring import KeyVersionMissing, WrongKeyRing
from adapters.personal_data.sealing import SealBroken

log = structlog.get_logger()
NOBODY = {"family_name": "", "given_name": ""}


class Names(msgspec.Struct):
    family_name: str
    given_name: str


class Opened(msgspec.Struct):
    applicant: Names


# Only what is shown is read; the rest is passed over.
_sealed = msgspec.json.Decoder(DataOnly[msgspec.Raw])
_opened = msgspec.json.Decoder(Opened)


def with_names(mapper: EventMapper, row: dict[str, Any]) -> dict[str, Any]:
    """Replace the first event of an application, and its key, by the applicant's names."""
    stream_id, topic, state = row["application_id"], row.pop("topic"), row.pop("state")
    stored = (row.pop("sealed_for"), row.pop("kek"), row.pop("wrapped"))
    try:
        key = mapper.stored_key(stream_id, stored)
        if key is None or state is None:
            return row | NOBODY
        box = key.open(_sealed.decode(state).sealed, 1, topic)
        names = _opened.decode(box).applicant
    except (SealBroken, WrongKeyRing, KeyVersionMissing, msgspec.DecodeError) as error:
        # One that was damaged holds up no other of the page.
        log.warning("name_not_opened", application_id=str(stream_id), error=type(error).__name__)
        return row | NOBODY
    return row | msgspec.structs.asdict(names)
