"""What the store says when it cannot do as asked.

StoreError
├── ConcurrentUpdate
├── CommandIdReused
├── StoreIsBusy
├── StoreUnavailable
├── NotTaken
├── KeyIsRetired
├── KeyIsUntold
├── DuplicateEventName
├── UnknownEvent
├── EventIsSuperseded
├── PersonIsErased
└── UnsafeSettings
"""


class StoreError(Exception):
    """The event store refused."""

    def __str__(self) -> str:
        detail = ": ".join(str(a) for a in self.args)
        doc = " ".join((self.__doc__ or "").split())
        return f"{doc} ({detail})" if detail else doc


class ConcurrentUpdate(StoreError):
    """Somebody else changed this application in between; load it again and decide anew."""


class CommandIdReused(StoreError):
    """This Idempotency-Key was used before for another request; use a new key."""


class StoreIsBusy(StoreError):
    """The event store has too much to do; try again with the same Idempotency-Key."""


class StoreUnavailable(StoreError):
    """The database does not answer; try again with the same Idempotency-Key."""


class NotTaken(StoreError):
    """The database does not take what was to be recorded; report it with the trace id."""


class KeyIsRetired(StoreError):
    """The key file here is older than the last `keys retire`, so nothing new can be sealed; bring
    the new key file, then send it again with the same Idempotency-Key.
    """


class KeyIsUntold(StoreError):
    """The database was not told of the version that the key file here seals with, and takes nothing
    under it; run `migrate` with this file, then send it again with the same Idempotency-Key.
    """


class DuplicateEventName(StoreError):
    """Two event classes share one name; stored events could not be told apart."""


class UnknownEvent(StoreError):
    """The log holds an event this version does not know; run a newer version."""


class EventIsSuperseded(StoreError):
    """This class is kept to read old events; record the one that took its place."""


class PersonIsErased(StoreError):
    """The person of this application was erased; nothing more can be recorded about them."""


class UnsafeSettings(StoreError):
    """These settings of the eventsourcing library lose events for readers; remove them."""
