"""Who may measure: the monitoring of the data centre, which is no person and has one token."""

from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from adapters.bootstrap import Parts
from adapters.identity.errors import MonitoringUnknown
from adapters.machine_tokens import is_token

bearer = HTTPBearer(
    scheme_name="monitoringToken",
    description="The token of the monitoring, AMTSWEG_METRICS_TOKEN.",
    auto_error=False,
)


async def monitoring(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
) -> None:
    """From whatever address: behind a proxy, the whole world comes from this machine."""
    parts: Parts = request.app.state.parts
    if not is_monitoring(parts, credentials):
        raise MonitoringUnknown


def is_monitoring(parts: Parts, shown: HTTPAuthorizationCredentials | None) -> bool:
    return shown is not None and is_token(parts.settings.metrics_token, shown.credentials)
