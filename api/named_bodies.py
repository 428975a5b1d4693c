"""Who is responsible, as it is shown: in an answer, and in a problem that names the right one."""

from typing import Any

from fastapi import Request

from domain.processes.responsibility import ResponsibleBody
from domain.service.definition import said


def shown(body: ResponsibleBody, language: str, portal: str) -> dict[str, Any]:
    """`portal`: where this portal is reached; its page of a town that has no portal of its own."""
    own = f"{portal}/portal/{body.ags}" if body.takes_part else None
    return {
        "level": body.level,
        "ags": body.ags,
        "name": said(body.name, language),
        "link": body.link or own,
        "takes_part": body.takes_part,
        "offers": body.offers,
    }


def public_url(request: Request) -> str:
    address: str = request.app.state.parts.settings.public_url
    return address
