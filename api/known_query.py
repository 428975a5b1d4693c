"""A parameter that an operation does not know is refused: who mistypes one would take the whole
answer for the one that was asked for.
"""

from collections.abc import Iterator, Mapping

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel

V1 = "/api/v1/"
# Where others write the address, and why they may add to it.
OTHERS_ADD: Mapping[str, str] = {
    f"{V1}payments/{{payment_id}}/return": "payment platforms add their own when they send back",
    f"{V1}payments/callbacks": "payment platforms may add their own to where they call",
}


async def known_only(request: Request) -> None:
    """Raise RequestValidationError, as the validator does for an unknown field of a body.

    The pages for people are let be: who shares a link in a network gets parameters added to it.
    """
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    if route.path in OTHERS_ADD or not route.path.startswith(V1):
        return
    known = set(_declared(route.dependant))
    if unknown := [name for name in request.query_params if name not in known]:
        raise RequestValidationError([_refused(name) for name in unknown])


def _declared(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (about.alias or name for name, about in kind.model_fields.items())
        else:
            yield field.alias
    for inner in dependant.dependencies:
        yield from _declared(inner)


def _refused(name: str) -> dict[str, object]:
    return {"type": "extra_forbidden", "loc": ("query", name), "msg": "unknown", "input": ""}
