"""Whatever a file does to the one who looks into it, it does it in a process of its own."""

import io
import time

import pikepdf
import pytest

from adapters.proofs import confined
from adapters.proofs.confined import TOO_COMPLEX, confined_fault
from tests.adapters.test_inspection import PDF, PNG, pdf, picture


def bomb(objects: int) -> bytes:
    """A few kilobytes that unfold to very many objects."""
    with pikepdf.new() as document:
        document.add_blank_page()
        document.Root.Many = pikepdf.Array([pikepdf.Dictionary()] * objects)
        out = io.BytesIO()
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            recompress_flate=True,
        )
    return out.getvalue()


async def test_a_harmless_file_is_found_harmless() -> None:
    assert await confined_fault(picture("PNG"), PNG) == ""
    assert await confined_fault(pdf(), PDF) == ""


async def test_a_fault_is_told() -> None:
    assert await confined_fault(b"%PDF-1.4 nothing", PDF) == "unreadable"


async def test_a_file_that_unfolds_without_end_is_refused_in_bounded_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(confined, "SECONDS", 2)
    content, started = bomb(400_000), time.monotonic()
    assert len(content) < 100_000
    assert await confined_fault(content, PDF) == TOO_COMPLEX
    assert time.monotonic() - started < 10
