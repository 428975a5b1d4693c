"""A copy with changes: `dataclasses.replace`, many times as quick, for folding does little else.

While a history is folded, nobody but the fold has the state in hands. So it works on one draft, and
`but` changes that where it is. Whoever evolves a state looks at the one that `but` gave, and no
more at the one it was given.
"""

from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["but", "draft", "finished"]
One = TypeVar("One")
DRAFT = "a draft"  # no field can be called that
_new, _set = object.__new__, object.__setattr__

if TYPE_CHECKING:
    from dataclasses import replace as but  # so that the names of the changes are checked
else:

    def but(one: One, /, **changes: Any) -> One:
        """`one`: a frozen dataclass without slots."""
        values = one.__dict__
        if DRAFT in values:
            values.update(changes)
            return one
        return _with(one, values | changes)


def draft(one: One) -> One:
    """Return a copy to be changed in place; what has slots is none, and is returned as it is."""
    values = getattr(one, "__dict__", None)
    return one if values is None else _with(one, values | {DRAFT: True})


def finished(one: One) -> One:
    """Return it as one that never changes again."""
    if hasattr(one, "__dict__"):
        one.__dict__.pop(DRAFT, None)
    return one


def _with(one: One, values: dict[str, Any]) -> One:
    copied = _new(type(one))
    _set(copied, "__dict__", values)
    return copied
