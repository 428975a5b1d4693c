"""Marks what is personal in an event: it is stored sealed, and can be forgotten.

A marked field can be empty in every history: `None`, `""` or `{}` is what is left of a person who
was erased.
"""

from typing import Annotated, TypeVar

PERSONAL = "personal"
Value = TypeVar("Value")
Personal = Annotated[Value, PERSONAL]
