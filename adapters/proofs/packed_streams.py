"""Counts what is packed in the streams of a PDF, piece by piece, and stops where it is too much."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf

from adapters.proofs.errors import ProofTooComplex, ProofUnpacksTooLarge
from adapters.proofs.unpacking import MAX_UNPACKED

PIECE = 256 * 1024
FLATE = {"/FlateDecode", "/Fl"}
# How many bytes one may become at most; what is not named here is a picture, and counted in pixels.
GROWS = {"/LZWDecode": 1400, "/LZW": 1400, "/RunLengthDecode": 64, "/RL": 64}
TEXTS = {"/ASCIIHexDecode", "/AHx", "/ASCII85Decode", "/A85"}
MOST_FILTERS = 4


def require_unpacks_small(streams: Iterable[pikepdf.Stream]) -> None:
    """Raise ProofUnpacksTooLarge, or ProofTooComplex for a stream that is packed over and over."""
    left = MAX_UNPACKED
    for stream in streams:
        for piece in _unpacked(stream):
            left -= piece
            if left < 0:
                raise ProofUnpacksTooLarge


def _unpacked(stream: pikepdf.Stream) -> Iterator[int]:
    """Yield the sizes of its pieces."""
    filters = filters_of(stream)
    if len(filters) > MOST_FILTERS:
        raise ProofTooComplex
    pieces: Iterator[bytes] = iter([stream.read_raw_bytes()])
    grows, wrapped = 1, False
    for name in filters:
        if name in FLATE and (wrapped or grows > 1):
            # Within another one, which only the library unpacks: all at once, within its limits.
            yield len(stream.read_bytes())
            return
        pieces = _inflated(pieces) if name in FLATE else pieces
        grows, wrapped = grows * GROWS.get(name, 1), wrapped or name in TEXTS
    for piece in pieces:
        yield len(piece) * grows


def filters_of(stream: pikepdf.Stream) -> list[str]:
    found: Any = stream.get("/Filter")
    if found is None:
        return []
    named = list(found) if isinstance(found, pikepdf.Array) else [found]
    return [str(name) for name in named]


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """As far as it can be read; viewers show as much of a damaged stream."""
    inflate = zlib.decompressobj()
    for piece in pieces:
        waiting = piece
        while waiting and not inflate.eof:
            try:
                yield inflate.decompress(waiting, PIECE)
            except zlib.error:
                return
            waiting = inflate.unconsumed_tail
