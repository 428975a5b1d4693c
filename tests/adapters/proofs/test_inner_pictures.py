"""A photo inside a PDF is seen as before, and tells no more than a photo that came alone."""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
import pytest
from PIL import Image

from adapters.proofs.cleaning import cleaned, cleaner_of
from adapters.proofs.errors import ProofHasTooManyPixels, ProofTooComplex, ProofUnreadable
from adapters.proofs.jpeg import bare_jpeg
from adapters.proofs.jpeg2000 import bare_jpeg2000
from tests import files
from tests.files import PDF, SECRET, pdf, picture

DCT, JPX, FLATE = "/DCTDecode", "/JPXDecode", "/FlateDecode"
BEHIND = b"PK\x03\x04" + SECRET
COMMENT = struct.pack(">HHH", 0xFF64, 4 + len(SECRET), 1) + SECRET


def holding(body: bytes, *filters: str, size: tuple[int, int] = (30, 20)) -> bytes:
    """A PDF whose page shows this picture."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        shown = pikepdf.Stream(
            document, b"", Subtype=pikepdf.Name.Image, ColorSpace=pikepdf.Name.DeviceRGB
        )
        shown.Width, shown.Height, shown.BitsPerComponent = *size, 8
        shown.write(body, filter=pikepdf.Array([pikepdf.Name(name) for name in filters]))
        document.pages[0].Resources = pikepdf.Dictionary(XObject={"/X": shown})
        document.save(out, compress_streams=False)
    return out.getvalue()


@contextmanager
def kept(body: bytes) -> Iterator[pikepdf.Object]:
    with pikepdf.open(io.BytesIO(cleaned(body, cleaner_of(PDF)))) as document:
        yield document.pages[0].Resources.XObject["/X"]


def pixels(body: bytes) -> bytes:
    return Image.open(io.BytesIO(body)).tobytes()


def chatty_jpeg(**how: object) -> bytes:
    out, told = io.BytesIO(), Image.open(io.BytesIO(files.chatty("JPEG")))
    drawn = Image.effect_noise((30, 20), 90).convert("RGB")
    drawn.save(out, "JPEG", exif=told.getexif(), comment=SECRET, icc_profile=SECRET * 20, **how)
    return out.getvalue() + BEHIND


def jpeg2000(*, raw: bool) -> bytes:
    out = io.BytesIO()
    drawn = Image.effect_noise((30, 20), 90).convert("RGB")
    drawn.save(out, "JPEG2000", no_jp2=raw, comment=SECRET.decode())
    return out.getvalue()


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"restart_marker_blocks": 1}])
def test_of_a_jpeg_every_pixel_is_kept_and_nothing_besides(how: dict[str, object]) -> None:
    body = chatty_jpeg(**how)
    bare, size = bare_jpeg(body)
    assert size == (30, 20)
    assert SECRET in body
    assert SECRET not in bare
    assert pixels(bare) == pixels(body)
    assert not Image.open(io.BytesIO(bare)).getexif()


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_jpeg_in_other_colours_keeps_them(mode: str) -> None:
    body = picture("JPEG", mode=mode)
    assert pixels(bare_jpeg(body)[0]) == pixels(body)


def test_the_small_picture_of_a_jpeg_is_gone() -> None:
    body = picture("JPEG")
    begins = body.index(b"JFIF\0") - 4
    small = b"\xff\xe0" + struct.pack(">H", 16 + len(SECRET)) + body[begins + 4 : begins + 16]
    with_it = body[:begins] + small + b"\x03\x02" + SECRET + body[begins + 18 :]
    assert pixels(with_it) == pixels(body)
    assert bare_jpeg(with_it) == bare_jpeg(body)


@pytest.mark.parametrize("raw", [True, False])
def test_of_a_jpeg_2000_every_pixel_is_kept_and_nothing_besides(*, raw: bool) -> None:
    body = jpeg2000(raw=raw)
    box = struct.pack(">I", 8 + len(SECRET)) + b"uuid" + SECRET
    found = body + (BEHIND if raw else box)
    assert found.count(SECRET) == 2
    bare, size = bare_jpeg2000(found)
    assert size == (30, 20)
    assert SECRET not in bare
    assert pixels(bare) == pixels(body)


def test_a_comment_within_a_tile_is_overwritten() -> None:
    body = jpeg2000(raw=True)
    at = body.index(b"\xff\x90")
    long = struct.unpack(">I", body[at + 6 : at + 10])[0] + len(COMMENT)
    tile = body[at : at + 6] + struct.pack(">I", long) + body[at + 10 : at + 12]
    found = body[:at] + tile + COMMENT + body[at + 12 :]
    bare, _ = bare_jpeg2000(found)
    assert SECRET not in bare
    assert pixels(bare) == pixels(body)


@pytest.mark.parametrize(
    ("body", "filters"),
    [
        (chatty_jpeg(), (DCT,)),
        (zlib.compress(chatty_jpeg()), (FLATE, DCT)),
        (chatty_jpeg().hex().encode() + b">", ("/ASCIIHexDecode", DCT)),
        (jpeg2000(raw=False), (JPX,)),
    ],
)
def test_a_photo_in_a_pdf_tells_nothing_besides(body: bytes, filters: tuple[str, ...]) -> None:
    with kept(holding(body, *filters)) as shown:
        left = shown.read_raw_bytes()
        assert shown.Filter == filters[-1]
    assert SECRET not in left
    assert Image.open(io.BytesIO(left)).size == (30, 20)


def test_a_photo_has_the_size_that_it_has_not_the_one_it_is_said_to_have() -> None:
    with kept(holding(picture("JPEG", (30, 20)), DCT, size=(1, 1))) as shown:
        assert (int(shown.Width), int(shown.Height)) == (30, 20)


def claiming_jpeg(width: int, height: int) -> bytes:
    body = picture("JPEG")
    at = body.index(b"\xff\xc0") + 5
    return body[:at] + struct.pack(">HH", height, width) + body[at + 4 :]


def claiming_jpeg2000(width: int, height: int) -> bytes:
    body = jpeg2000(raw=True)
    return body[:8] + struct.pack(">II", width, height) + body[16:]


@pytest.mark.parametrize(
    ("body", "filters"),
    [
        (claiming_jpeg(60_000, 60_000), (DCT,)),
        (zlib.compress(claiming_jpeg(60_000, 60_000)), (FLATE, DCT)),
        (claiming_jpeg2000(60_000, 60_000), (JPX,)),
    ],
)
def test_a_large_photo_that_is_said_to_be_small_is_refused(
    body: bytes, filters: tuple[str, ...]
) -> None:
    with pytest.raises(ProofHasTooManyPixels):
        cleaned(holding(body, *filters, size=(1, 1)), cleaner_of(PDF))


@pytest.mark.parametrize(
    ("body", "filters"),
    [
        (b"", (DCT,)),
        (SECRET, (DCT,)),
        (picture("JPEG")[:20], (DCT,)),
        (claiming_jpeg(0, 20), (DCT,)),
        (b"", (JPX,)),
        (SECRET, (JPX,)),
        (jpeg2000(raw=True)[:30], (JPX,)),
        (jpeg2000(raw=False)[:60], (JPX,)),
        (claiming_jpeg2000(0, 20), (JPX,)),
    ],
)
def test_a_photo_that_cannot_be_read_is_refused(body: bytes, filters: tuple[str, ...]) -> None:
    with pytest.raises(ProofUnreadable):
        cleaned(holding(body, *filters), cleaner_of(PDF))


def test_a_photo_that_is_packed_within_is_refused() -> None:
    with pytest.raises(ProofTooComplex):
        cleaned(holding(picture("JPEG"), DCT, FLATE), cleaner_of(PDF))


FILE = "<< /Type /Filespec /F (x) /EF << /F 4 0 R >> >>"
FILE_BY_ANOTHER_NAME = "<< /F (x) /EF << /F 4 0 R >> >>"
SCRIPT = "<< /S /JavaScript /JS (calc) >>"


@pytest.mark.parametrize(
    "resources",
    [
        f"/Properties << /M << /MCAF [{FILE}] >> >>",
        f"/Properties << /M << /AF {FILE} >> >>",
        f"/Properties << /M << /X [[{FILE_BY_ANOTHER_NAME}]] >> >>",
        f"/Font << /F << /Type /Font /X {FILE} >> >>",
        "/Font << /EF << /Type /Font /F 4 0 R >> /AF << /Type /Font /EF << /F 4 0 R >> >> >>",
        f"/ExtGState << /G << /X [{SCRIPT}] /AA << /O {SCRIPT} >> >> >>",
        "/Properties << /M << /Metadata 4 0 R >> >>",
    ],
)
def test_what_a_page_drags_along_in_its_resources_is_gone(resources: str) -> None:
    attached = "<< /Type /EmbeddedFile /Length 4 >>\nstream\ncalc\nendstream"
    left = cleaned(pdf(page=f"/Resources << {resources} >>", more=attached), cleaner_of(PDF))
    words = (b"/EF", b"Filespec", b"EmbeddedFile", b"calc", b"/JS", b"/AA", b"/Metadata")
    assert [word for word in words if word in files.readable(left)] == []


@pytest.mark.parametrize("name", ["/AA", "/AF", "/JS", "/F", "/A", "/S", "/MCAF"])
def test_a_font_may_be_called_like_an_action(name: str) -> None:
    font = f"{name} << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    left = cleaned(pdf(page=f"/Resources << /Font << {font} >> >>"), cleaner_of(PDF))
    with pikepdf.open(io.BytesIO(left)) as document:
        assert document.pages[0].Resources.Font[name].BaseFont == "/Helvetica"
