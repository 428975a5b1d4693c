"""The personal and the internal fields of an event class, as its annotations mark them."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from operator import attrgetter
from types import NoneType
from typing import Any, TypedDict, get_args, get_origin, get_type_hints

import msgspec

from domain.personal import INTERNAL, PERSONAL


class PersonalFieldNeedsEmpty(Exception):
    """A personal field has to have an empty value, to be left when the person is erased."""


@dataclass(frozen=True, slots=True)
class PersonalPart:
    """`empty`: what is read, as JSON, where the key is destroyed or not at hand. `box`: the type of
    what is sealed, a dictionary of the fields that are not empty.
    """

    names: tuple[str, ...]
    others: tuple[str, ...]
    empty: bytes
    box: Any
    values: Callable[[Any], tuple[Any, ...]]
    other_values: Callable[[Any], tuple[Any, ...]]

    def __bool__(self) -> bool:
        return bool(self.names)

    def apart(self, event: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what has to be sealed, and the rest; an empty value says nothing of anybody."""
        private: dict[str, Any] = {}
        rest = dict(zip(self.others, self.other_values(event), strict=True))
        for name, value in zip(self.names, self.values(event), strict=True):
            (private if value else rest)[name] = value
        return private, rest


def personal_part(event_type: type) -> PersonalPart:
    """Raise PersonalFieldNeedsEmpty for a marked field of another type, or with another default."""
    hints = get_type_hints(event_type, include_extras=True)
    names = tuple(f.name for f in fields(event_type) if is_personal(hints[f.name]))
    others = tuple(f.name for f in fields(event_type) if f.name not in names)
    kinds = {name: get_args(hints[name])[0] for name in names}
    empty = {name: _empty(kind) for name, kind in kinds.items()}
    for field in fields(event_type):
        if field.name in empty and _default(field) not in (MISSING, empty[field.name]):
            raise PersonalFieldNeedsEmpty(field.name)
    # The names are known only now, which is more than a type checker takes.
    box = TypedDict("Sealed", kinds, total=False)  # type: ignore[misc]
    return PersonalPart(
        names, others, msgspec.json.encode(empty), box, _reading(names), _reading(others)
    )


def _default(field: Field[Any]) -> Any:
    """Return what a personal field is where nothing was stored; MISSING for none."""
    return field.default if field.default_factory is MISSING else field.default_factory()


def _reading(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Attrgetter is many times quicker than getattr by name, but of one name gives no tuple."""
    if not names:
        return lambda _event: ()
    if len(names) > 1:
        return attrgetter(*names)
    only = attrgetter(*names)
    return lambda event: (only(event),)


def is_personal(hint: Any) -> bool:
    return PERSONAL in getattr(hint, "__metadata__", ())


def is_internal(hint: Any) -> bool:
    return INTERNAL in getattr(hint, "__metadata__", ())


def internal_names(event_type: type) -> tuple[str, ...]:
    hints = get_type_hints(event_type, include_extras=True)
    return tuple(f.name for f in fields(event_type) if is_internal(hints[f.name]))


def internal_within(event_type: type) -> Mapping[str, type]:
    """Return its fields that are of a class of their own, which has internal fields."""
    hints = get_type_hints(event_type)
    kinds = {f.name: hints[f.name] for f in fields(event_type) if is_dataclass(hints[f.name])}
    return {name: kind for name, kind in kinds.items() if internal_names(kind)}


def _empty(hint: Any) -> Any:
    if NoneType in get_args(hint):
        return None
    if hint is str:
        return ""
    if get_origin(hint) is Mapping:
        return {}
    raise PersonalFieldNeedsEmpty(hint)
