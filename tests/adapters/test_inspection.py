"""A proof is what it claims to be and does nothing by itself, or it is refused; never an error."""

import io
import struct
import zlib

import pikepdf
import pytest
from PIL import Image

from adapters.proofs.inspection import fault

SCRIPT = "<< /S /JavaScript /JS (app.alert(1)) >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] {0} >>"
PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
ROOT = "<< /Type /Catalog /Pages 2 0 R {0} >>"
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"


def pdf(root: str = "", page: str = "", trailer: str = "", *, as_root: str = ROOT) -> bytes:
    """Write a PDF by hand, as somebody with ill intent would."""
    objects = (as_root.format(root), PAGES, PAGE.format(page))
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(out)
    return out + (
        f"xref\n0 4\n0000000000 65535 f \n{table}"
        f"trailer << /Size 4 /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF"
    ).encode("latin-1")


def picture(kind: str, size: tuple[int, int] = (20, 20)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, kind)
    return out.getvalue()


def claiming_to_be(width: int, height: int) -> bytes:
    """A small PNG that says it is a large one."""
    png = picture("PNG")
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png[:8] + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + png[33:]


@pytest.mark.parametrize(
    ("body", "media_type"), [(pdf(), PDF), (picture("PNG"), PNG), (picture("JPEG"), JPEG)]
)
def test_a_plain_file_is_clean(body: bytes, media_type: str) -> None:
    assert fault(body, media_type) == ""


@pytest.mark.parametrize(
    "body",
    [
        pdf(f"/OpenAction {SCRIPT}"),
        pdf(f"/Names << /JavaScript << /Names [(x) {SCRIPT}] >> >>"),
        pdf("/Names << /EmbeddedFiles << /Names [] >> >>"),
        pdf(page=f"/AA << /O {SCRIPT} >>"),
        pdf(page=f"/Annots [<< /Type /Annot /Subtype /Link /A {SCRIPT} >>]"),
        pdf(page="/Annots [<< /Type /Annot /A << /S /Launch /F (calc.exe) >> >>]"),
    ],
)
def test_a_pdf_that_acts_by_itself_is_refused(body: bytes) -> None:
    assert fault(body, PDF) == "active-content"


@pytest.mark.parametrize("root", ["/Names 5", "/Names [1]", "/Names (x)", "/Names null"])
def test_a_pdf_of_an_odd_shape_is_no_error(root: str) -> None:
    assert fault(pdf(root), PDF) == ""


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
    assert fault(body, PDF) == "unreadable"


def test_an_encrypted_pdf_is_refused() -> None:
    out = io.BytesIO()
    with pikepdf.new() as secret:
        secret.add_blank_page()
        secret.save(out, encryption=pikepdf.Encryption(user="kim", owner="kim"))
    assert fault(out.getvalue(), PDF) == "encrypted"


def test_a_pdf_without_a_page_proves_nothing() -> None:
    out = io.BytesIO()
    with pikepdf.new() as empty:
        empty.save(out)
    assert fault(out.getvalue(), PDF) == "no-pages"


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    assert fault(claiming_to_be(1, 60_000_000), PNG) == "too-many-pixels"
    assert fault(claiming_to_be(2**31 - 1, 2**31 - 1), PNG) == "unreadable"


@pytest.mark.parametrize("body", [picture("PNG")[:40], claiming_to_be(0, 0), picture("PNG")[8:]])
def test_a_picture_that_cannot_be_read_is_refused(body: bytes) -> None:
    assert fault(body, PNG) == "unreadable"


def test_a_picture_of_another_kind_is_refused_whatever_it_is_called() -> None:
    assert fault(picture("GIF"), PNG) == "unreadable"
