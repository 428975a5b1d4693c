"""Of a file only what it shows is kept; what cannot be read is refused, and nothing is an error."""

import io
from hashlib import sha256

import pikepdf
import pytest
from PIL import Image, ImageCms

from adapters.proofs.cleaning import cleaned, cleaner_of
from adapters.proofs.documents import MAX_PIECES
from adapters.proofs.errors import (
    ProofHasNoPages,
    ProofHasTooManyPieces,
    ProofHasTooManyPixels,
    ProofIsEncrypted,
    ProofNotTaken,
    ProofTooComplex,
    ProofUnpacksTooLarge,
    ProofUnreadable,
)
from tests import files
from tests.files import JPEG, LAUNCH, PDF, PNG, SCRIPT, SECRET, claiming_to_be, pdf, picture

ACTIVE = (
    b"JavaScript", b"/JS", b"/AA", b"/OpenAction", b"/Launch", b"EmbeddedFile", b"/Names",
    b"/Annots", b"/AcroForm", b"XFA", b"calc.exe", b"app.alert", b"/URI", b"/AF", b"RichMedia",
)  # fmt: skip


def clean(body: bytes, media_type: str) -> bytes:
    return cleaned(body, cleaner_of(media_type))


def seen(body: bytes, media_type: str) -> Image.Image:
    return Image.open(io.BytesIO(clean(body, media_type)))


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize(
    "body",
    [
        pdf(f"/OpenAction {SCRIPT}"),
        pdf(f"/Names << /JavaScript << /Names [(x) {SCRIPT}] >> >>"),
        pdf("/Names << /EmbeddedFiles << /Names [(a) << /EF << /F 4 0 R >> >>] >> >>",
            more="<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream"),
        pdf("/AF [<< /Type /Filespec /EF << /F 4 0 R >> >>] /Collection << >>"),
        pdf("/AcroForm << /Fields [] /XFA (x) >>"),
        pdf(page=f"/AA << /O {SCRIPT} >>"),
        pdf(page=f"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] /A {SCRIPT} >>]"),
        pdf(page=f"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] /A {LAUNCH} >>]"),
        pdf(page="/Annots [<< /Subtype /Link /Rect [0 0 1 1] /A << /S /URI /URI (http://x) >> >>]"),
        pdf(page="/Annots [<< /Subtype /RichMedia /Rect [0 0 1 1] /RichMediaContent << >> >>]"),
        pdf(page="/Annots [<< /Subtype /FileAttachment /Rect [0 0 1 1] /FS (calc.exe) >>]"),
    ],
)  # fmt: skip
def test_a_pdf_that_acts_by_itself_acts_no_more(body: bytes) -> None:
    left = files.readable(clean(body, PDF))
    assert [word for word in ACTIVE if word in left] == []
    with pikepdf.open(io.BytesIO(left)) as document:
        assert [float(edge) for edge in document.pages[0].mediabox] == [0, 0, 10, 10]


def test_what_a_form_and_a_note_show_stays_on_the_page() -> None:
    look = "<< /Subtype /Form /BBox [0 0 5 5] /Length 9 >>\nstream\n(shown)Tj\nendstream"
    note = "<< /Subtype /Stamp /Rect [0 0 5 5] /F 4 /AP << /N 4 0 R >> >>"
    left = files.readable(clean(pdf(page=f"/Annots [{note}]", more=look), PDF))
    assert b"(shown)Tj" in left


def test_pages_are_shown_as_before() -> None:
    with pikepdf.open(io.BytesIO(clean(files.showing(b"0 0 9 9 re f", packed=2), PDF))) as document:
        assert document.pages[0].Contents.read_bytes() == b"0 0 9 9 re f"


def test_what_a_pdf_tells_of_its_author_is_gone() -> None:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Author"] = SECRET.decode()
        with document.open_metadata() as metadata:
            metadata["dc:creator"] = [SECRET.decode()]
        document.save(out)
    assert SECRET not in files.readable(clean(out.getvalue(), PDF))


def test_a_file_outside_and_a_program_for_printers_are_left_out() -> None:
    outside = "<< /Type /XObject /Subtype /PS /F (//evil/x) /Length 4 >>\nstream\nexit\nendstream"
    left = clean(pdf(page="/Resources << /XObject << /X 4 0 R >> >>", more=outside), PDF)
    assert not {w for w in (b"evil", b"exit") if w in files.readable(left)}


def test_the_same_file_is_cleaned_to_the_same_bytes() -> None:
    for body, media_type in ((pdf(), PDF), (picture("PNG"), PNG), (picture("JPEG"), JPEG)):
        first, second = (sha256(clean(body, media_type)).hexdigest() for _ in range(2))
        assert first == second


@pytest.mark.parametrize("root", ["/Names 5", "/Names [1]", "/Names (x)", "/Names null"])
def test_a_pdf_of_an_odd_shape_is_no_error(root: str) -> None:
    assert clean(pdf(root), PDF).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.4\n",
        pdf(as_root="5"),
        pdf(as_root="[1]"),
        pdf(as_root="(x)"),
        pdf("/X " + "[" * 20_000 + "]" * 20_000),
        pdf()[:60],
    ],
)
def test_a_pdf_that_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(ProofNotTaken):
        clean(body, PDF)


def test_a_pdf_that_opens_with_a_password_only_is_refused_with_advice() -> None:
    with pytest.raises(ProofIsEncrypted, match="without one"):
        clean(files.encrypted("kim"), PDF)


