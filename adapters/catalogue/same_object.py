"""A cache key for an object without a hash: equal only to itself, and kept alive by the cache."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class SameObject(Generic[T]):
    it: T

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameObject) and self.it is other.it

    def __hash__(self) -> int:
        return id(self.it)
