"""Files as people send them, and as people with ill intent do."""

import io
import os
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.clamd import EICAR

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
SCRIPT = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
LAUNCH = "<< /S /Launch /F (calc.exe) >>"
PAGE = "<< /Type /Page /Parent 2 0 R {0} >>"
PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 10 10] >>"
ROOT = "<< /Type /Catalog /Pages 2 0 R {0} >>"
SECRET = b"whatever-nobody-shall-see"
DRAWING = b"0 0 9 9 re f " * 5  # a scanner counts no smaller ones


def pdf(
    root: str = "", page: str = "", trailer: str = "", *, as_root: str = ROOT, more: str = ""
) -> bytes:
    """Write a PDF by hand, as somebody with ill intent would. `more` is its fourth object."""
    objects = [as_root.format(root), PAGES, PAGE.format(page), *([more] if more else [])]
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start, size = len(out), len(objects) + 1
    return out + (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF"
    ).encode("latin-1")


def picture(kind: str, size: tuple[int, int] = (20, 20), mode: str = "RGB", **how: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **how)
    return out.getvalue()


def noisy(kind: str, size: tuple[int, int]) -> bytes:
    """A picture that nothing makes smaller."""
    out = io.BytesIO()
    Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3)).save(out, kind)
    return out.getvalue()


def chatty(kind: str) -> bytes:
    """A picture that tells more than it shows, and lies on its side."""
    told, comment = SECRET.decode(), PngInfo()
    comment.add_text("Comment", told)
    comment.add_itxt("XML:com.adobe.xmp", told)
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x8825] = 6, told, {1: "N", 2: (51.5, 0, 0), 0x1D: told}
    own = {"pnginfo": comment} if kind == "PNG" else {"comment": SECRET}
    return picture(kind, (30, 20), exif=exif, icc_profile=SECRET * 20, **own)


def claiming_to_be(width: int, height: int) -> bytes:
    """A small PNG that says it is a large one."""
    png = picture("PNG")
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png[:8] + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + png[33:]


def zipped(*, unpacked: int = 100) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/passwd", b"\0" * unpacked)
    return out.getvalue()


def encrypted(user: str) -> bytes:
    """Without a password for its user, anybody can open it."""
    out = io.BytesIO()
    with pikepdf.new() as secret:
        secret.add_blank_page()
        secret.save(out, encryption=pikepdf.Encryption(user=user, owner="kim"))
    return out.getvalue()


def with_pages(count: int) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(count):
            document.add_blank_page()
        document.save(out)
    return out.getvalue()


def showing(content: bytes, *, packed: int = 0) -> bytes:
    """A PDF whose page shows this, packed so many times."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        stream = pikepdf.Stream(document, b"")
        for _ in range(packed):
            content = zlib.compress(content)
        stream.write(content, filter=pikepdf.Array([pikepdf.Name.FlateDecode] * packed))
        document.pages[0].Contents = stream
        document.save(out, compress_streams=False)
    return out.getvalue()


def of_pieces(count: int, last: bytes = EICAR) -> bytes:
    """A page that refers to very many drawings, and what matters is in the last of them."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        drawings = [DRAWING] * (count - 1) + [last]
        document.pages[0].Resources = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(
                {
                    f"/X{number:05}": pikepdf.Stream(
                        document,
                        drawing,
                        Type=pikepdf.Name.XObject,
                        Subtype=pikepdf.Name.Form,
                        BBox=[0, 0, 1, 1],
                    )
                    for number, drawing in enumerate(drawings)
                }
            )
        )
        document.save(out)
    return out.getvalue()


def infected() -> bytes:
    """A sound PDF that shows what every scanner takes for a virus."""
    return showing(EICAR)


def bomb_of_bytes(megabytes: int = 1000) -> bytes:
    return showing(b"\0" * (megabytes << 20), packed=1)


def bomb_in_a_bomb() -> bytes:
    return showing(b"\0" * (300 << 20), packed=2)


def bomb_of_objects(objects: int) -> bytes:
    """A few kilobytes that unfold to very many objects."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        many = pikepdf.Array([pikepdf.Dictionary()] * objects)
        document.pages[0].Resources = pikepdf.Dictionary(Many=many)
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            recompress_flate=True,
        )
    return out.getvalue()


def readable(pdf_file: bytes) -> bytes:
    """All that is in a PDF, unpacked."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_file)) as document:
        document.save(
            out,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
    return out.getvalue()
