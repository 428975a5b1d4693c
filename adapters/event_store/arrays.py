"""Arrays in PostgreSQL's binary form, many times quicker than psycopg makes them from lists."""

from collections.abc import Iterable, Sequence
from struct import Struct, pack
from uuid import UUID

from psycopg import adapters
from psycopg.abc import AdaptContext
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

HEAD, EMPTY, LENGTH = Struct(">iiIii"), Struct(">iiI"), Struct(">i")
INT4, INT8, TEXT, BYTEA, UUID_OID = 23, 20, 25, 17, 2950


class Int4Array(bytes):
    __slots__ = ()


class Int8Array(bytes):
    __slots__ = ()


class TextArray(bytes):
    __slots__ = ()


class ByteaArray(bytes):
    __slots__ = ()


class UuidArray(bytes):
    __slots__ = ()


ARRAYS: dict[type[bytes], int] = {
    Int4Array: 1007,
    Int8Array: 1016,
    TextArray: 1009,
    ByteaArray: 1001,
    UuidArray: 2951,
}


def int4s(values: Sequence[int]) -> Int4Array:
    return Int4Array(_fixed(INT4, "ii", 4, values))


def int8s(values: Sequence[int]) -> Int8Array:
    return Int8Array(_fixed(INT8, "iq", 8, values))


def texts(values: Iterable[str]) -> TextArray:
    return TextArray(_varying(TEXT, [value.encode() for value in values]))


def byteas(values: Sequence[bytes]) -> ByteaArray:
    return ByteaArray(_varying(BYTEA, values))


def uuids(values: Iterable[UUID]) -> UuidArray:
    return UuidArray(_varying(UUID_OID, [value.bytes for value in values]))


def _fixed(oid: int, code: str, size: int, values: Sequence[int]) -> bytes:
    if not values:
        return EMPTY.pack(0, 0, oid)
    items = [part for value in values for part in (size, value)]
    return HEAD.pack(1, 0, oid, len(values), 1) + pack(f">{code * len(values)}", *items)


def _varying(oid: int, values: Sequence[bytes]) -> bytes:
    if not values:
        return EMPTY.pack(0, 0, oid)
    length = LENGTH.pack
    parts = [part for value in values for part in (length(len(value)), value)]
    return HEAD.pack(1, 0, oid, len(values), 1) + b"".join(parts)


def _dumper(array: type[bytes]) -> type[Dumper]:
    class ArrayDumper(Dumper):
        format = Format.BINARY

        def __init__(self, cls: type, context: AdaptContext | None = None) -> None:
            super().__init__(cls, context)
            # Not as the class's: it would then be taken for all arrays of this type.
            self.oid = ARRAYS[array]

        def dump(self, obj: bytes) -> Buffer | None:
            return obj

    return ArrayDumper


for _array in ARRAYS:
    adapters.register_dumper(_array, _dumper(_array))
