"""Where files are kept: a folder or an object store, by one setting; whole, or not at all."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from fastapi import FastAPI, Request, Response

from adapters.proofs.files import FileStoreUnavailable, ProofFiles, proof_files
from adapters.settings import Settings
from tests.serving import serve

BUCKET = "s3://proofs/town"


def bucket() -> tuple[FastAPI, dict[str, bytes]]:
    """As much of S3 as is used here, over HTTP."""
    app, kept = FastAPI(), dict[str, bytes]()

    @app.put("/proofs/{name:path}")
    async def put(name: str, request: Request) -> Response:
        assert request.headers["authorization"].startswith("AWS4-HMAC-SHA256")
        kept[name] = await request.body()
        return Response(headers={"ETag": '"1"'})

    @app.get("/proofs")
    async def listed(prefix: str) -> Response:
        rows = "".join(
            f"<Contents><Key>{escape(name)}</Key><Size>{len(body)}</Size><ETag>1</ETag>"
            "<LastModified>2026-03-05T09:47:07.000Z</LastModified></Contents>"
            for name, body in kept.items()
            if name.startswith(prefix)
        )
        return Response(f"<ListBucketResult>{rows}</ListBucketResult>", media_type="text/xml")

    @app.get("/proofs/{name:path}")
    async def get(name: str) -> Response:
        if name not in kept:
            return Response("<Error><Code>NoSuchKey</Code></Error>", 404)
        moment = {"ETag": '"1"', "Last-Modified": "Thu, 05 Mar 2026 09:47:07 GMT"}
        return Response(kept[name], headers=moment)

    @app.delete("/proofs/{name:path}")
    async def delete(name: str) -> Response:
        kept.pop(name, None)
        return Response(status_code=204)

    @app.post("/proofs")
    async def delete_many(request: Request) -> Response:
        asked = (await request.body()).decode()
        names = re.findall("<Key>(.*?)</Key>", asked)
        for name in names:
            kept.pop(name, None)
        rows = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in names)
        return Response(f"<DeleteResult>{rows}</DeleteResult>", media_type="text/xml")

    return app, kept


@asynccontextmanager
async def at_hand(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    async with serve(app) as url:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL": url,
            "AWS_ALLOW_HTTP": "true",
        }.items():
            monkeypatch.setenv(name, value)
        yield


@pytest.fixture
async def in_the_cloud(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[tuple[ProofFiles, dict[str, bytes]]]:
    app, kept = bucket()
    async with at_hand(app, monkeypatch):
        yield proof_files(Settings(files_url=BUCKET).files_url, tmp_path), kept


async def use(files: ProofFiles) -> None:
    await files.keep("case/a", b"sealed")
    await files.keep("case/b", b"sealed, too")
    await files.keep("other/a", b"another's")
    assert await files.read("case/a") == b"sealed"
    assert sorted([name async for name in files.names("case")]) == ["case/a", "case/b"]
    for _ in range(2):
        await files.remove("case/a")
    assert await files.read("case/a") is None
    assert await files.read("other/a") == b"another's"


async def test_files_are_kept_in_a_folder(tmp_path: Path) -> None:
    await use(proof_files(None, tmp_path / "files"))
    assert (tmp_path / "files").stat().st_mode & 0o777 == 0o700


async def test_files_are_kept_in_a_folder_that_is_named(tmp_path: Path) -> None:
    await use(proof_files(Settings(files_url=f"file://{tmp_path}/here").files_url, tmp_path / "x"))
    assert (tmp_path / "here" / "other" / "a").read_bytes() == b"another's"
    assert not (tmp_path / "x").exists()


async def test_files_are_kept_in_a_bucket(
    in_the_cloud: tuple[ProofFiles, dict[str, bytes]],
) -> None:
    files, kept = in_the_cloud
    await use(files)
    assert set(kept) == {"town/case/b", "town/other/a"}
    assert files.folder is None


async def test_what_was_being_written_goes_with_its_file(tmp_path: Path) -> None:
    files = proof_files(None, tmp_path)
    await files.keep("case/a", b"sealed")
    (tmp_path / "case" / "a#1").write_bytes(b"half")
    (tmp_path / "case" / "ab#1").write_bytes(b"of another one")
    assert [name async for name in files.names("case")] == ["case/a", "case/a#1", "case/ab#1"]
    await files.remove("case/a")
    assert [path.name for path in (tmp_path / "case").iterdir()] == ["ab#1"]


async def test_a_store_that_cannot_be_written_to_is_told_as_one(tmp_path: Path) -> None:
    files = proof_files(None, tmp_path / "files")
    (tmp_path / "files" / "case").write_bytes(b"in the way")
    with pytest.raises(FileStoreUnavailable):
        await files.keep("case/a", b"sealed")


async def test_a_bucket_that_refuses_is_told_as_a_store_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST", "DELETE"])
    async def refuse(path: str) -> Response:
        return Response(f"<Error><Code>AccessDenied</Code><Key>{path}</Key></Error>", 403)

    async with at_hand(app, monkeypatch):
        files = proof_files(BUCKET, tmp_path)
        with pytest.raises(FileStoreUnavailable):
            await files.remove("case/a")
        with pytest.raises(FileStoreUnavailable):
            [name async for name in files.names("case")]


@pytest.mark.parametrize("url", ["", "files", "/srv/files", "ftp://x/y", "s3://", "file:files"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="should be an address"):
        Settings(files_url=url)
