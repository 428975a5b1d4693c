"""Looks into a file before a clerk may: is it really what it claims to be, and harmless?"""

import io

import pikepdf
from PIL import Image, UnidentifiedImageError

CHECKED_BY = "content-check-1"
MAX_PIXELS = 50_000_000
ACTIVE = ("/OpenAction", "/AA")


def fault(body: bytes, media_type: str) -> str:
    """Return why the file is refused, or nothing. Reads all of it: run it off the event loop."""
    if media_type == "application/pdf":
        return _fault_of_pdf(body)
    return _fault_of_image(body)


def _fault_of_pdf(body: bytes) -> str:
    try:
        with pikepdf.open(io.BytesIO(body)) as pdf:
            if any(key in pdf.Root for key in ACTIVE) or _carries_scripts(pdf):
                return "active-content"
            return "" if len(pdf.pages) else "no-pages"
    except pikepdf.PasswordError:
        return "encrypted"
    except pikepdf.PdfError:
        return "unreadable"


def _carries_scripts(pdf: pikepdf.Pdf) -> bool:
    names = pdf.Root.get("/Names", pikepdf.Dictionary())
    return "/JavaScript" in names or "/EmbeddedFiles" in names


def _fault_of_image(body: bytes) -> str:
    try:
        with Image.open(io.BytesIO(body), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MAX_PIXELS:
                return "too-many-pixels"
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError, ValueError):
        return "unreadable"
    return ""
