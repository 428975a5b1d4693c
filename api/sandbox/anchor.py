"""Plays a third party that keeps checkpoints: whoever knows the address hands them in and reads.

A real one would let nobody but the log's own workers hand in, and show them to everybody.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import PlainTextResponse

from adapters.evidence.anchors import FileAnchor
from adapters.evidence.kept_notes import notes_in

KEPT = "anchor/checkpoints.txt"
LONGEST = 10_000


def create_anchor(state: Path) -> APIRouter:
    desk = Desk(FileAnchor(state / KEPT))
    router = APIRouter(tags=["sandbox"], default_response_class=PlainTextResponse)
    router.add_api_route("/anchor", desk.keep, methods=["POST"], status_code=201)
    router.add_api_route("/anchor", desk.show, methods=["GET"])
    return router


async def sent_text(request: Request) -> str:
    try:
        return (await request.body()).decode()
    except UnicodeDecodeError:
        raise HTTPException(400, "This is not text in UTF-8.") from None


@dataclass(frozen=True, slots=True)
class Desk:
    anchor: FileAnchor

    async def keep(self, note: Annotated[str, Depends(sent_text)]) -> str:
        """Known ones are not kept twice."""
        if len(note) > LONGEST or notes_in(f"{note}\n", "") != [note]:
            raise HTTPException(400, "This is not one signed note.")
        if note not in await self.anchor.notes():
            await self.anchor.keep(note)
        return "kept\n"

    async def show(self) -> str:
        return "".join(f"{note}\n" for note in await self.anchor.notes())
