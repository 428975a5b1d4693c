"""Events whose personal fields hold a word that is found nowhere else."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from adapters.personal_data.marked import is_internal, is_personal
from domain.application.events import AccountMailbox, Applicant
from domain.fee_record.events import Payer
from domain.rules import RulesInForce
from tests.domain.application.facts import ADULT

CANARY = "Wusterwitz"
PLAIN: Mapping[Any, Any] = {
    str: "plain",
    int: 7,
    bool: True,
    UUID: UUID(int=7),
    date: date(2021, 6, 16),
    datetime: datetime(2021, 6, 16, tzinfo=UTC),
    RulesInForce: ADULT,
}
PEOPLE: Mapping[Any, Any] = {
    str: CANARY,
    Applicant: Applicant(
        given_name=CANARY, family_name=CANARY, birth_date=date(1990, 1, 31), email=CANARY
    ),
    AccountMailbox: AccountMailbox(provider=CANARY, handle=CANARY),
    Payer: Payer(given_name=CANARY, family_name=CANARY),
}


def filled(kind: type) -> Any:
    """An event of this class with the canary in each field that is marked as personal."""
    hints = get_type_hints(kind, include_extras=True)
    return kind(**{field.name: _value(hints[field.name]) for field in fields(kind)})


def _value(hint: Any) -> Any:
    if is_personal(hint):
        inside = _not_none(get_args(hint)[0])
        return {CANARY: [CANARY]} if get_origin(inside) is Mapping else PEOPLE[inside]
    hint = _not_none(get_args(hint)[0] if is_internal(hint) else hint)
    if get_origin(hint) is tuple:
        return ()
    if get_origin(hint) is Mapping:
        return {}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    return PLAIN[hint] if hint in PLAIN else filled(hint)


def _not_none(hint: Any) -> Any:
    return (
        next((one for one in get_args(hint) if one is not NoneType), hint)
        if _optional(hint)
        else hint
    )


def _optional(hint: Any) -> bool:
    return NoneType in get_args(hint)
