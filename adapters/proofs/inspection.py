"""Looks into a file before a clerk may: is it really what it claims to be, and harmless?"""

import io
from typing import Any

import pikepdf
from PIL import Image, UnidentifiedImageError

MAX_PIXELS = 50_000_000
ACTIVE = ("/OpenAction", "/AA", "/JS", "/EmbeddedFiles")
LAUNCH = pikepdf.Name("/Launch")
CONTAINERS = (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array)


def fault(body: bytes, media_type: str) -> str:
    """Return why the file is refused, or nothing. Reads all of it: run it off the event loop."""
    if media_type == "application/pdf":
        return _fault_of_pdf(body)
    return _fault_of_image(body)


def _fault_of_pdf(body: bytes) -> str:
    try:
        with pikepdf.open(io.BytesIO(body)) as pdf:
            if _is_active(pdf):
                return "active-content"
            return "" if len(pdf.pages) else "no-pages"
    except pikepdf.PasswordError:
        return "encrypted"
    except (pikepdf.PdfError, TypeError, ValueError):  # the latter: of another shape than a PDF's
        return "unreadable"


def _is_active(pdf: pikepdf.Pdf) -> bool:
    """Look at every object: an action may hang on a page, a link or a field of a form."""
    left: list[Any] = list(pdf.objects)
    while left:
        node = left.pop()
        if not isinstance(node, CONTAINERS):
            continue
        if isinstance(node, pikepdf.Array):
            left += [child for child in node if _is_direct(child)]
            continue
        if any(key in node for key in ACTIVE) or node.get("/S") == LAUNCH:
            return True
        left += [child for _, child in node.items() if _is_direct(child)]
    return False


def _is_direct(node: Any) -> bool:
    return isinstance(node, CONTAINERS) and not node.is_indirect


def _fault_of_image(body: bytes) -> str:
    try:
        with Image.open(io.BytesIO(body), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MAX_PIXELS:
                return "too-many-pixels"
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError, ValueError):
        return "unreadable"
    return ""
