"""Puts the pages of a PDF into a new one: what is seen stays, nothing acts by itself.

Named is what is kept, not what is dropped: scripts, actions, attachments, forms, metadata,
signatures and what lies before or behind the document have no way into the new one.
"""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

from adapters.proofs.attached import take_out_attachments
from adapters.proofs.errors import (
    ProofHasNoPages,
    ProofHasTooManyPieces,
    ProofIsEncrypted,
)
from adapters.proofs.inner_pictures import bare_picture, require_few_pixels
from adapters.proofs.packed_streams import require_unpacks_small

MAX_PAGES = 500
# Of each a virus scanner makes a file; clamd looks into 10,000 at most, and is slow over many.
MAX_PIECES = 2000
DEEPEST_TREE = 50
OF_A_PAGE = {
    "/Type", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group",
}  # fmt: skip
INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
# External files, other documents, private data of programs; /F names a file outside.
NOT_OF_A_STREAM = (
    "/F", "/FFilter", "/FDecodeParms", "/AF", "/Metadata", "/PieceInfo", "/OPI", "/Ref", "/PS",
)  # fmt: skip


def clean_document(body: bytes) -> bytes:
    """Raise a kind of ProofNotTaken, or whatever the library raises."""
    try:
        with pikepdf.open(io.BytesIO(body)) as found, pikepdf.new() as anew:
            _require_pages(found)
            _flatten(found)
            pages = [page.obj for page in found.pages]
            for page in pages:
                _keep_only_what_is_seen(page)
                anew.pages.append(pikepdf.Page(page))
            _require_few_pieces(anew)
            for stream in _streams(anew):
                _disarm(stream)
            take_out_attachments(anew)
            require_unpacks_small(_streams(anew))
            for stream in _streams(anew):
                bare_picture(stream)
            return _saved(anew)
    except pikepdf.PasswordError:
        raise ProofIsEncrypted from None


def _require_pages(found: pikepdf.Pdf) -> None:
    if not 0 < len(found.pages) <= MAX_PAGES:
        raise ProofHasNoPages


def _require_few_pieces(anew: pikepdf.Pdf) -> None:
    if sum(1 for _ in _streams(anew)) > MAX_PIECES:
        raise ProofHasTooManyPieces


def _flatten(found: pikepdf.Pdf) -> None:
    """What was filled into a form, and notes on a page, become part of the page."""
    form = found.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary):
        found.generate_appearance_streams()
    if any("/Annots" in page.obj for page in found.pages):
        found.flatten_annotations("screen")


def _keep_only_what_is_seen(page: Any) -> None:
    for key in INHERITED:
        if key not in page and (value := _inherited(page, key)) is not None:
            page[key] = value
    for key in set(page.keys()) - OF_A_PAGE - {"/Parent"}:
        del page[key]


def _inherited(page: Any, key: str) -> Any:
    node = page
    for _ in range(DEEPEST_TREE):
        node = node.get("/Parent")
        if not isinstance(node, pikepdf.Dictionary):
            return None
        if key in node:
            return node[key]
    return None


def _streams(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Stream]:
    return (one for one in pdf.objects if isinstance(one, pikepdf.Stream))


def _disarm(stream: pikepdf.Stream) -> None:
    if _is_postscript(stream):
        stream.write(b"")
    if stream.get("/Subtype") == "/Image":
        require_few_pixels(int(stream.get("/Width", 0)), int(stream.get("/Height", 0)))
    for key in NOT_OF_A_STREAM:
        if key in stream:
            del stream[key]


def _is_postscript(stream: pikepdf.Stream) -> bool:
    return "/PS" in (stream.get("/Subtype"), stream.get("/Subtype2"))


def _saved(anew: pikepdf.Pdf) -> bytes:
    """The same file is cleaned to the same bytes."""
    out = io.BytesIO()
    anew.save(
        out,
        deterministic_id=True,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return out.getvalue()
