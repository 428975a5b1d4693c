"""Which back office asks: the one that bears the token agreed with the data centre."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from adapters.bootstrap import Parts
from adapters.hand_over.settings import BackOffice
from adapters.identity.errors import BackOfficeUnknown, TokenMissing

bearer = HTTPBearer(
    scheme_name="backOfficeToken",
    description="The token of a back office, as agreed with the data centre.",
    auto_error=False,
)


async def back_office(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
) -> BackOffice:
    """Every token is compared, so that how long it takes says nothing."""
    if credentials is None:
        raise TokenMissing
    parts: Parts = request.app.state.parts
    found = [one for one in parts.settings.back_offices if one.bears(credentials.credentials)]
    if not found:
        raise BackOfficeUnknown
    return found[0]


BackOfficeOf = Annotated[BackOffice, Depends(back_office)]
