"""Remembers tokens already verified, because checking a signature is the dearest step of a request.

Bounded, keyed by a digest so that no token lies in memory, the least recently used leaves first.
"""

from collections import OrderedDict
from hashlib import sha256

from adapters.identity.actor import Actor, Person

CAPACITY = 4096


class VerifiedTokens:
    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._actors: OrderedDict[bytes, tuple[Actor | Person, float]] = OrderedDict()

    def find(self, token: str, now: float) -> Actor | Person | None:
        digest = _digest(token)
        actor, until = self._actors.get(digest, (None, now))
        if now >= until:
            self._actors.pop(digest, None)
            return None
        self._actors.move_to_end(digest)
        return actor

    def remember(self, token: str, actor: Actor | Person, until: float) -> None:
        self._actors[_digest(token)] = (actor, until)
        if len(self._actors) > self._capacity:
            self._actors.popitem(last=False)

    def __len__(self) -> int:
        return len(self._actors)


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
