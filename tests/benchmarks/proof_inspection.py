"""Files a second that are cleaned in confinement and sealed, beside the same without either."""

import asyncio
import io
import os
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pikepdf
import uvloop
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from PIL import Image

from adapters.personal_data.sealing import DataKey
from adapters.proofs.cleaning import cleaned, cleaner_of
from adapters.proofs.confined import clean_confined
from adapters.proofs.files import local_files
from adapters.proofs.sealed_files import seal_file
from tests.benchmarks.figure import Figure, throughput
from tests.benchmarks.measure import Timing, concurrently, median_run
from tests.benchmarks.server import Bench

FILES, AT_ONCE = 24, 2
KEY = DataKey(UUID(int=1), "05513000", AESGCM(bytes(32)))
File = tuple[int, bytes, str]


def proof_inspection(bench: Bench) -> list[Figure]:
    ours, theirs = list[Timing](), list[Timing]()
    many = bench.amount(FILES)
    for _ in bench.runs():
        with TemporaryDirectory() as folder:
            files = [(n, *file) for n, file in enumerate(islice(cycle(samples()), many))]
            theirs.append(uvloop.run(trusted(files, Path(folder))))
            ours.append(uvloop.run(inspected(files, Path(folder))))
    baseline = "the same files cleaned by threads of our own, and kept unsealed"
    return [
        throughput("proof_inspection", "files/s", median_run(ours), baseline, median_run(theirs))
    ]


def samples() -> list[tuple[bytes, str]]:
    """A photo of 12 megapixels, a screenshot, and a letter of two pages."""
    return [
        (photo("JPEG", (4000, 3000)), "image/jpeg"),
        (photo("PNG", (1200, 800)), "image/png"),
        (letter(), "application/pdf"),
    ]


def photo(kind: str, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    coarse = (size[0] // 20, size[1] // 20)
    noise = Image.frombytes("RGB", coarse, os.urandom(coarse[0] * coarse[1] * 3))
    noise.resize(size).save(out, kind)
    return out.getvalue()


def letter() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(2):
            document.add_blank_page()
            text = b"BT (Studienbescheinigung) Tj ET\n" * 200
            document.pages[-1].Contents = pikepdf.Stream(document, text)
        document.save(out)
    return out.getvalue()


async def inspected(files: list[File], folder: Path) -> Timing:
    store = local_files(folder / "sealed")

    async def inspect(file: File) -> None:
        number, body, media_type = file
        clean = await clean_confined(body, media_type)
        name = f"{KEY.stream_id}/{number}"
        await store.keep(name, await asyncio.to_thread(seal_file, KEY, name, clean.body))

    return await concurrently(files, AT_ONCE, inspect)


async def trusted(files: list[File], folder: Path) -> Timing:
    """As if no file could do any harm to who takes it apart."""
    store = local_files(folder / "unsealed")

    async def clean(file: File) -> None:
        number, body, media_type = file
        clean = await asyncio.to_thread(cleaned, body, cleaner_of(media_type))
        await store.keep(f"{KEY.stream_id}/{number}", clean)

    return await concurrently(files, AT_ONCE, clean)
