"""Who may call an operation: the actor behind the bearer token, and the roles let in.

Refused with 401: any `NotAuthenticated` but `IdentityProviderUnavailable`, which is a 503.
Refused with 403: `RoleNotAllowed`, which is asked of the register anew at each request of staff.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from adapters.bootstrap import Parts
from adapters.identity.actor import Actor, Role
from adapters.identity.errors import RoleNotAllowed, TokenMissing

bearer = HTTPBearer(
    scheme_name="accessToken",
    bearerFormat="JWT",
    description="An access token of a trusted identity provider.",
    auto_error=False,
)


async def current_actor(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
) -> Actor:
    if credentials is None:
        raise TokenMissing
    parts: Parts = request.app.state.parts
    who = await parts.verifier.verify(credentials.credentials)
    return await parts.staff.actor(who)


def require(*roles: Role) -> Callable[[Actor], Coroutine[Any, Any, Actor]]:
    async def allowed(actor: Annotated[Actor, Depends(current_actor)]) -> Actor:
        if actor.role not in roles:
            raise RoleNotAllowed(*roles)
        return actor

    return allowed
