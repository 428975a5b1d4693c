"""Keeps of a JPEG 2000 picture what draws it; comments among that are overwritten with zeros.

They cannot be cut out: tiles say how long they are, comments included.
"""

from collections.abc import Iterator

from adapters.proofs.errors import ProofTooComplex, ProofUnreadable

BEGINS, ENDS = b"\xff\x4f\xff\x51", b"\xff\xd9"
TILE, DATA, COMMENT = b"\xff\x90", b"\xff\x93", b"\xff\x64"
SIGNATURE, PICTURE, HEADER = b"jP  ", b"jp2c", b"jp2h"
KEPT = {SIGNATURE, b"ftyp", HEADER, PICTURE}
KEPT_IN_HEADER = {b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef"}
MOST_COLOURS = 8
SHORTEST_SIZE = 38
Box = tuple[bytes, bytes]


def bare_jpeg2000(body: bytes) -> tuple[bytes, tuple[int, int]]:
    """Return it with its width and height. Raise ProofUnreadable, or ProofTooComplex."""
    if body[:4] == BEGINS:
        return _bare_stream(body)
    if body[4:8] != SIGNATURE:
        raise ProofUnreadable
    out, size = bytearray(), list[tuple[int, int]]()
    for kind, inside in _boxes(body):
        if kind not in KEPT or (kind == PICTURE and size):
            continue
        kept = _bare_header(inside) if kind == HEADER else inside
        if kind == PICTURE:
            kept, of_this = _bare_stream(inside)
            size.append(of_this)
        out += _box(kind, kept)
    if not size:
        raise ProofUnreadable
    return bytes(out), size[0]


def _bare_header(inside: bytes) -> bytes:
    return b"".join(_box(*one) for one in _boxes(inside) if one[0] in KEPT_IN_HEADER)


def _box(kind: bytes, inside: bytes) -> bytes:
    return (len(inside) + 8).to_bytes(4, "big") + kind + inside


def _boxes(body: bytes) -> Iterator[Box]:
    at = 0
    while at + 8 <= len(body):
        long, begins = int.from_bytes(body[at : at + 4], "big"), at + 8
        if long == 1:
            long, begins = int.from_bytes(body[at + 8 : at + 16], "big"), at + 16
        ends = at + long if long else len(body)
        if not begins <= ends <= len(body):
            raise ProofUnreadable
        yield body[at + 4 : at + 8], body[begins:ends]
        at = ends


def _bare_stream(body: bytes) -> tuple[bytes, tuple[int, int]]:
    if body[:4] != BEGINS or len(body) < 4 + SHORTEST_SIZE:
        raise ProofUnreadable
    bare = bytearray(body)
    at = _blank_comments(bare, 2, TILE)
    while bare[at : at + 2] == TILE:
        begins = _blank_comments(bare, at, DATA)
        long = int.from_bytes(bare[at + 6 : at + 10], "big")
        at = max(at + long, begins) if long else _end_of_last(bare, begins)
    return bytes(bare[:at]).removesuffix(ENDS) + ENDS, _size(body)


def _end_of_last(bare: bytearray, at: int) -> int:
    """Within what is drawn, its last two bytes occur nowhere."""
    found = bare.find(ENDS, at)
    return found if found >= 0 else len(bare)


def _blank_comments(bare: bytearray, at: int, until: bytes) -> int:
    """Return where these headers end. Raise ProofUnreadable."""
    while (marker := bytes(bare[at : at + 2])) != until:
        long = int.from_bytes(bare[at + 2 : at + 4], "big")
        if marker[:1] != b"\xff" or long < len(marker) or at + 2 + long > len(bare):
            raise ProofUnreadable
        if marker == COMMENT:
            bare[at + 6 : at + 2 + long] = bytes(max(long - 4, 0))
        at += 2 + long
    return at


def _size(body: bytes) -> tuple[int, int]:
    """As its own header says, less the margin that is not shown."""
    numbers = [int.from_bytes(body[at : at + 4], "big") for at in (8, 12, 16, 20)]
    wide, high = numbers[0] - numbers[2], numbers[1] - numbers[3]
    if wide < 1 or high < 1:
        raise ProofUnreadable
    if int.from_bytes(body[40:42], "big") > MOST_COLOURS:
        raise ProofTooComplex
    return wide, high
