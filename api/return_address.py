"""Where in a town's own portal somebody who has paid may be led back to: nowhere else."""

from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Query

from api.refusals import FieldProblem, FormHasProblems

ADDRESS = r"^https?://[\x21-\x5b\x5d-\x7e]+$"
# So short that the platform takes the address that it becomes part of.
ReturnTo = Annotated[
    str | None,
    Query(
        max_length=150,
        pattern=ADDRESS,
        description="A page of the town's own portal that the browser is led back to.",
    ),
]


def is_of(portal: str | None, address: str) -> bool:
    """Same scheme, host and port; so no name of a user either."""
    if portal is None:
        return False
    own, asked = urlsplit(portal), urlsplit(address)
    return (own.scheme, own.netloc.lower()) == (asked.scheme, asked.netloc.lower())


def require_own(portal: str | None, address: str | None) -> None:
    """Raise FormHasProblems for an address outside the town's portal."""
    if address is not None and not is_of(portal, address):
        told = f"begin it with {portal}" if portal else "leave it out: this town has no portal_url"
        raise FormHasProblems([FieldProblem("query:/return_to", told)])


def in_query(address: str | None) -> str:
    return f"?return_to={quote(address, safe='')}" if address else ""
