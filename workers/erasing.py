"""Erases people and changes keys, by hand."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from getpass import getuser

from rich.console import Console

from adapters.bootstrap import open_parts
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import new_id
from adapters.personal_data.erasure import Asked, Eraser, Fate, Outcome
from adapters.personal_data.preparing import right_ring
from adapters.personal_data.rotation import retire, rotate
from adapters.settings import Settings
from domain.application.events import ErasureGround
from workers.progress import progress

SAID = {
    Fate.ERASED: "erased",
    Fate.OPEN: "not erased: it is not finished; decide or withdraw it first",
    Fate.KEPT: "not erased: the payer's name has to be kept until {until:%d.%m.%Y}",
}


def erase_person(settings: Settings, url: str, subject: str | None, town: str | None) -> bool:
    """Print what became of each application; return whether all of them are gone."""
    asked = _asked(subject or "", town, ErasureGround.REQUEST)
    return _told(
        _with_eraser(settings, url, lambda eraser: eraser.erase(asked)),
        "Nothing personal is known of this subject"
        + (f" in {town}" if town else "")
        + ". Is it spelled as in the portal, or was it erased before?",
    )


def erase_due(settings: Settings, url: str) -> bool:
    """Print what became of the fee records whose time is over."""
    asked = _asked("", None, ErasureGround.RETENTION)
    _told(
        _with_eraser(settings, url, lambda eraser: eraser.erase_due_fee_records(asked)),
        "No payer's name is kept.",
    )
    return True


def rotate_keys(settings: Settings, url: str) -> None:
    with progress("Wrapping keys anew") as report:
        ring = rotate(settings.key_file, url, report)
    old = ", ".join(str(version) for version in ring.keys if version != ring.current)
    _say(f"Version {ring.current} is in use; copy {settings.key_file} to its backups.")
    if old:
        _say(f"Old: {old}. `keys retire` takes one out, for ever: what was erased is then beyond")
        _say("recall, and so is every backup from before now. Have a newer one first, tried.")


def retire_key(settings: Settings, url: str, version: int) -> None:
    ring = retire(settings.key_file, url, version)
    left = ", ".join(map(str, ring.keys))
    _say(f"Version {version} is gone from {settings.key_file}; there is left: {left}.")


def _asked(subject: str, town: str | None, ground: ErasureGround) -> Asked:
    # Who is at the machine is all that is known of who asked.
    operator = ActorStamp(f"command-line:{getuser()}", "operator")
    metadata = Metadata(new_id(), operator, new_id().hex)
    return Asked(subject, town, ground, metadata, datetime.now(UTC))


def _with_eraser(
    settings: Settings, url: str, do: Callable[[Eraser], Awaitable[list[Outcome]]]
) -> list[Outcome]:
    right_ring(settings.key_file, url)  # else nobody would be found

    async def main() -> list[Outcome]:
        async with open_parts(settings, url) as parts:
            return await do(parts.eraser)

    return asyncio.run(main())


def _told(outcomes: list[Outcome], nothing: str) -> bool:
    for one in outcomes:
        _say(f"{one.stream_id}  {SAID[one.fate].format(until=one.until)}")
    if not outcomes:
        _say(nothing)
    return bool(outcomes) and all(one.fate is Fate.ERASED for one in outcomes)


def _say(text: str) -> None:
    Console(soft_wrap=True).print(text, markup=False, highlight=False)
