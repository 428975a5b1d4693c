"""Where a body is missing, each field that it has to have is named, as if it were empty."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from pydantic import BaseModel

Detail = Mapping[str, Any]


def named(request: Request, details: Sequence[Detail]) -> list[Detail]:
    return [one for detail in details for one in _fields(request, detail) or (detail,)]


def _fields(request: Request, detail: Detail) -> list[Detail]:
    if detail["type"] != "missing" or tuple(detail["loc"]) != ("body",):
        return []
    body = getattr(request.scope.get("route"), "body_field", None)
    model = body and body.field_info.annotation
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    needed = (name for name, field in model.model_fields.items() if field.is_required())
    return [{**detail, "loc": ("body", name)} for name in needed]
