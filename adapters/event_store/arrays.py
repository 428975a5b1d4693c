"""Arrays in PostgreSQL's binary form, many times quicker than psycopg makes them from lists."""

from collections.abc import Iterable, Sequence
from struct import Struct
from uuid import UUID

from psycopg import adapters
from psycopg.abc import AdaptContext
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

HEAD, EMPTY = Struct(">iiIii"), Struct(">iiI")
LENGTH, ONE_INT4, ONE_INT8 = Struct(">i").pack, Struct(">ii").pack, Struct(">iq").pack
ONE_UUID, EIGHT_BYTES = LENGTH(16), LENGTH(8)
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
    return Int4Array(_joined(INT4, [ONE_INT4(4, value) for value in values]))


def int8s(values: Sequence[int]) -> Int8Array:
    return Int8Array(_joined(INT8, [ONE_INT8(8, value) for value in values]))


def texts(values: Iterable[str]) -> TextArray:
    encoded = [value.encode() for value in values]
    return TextArray(_joined(TEXT, [LENGTH(len(value)) + value for value in encoded]))


def byteas(values: Sequence[bytes]) -> ByteaArray:
    return ByteaArray(_joined(BYTEA, [LENGTH(len(value)) + value for value in values]))


def uuids(values: Iterable[UUID]) -> UuidArray:
    return UuidArray(_joined(UUID_OID, [ONE_UUID + value.bytes for value in values]))


def raw_uuids(values: Sequence[bytes]) -> UuidArray:
    """Of what is in PostgreSQL's form already."""
    return UuidArray(_joined(UUID_OID, [ONE_UUID + value for value in values]))


def raw_int8s(values: Sequence[bytes]) -> Int8Array:
    return Int8Array(_joined(INT8, [EIGHT_BYTES + value for value in values]))


def _joined(oid: int, items: Sequence[bytes]) -> bytes:
    """Each item begins with its length."""
    if not items:
        return EMPTY.pack(0, 0, oid)
    return HEAD.pack(1, 0, oid, len(items), 1) + b"".join(items)


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