def test_a_pdf_that_anybody_can_open_is_kept_without_its_encryption() -> None:
    with pikepdf.open(io.BytesIO(clean(files.encrypted(""), PDF))) as document:
        assert not document.is_encrypted


@pytest.mark.parametrize("pages", [0, 501])
def test_a_pdf_without_pages_or_with_very_many_is_refused(pages: int) -> None:
    with pytest.raises(ProofHasNoPages):
        clean(files.with_pages(pages), PDF)


@pytest.mark.parametrize("packed", [1, 2])
def test_what_is_packed_in_a_pdf_is_counted_before_anybody_unpacks_it(packed: int) -> None:
    with pytest.raises(ProofUnpacksTooLarge):
        clean(files.showing(b"\0" * (201 << 20), packed=packed), PDF)
    assert clean(files.showing(b"\0" * (1 << 20), packed=packed), PDF)


@pytest.mark.parametrize("pieces", [1999, 2001])
def test_more_pieces_than_a_scanner_looks_into_are_refused(pieces: int) -> None:
    body = files.of_pieces(pieces)
    if pieces <= MAX_PIECES:
        assert clean(body, PDF)
        return
    with pytest.raises(ProofHasTooManyPieces, match="scan it anew"):
        clean(body, PDF)


def test_what_is_packed_over_and_over_is_refused() -> None:
    with pytest.raises(ProofTooComplex):
        clean(files.showing(b"0 0 9 9 re f", packed=5), PDF)


def test_a_picture_inside_a_pdf_has_a_limit_as_well() -> None:
    large = (
        "<< /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceGray"
        " /Filter /DCTDecode /Length 2 >>\nstream\nxx\nendstream"
    )
    with pytest.raises(ProofHasTooManyPixels):
        clean(pdf(page="/Resources << /XObject << /X 4 0 R >> >>", more=large), PDF)


@pytest.mark.parametrize(
    ("kind", "media_type", "mode", "becomes"),
    [
        ("JPEG", JPEG, "RGB", "RGB"),
        ("JPEG", JPEG, "L", "L"),
        ("JPEG", JPEG, "CMYK", "RGB"),
        ("PNG", PNG, "1", "1"),
        ("PNG", PNG, "L", "L"),
        ("PNG", PNG, "LA", "LA"),
        ("PNG", PNG, "P", "RGB"),
        ("PNG", PNG, "RGBA", "RGBA"),
        ("PNG", PNG, "I;16", "L"),
    ],
)
def test_a_picture_is_kept_as_screens_show_it(
    kind: str, media_type: str, mode: str, becomes: str
) -> None:
    kept = seen(picture(kind, (30, 20), mode), media_type)
    assert (kept.mode, kept.size, kept.format) == (becomes, (30, 20), kind)


def test_sixteen_bits_keep_their_shades() -> None:
    out = io.BytesIO()
    Image.frombytes("I;16", (2, 1), (0x8000).to_bytes(2, "little") + b"\xff\xff").save(out, "PNG")
    kept = seen(out.getvalue(), PNG)
    assert [kept.getpixel((x, 0)) for x in (0, 1)] == [0x80, 0xFF]


def test_of_a_picture_that_moves_the_first_one_is_kept() -> None:
    frames = [Image.new("RGB", (30, 20), color) for color in ("red", "blue")]
    for kind, media_type in (("PNG", PNG), ("MPO", JPEG)):
        out = io.BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:])
        kept = seen(out.getvalue(), media_type)
        assert getattr(kept, "n_frames", 1) == 1
        assert kept.convert("RGB").getpixel((5, 5))[0] > 250


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", JPEG), ("PNG", PNG)])
def test_a_picture_stands_upright_and_tells_nothing_besides(kind: str, media_type: str) -> None:
    body = files.chatty(kind)
    assert SECRET in body
    kept = clean(body, media_type)
    assert SECRET not in kept
    image = Image.open(io.BytesIO(kept))
    assert image.size == (20, 30)
    assert not dict(image.getexif())
    assert not {"icc_profile", "exif", "comment", "Comment", "xmp"} & set(image.info)


def test_a_colour_profile_is_left_out() -> None:
    assert b"sRGB" not in clean(picture("PNG", icc_profile=profile()), PNG)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [(picture("JPEG"), JPEG), (picture("PNG"), PNG), (pdf(), PDF)],
)
def test_a_file_that_is_two_at_once_loses_its_other_half(body: bytes, media_type: str) -> None:
    for other in (files.zipped(), b"<script>alert(1)</script>", pdf(f"/OpenAction {SCRIPT}")):
        kept = clean(body + other, media_type) if other[:4] != b"%PDF" or media_type != PDF else b""
        assert not {w for w in (b"PK\x03\x04", b"<script>", b"/OpenAction") if w in kept}


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked() -> None:
    for width, height in ((1, 60_000_000), (8000, 8000), (2**31 - 1, 2**31 - 1)):
        with pytest.raises(ProofHasTooManyPixels):
            clean(claiming_to_be(width, height), PNG)


@pytest.mark.parametrize("body", [picture("PNG")[:40], claiming_to_be(0, 0), picture("PNG")[8:]])
def test_a_picture_that_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(ProofUnreadable):
        clean(body, PNG)


def test_a_picture_of_another_kind_is_refused_whatever_it_is_called() -> None:
    for other in (picture("GIF"), picture("JPEG"), picture("TIFF")):
        with pytest.raises(ProofUnreadable):
            clean(other, PNG)
