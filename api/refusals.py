"""What the API itself says no to, before any rule is asked. A docstring is the sentence shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.saying import SaysWhatToDo


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """`pointer` is a JSON pointer into the request's body; a refusal says what it says."""

    pointer: str
    message: str | Exception


class BadRequest(SaysWhatToDo):
    """The request cannot be worked on."""


class NotFound(BadRequest):
    """There is nothing here for you under this address."""


class NotThereYet(BadRequest):
    """This did not exist yet at that moment; give a later one."""


class BodyMalformed(BadRequest):
    """The body is not JSON that can be read; send one JSON object in UTF-8, and check its end."""


class FormHasProblems(BadRequest):
    """Some fields need another value; see `errors` and send the form again."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__()
        self.problems = problems


class IdempotencyKeyMissing(BadRequest):
    """Send an `Idempotency-Key` header (any new text, e.g. a UUID), so that a retry is safe."""


class IdempotencyKeyMalformed(BadRequest):
    """The `Idempotency-Key` is 1 to 255 printable characters."""


class IfMatchMissing(BadRequest):
    """Send `If-Match` with the ETag you last read, so that no decision is taken on old facts."""


class IfMatchMalformed(BadRequest):
    """`If-Match` is the ETag of the application as you read it, e.g. "7" in double quotes."""


class CursorMalformed(BadRequest):
    """This cursor is not one of ours; start again without it."""


class ChannelNotAllowed(BadRequest):
    """Only a clerk records what came by counter, phone or post; leave `channel` and time out."""


class ProviderNotAccepted(BadRequest):
    """This municipality does not take sign-ins of this identity provider today; use one that it
    names.
    """

    def __init__(self, accepted: Sequence[str]) -> None:
        super().__init__()
        self.accepted = accepted


class TooManyReferrals(BadRequest):
    """Very many are being sent on from here just now; follow the link without it being counted, or
    try again when `Retry-After` says so.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class StepUpNeeded(BadRequest):
    """This service needs a stronger sign-in; sign in again at the level named, then send this once
    more with the same key.
    """

    def __init__(self, needed: str, had: str, names: Sequence[str]) -> None:
        super().__init__()
        self.needed, self.had, self.names = needed, had, names

    @property
    def challenge(self) -> str:
        """What asks for it, as RFC 9470 has it."""
        described = "A stronger sign-in is needed"
        acr_values = f', acr_values="{" ".join(self.names)}"' if self.names else ""
        error = 'error="insufficient_user_authentication"'
        return f'Bearer {error}, error_description="{described}"{acr_values}'


class DatabaseNotPrepared(BadRequest):
    """The database lacks what this version needs; run `migrate`, and find out what happened."""


class NotYetVisible(BadRequest):
    """The view has not caught up with this position yet; ask again in a moment."""


class SourceReused(BadRequest):
    """An application that says something else was handed over under this submission id before; look
    for that one first, and give this one a number of its own only where it is another.
    """
