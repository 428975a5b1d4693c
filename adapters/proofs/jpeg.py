"""Keeps of a JPEG, byte by byte, what draws it: no places, no comments, no preview.

Named is what is kept. Nothing is unpacked, so nothing is lost of what is seen.
"""

import re
from collections.abc import Iterator

from adapters.proofs.errors import ProofUnreadable

BEGINS, ENDS, SCAN = 0xD8, 0xD9, 0xDA
JFIF, ADOBE = 0xE0, 0xEE
ALONE = {0x00, 0x01, BEGINS, *range(0xD0, 0xD8)}
FILLING = 0xFF
# Within a scan FF is followed by 00, or by where to take up again.
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)
TABLES = {0xC4, 0xCC, 0xDB, 0xDC, 0xDD}
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# What they say of the colours; what follows in them is a small picture, or anything.
SAID_OF_COLOURS = {JFIF: (b"JFIF\0", 12), ADOBE: (b"Adobe", 12)}
NO_SMALL_PICTURE = b"\0\0"
Piece = tuple[int, bytes]


def bare_jpeg(body: bytes) -> tuple[bytes, tuple[int, int]]:
    """Return it with its width and height. Raise ProofUnreadable."""
    if body[:2] != bytes((0xFF, BEGINS)):
        raise ProofUnreadable
    out, size = bytearray(body[:2]), list[tuple[int, int]]()
    for marker, said in _pieces(body):
        if marker in FRAMES:
            size.append(_size(said))
        out += _kept(marker, said)
    if len(size) != 1 or 0 in size[0]:
        raise ProofUnreadable
    return bytes(out) + bytes((0xFF, ENDS)), size[0]


def _kept(marker: int, said: bytes) -> bytes:
    if marker in SAID_OF_COLOURS:
        begins, long = SAID_OF_COLOURS[marker]
        if not said.startswith(begins) or len(said) < long:
            return b""
        return _segment(marker, said[:long] + (NO_SMALL_PICTURE if marker == JFIF else b""))
    if marker == SCAN:
        return bytes((0xFF, SCAN)) + said
    return _segment(marker, said) if marker in TABLES | FRAMES else b""


def _segment(marker: int, said: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(said) + 2).to_bytes(2, "big") + said


def _pieces(body: bytes) -> Iterator[Piece]:
    """Up to its end, or as far as it goes: viewers show as much of one that was cut off.

    Of a scan it is with its length and with all that is drawn in it.
    """
    at = 2
    while (at := body.find(b"\xff", at)) >= 0 and at + 1 < len(body):
        marker = body[at + 1]
        if marker == ENDS:
            return
        if marker in ALONE or marker == FILLING:
            at += 1 if marker == FILLING else 2
            continue
        ends = at + 2 + int.from_bytes(body[at + 2 : at + 4], "big")
        if ends < at + 4 or ends > len(body):
            raise ProofUnreadable
        if marker == SCAN:
            begins, ends = at + 2, _end_of_scan(body, ends)
            yield marker, body[begins:ends]
        else:
            yield marker, body[at + 4 : ends]
        at = ends


def _end_of_scan(body: bytes, at: int) -> int:
    found = AFTER_SCAN.search(body, at)
    return found.start() if found else len(body)


def _size(frame: bytes) -> tuple[int, int]:
    return int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")
