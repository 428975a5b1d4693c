"""The Merkle tree of RFC 6962 over a growing list, kept as its right edge: O(log n) of memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

LEAF, NODE = b"\x00", b"\x01"


def leaf_hash(data: bytes) -> bytes:
    return sha256(LEAF + data).digest()


@dataclass(slots=True)
class Tree:
    """`edge`: the roots of the full subtrees, the largest first: one for each set bit of `size`."""

    size: int = 0
    edge: list[bytes] = field(default_factory=list)

    def add_all(self, leaves: Iterable[bytes]) -> None:
        """In one go, as each call would take as long as what it does."""
        size, edge = self.size, self.edge
        for data in leaves:
            node, full = sha256(LEAF + data).digest(), size
            while full & 1:
                node = sha256(NODE + edge.pop() + node).digest()
                full >>= 1
            edge.append(node)
            size += 1
        self.size = size

    @property
    def root(self) -> bytes:
        """32 bytes; of an empty tree the hash of nothing."""
        if not self.edge:
            return sha256(b"").digest()
        node, *larger = reversed(self.edge)
        for left in larger:
            node = sha256(NODE + left + node).digest()
        return node
