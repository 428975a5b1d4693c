"""The last event of each stream, side by side in one block, a third of what a dictionary takes."""

from struct import Struct

# Whether it is taken; the stream's id; the version; position and hash, as the next link begins.
SLOT, TAKEN = Struct(">B16sq40s"), 1
ID = slice(1, 17)
FIRST_ROOM = 1 << 10
# A search passes some three slots by then.
FULLEST = 0.75


class LastEvents:
    """Its room doubles; while it moves, what was there before lies beside it."""

    def __init__(self) -> None:
        self._room, self._count = FIRST_ROOM, 0
        self._slots = bytearray(FIRST_ROOM * SLOT.size)

    def __len__(self) -> int:
        return self._count

    def get(self, stream: bytes) -> tuple[int, bytes] | None:
        """Return version, and what the next link begins with; None for an unknown stream."""
        is_taken, _, version, link = SLOT.unpack_from(self._slots, self._place(stream))
        return (version, link) if is_taken else None

    def put(self, stream: bytes, version: int, link: bytes) -> None:
        if self._count >= self._room * FULLEST:
            self._move()
        place = self._place(stream)
        self._count += not self._slots[place]
        SLOT.pack_into(self._slots, place, TAKEN, stream, version, link)

    def _place(self, stream: bytes) -> int:
        """Return where it lies, or the first free slot from where it belongs."""
        slots, size, last = self._slots, SLOT.size, self._room - 1
        number = hash(stream) & last  # of bytes it cannot be foreseen, so nobody makes them collide
        while slots[place := number * size]:
            if slots[place + ID.start : place + ID.stop] == stream:
                break
            number = (number + 1) & last
        return place

    def _move(self) -> None:
        before, self._room = self._slots, self._room * 2
        self._slots = bytearray(self._room * SLOT.size)
        for slot in SLOT.iter_unpack(before):
            if slot[0]:
                SLOT.pack_into(self._slots, self._place(slot[1]), *slot)
