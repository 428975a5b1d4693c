"""Where a clerk sees an application: in their own portal, else its data here."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator

from adapters.addresses import web_address

PLACE = "{application_id}"


def _case(text: str) -> str:
    if PLACE not in web_address(text):
        message = f"should be an address with {PLACE} in it"
        raise ValueError(message)
    return text


def case_link(case_url: str | None, public_url: str, application_id: UUID) -> str:
    place = case_url or f"{public_url.rstrip('/')}/api/v1/applications/{PLACE}"
    return place.replace(PLACE, str(application_id))


CaseAddress = Annotated[str, AfterValidator(_case)]
