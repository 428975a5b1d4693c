"""Pictures inside a PDF: what they tell besides is gone, and their own size is what counts."""

from collections.abc import Callable, Mapping
from typing import Any

import pikepdf

from adapters.proofs.errors import ProofHasTooManyPixels, ProofTooComplex
from adapters.proofs.jpeg import bare_jpeg
from adapters.proofs.jpeg2000 import bare_jpeg2000
from adapters.proofs.packed_streams import filters_of
from adapters.proofs.unpacking import MAX_PIXELS

Bare = Callable[[bytes], tuple[bytes, tuple[int, int]]]
BARE: Mapping[str, Bare] = {
    "/DCTDecode": bare_jpeg,
    "/DCT": bare_jpeg,
    "/JPXDecode": bare_jpeg2000,
}


def bare_picture(stream: pikepdf.Stream) -> None:
    """Raise ProofHasTooManyPixels, ProofUnreadable or ProofTooComplex."""
    filters = filters_of(stream)
    pictured = [name for name in filters if name in BARE]
    if not pictured:
        return
    if pictured != filters[-1:]:
        raise ProofTooComplex
    body, (wide, high) = BARE[pictured[0]](_unwrapped(stream, filters))
    require_few_pixels(wide, high)
    how = _parameters(stream, filters)
    stream.write(body, filter=pikepdf.Name(filters[-1]), decode_parms=how)
    # Viewers differ in whom they believe; now there is only one answer.
    stream.Width, stream.Height = wide, high


def require_few_pixels(wide: int, high: int) -> None:
    if wide * high > MAX_PIXELS:
        raise ProofHasTooManyPixels


def _unwrapped(stream: pikepdf.Stream, filters: list[str]) -> bytes:
    """The picture's own file, out of what it may have been packed into."""
    raw = stream.read_raw_bytes()
    if len(filters) == 1:
        return raw
    names = pikepdf.Array([pikepdf.Name(name) for name in filters[:-1]])
    with pikepdf.new() as aside:
        wrapped = pikepdf.Stream(aside, b"")
        wrapped.write(raw, filter=names)
        return wrapped.read_bytes()


def _parameters(stream: pikepdf.Stream, filters: list[str]) -> Any:
    """Of its last filter."""
    found: Any = stream.get("/DecodeParms")
    if isinstance(found, pikepdf.Array):
        found = found[len(filters) - 1] if len(found) == len(filters) else None
    return found if isinstance(found, pikepdf.Dictionary) else None
