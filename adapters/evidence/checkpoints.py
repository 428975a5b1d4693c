"""Making a checkpoint: the Merkle tree goes on from where the last one stood, and is signed."""

from dataclasses import dataclass, field

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.evidence.leaves import LEAF_SQL
from adapters.evidence.merkle import Tree
from adapters.evidence.notes import Checkpoint, NoteIsInvalid, Signer
from domain.saying import SaysWhatToDo

PAGE, MOST = 5_000, 100_000
HASH_BYTES = 32
# One at a time, over all processes.
TURN = "SELECT pg_try_advisory_xact_lock(hashtextextended('amtsweg.checkpoints', 0))"
LAST = "SELECT number, size, position, note, edge FROM checkpoints ORDER BY number DESC LIMIT 1"
ANCHORED = "SELECT coalesce(max(number), 0) FROM anchored"
HEAD = "SELECT coalesce(max(notification_id), 0), clock_timestamp() FROM events"
NEWS = """SELECT head.position - coalesce(last.position, 0),
        coalesce(extract(epoch FROM clock_timestamp() - first.recorded_at), 0)::float8
    FROM (SELECT coalesce(max(notification_id), 0) AS position FROM events) head
    LEFT JOIN (SELECT position FROM checkpoints ORDER BY number DESC LIMIT 1) last ON true
    LEFT JOIN LATERAL (
        SELECT recorded_at FROM events WHERE notification_id > coalesce(last.position, 0)
        ORDER BY notification_id LIMIT 1
    ) first ON true"""
LEAVES = f"""SELECT notification_id, {LEAF_SQL} FROM events
    WHERE notification_id > %b AND notification_id <= %b
    ORDER BY notification_id LIMIT %b"""  # noqa: S608 -- put together from a constant
# Each command names a position where an event is, its own or the one before it.
TAKEN_OUT = """SELECT min(position) FROM commands WHERE position > %s AND position <= %s
    AND NOT EXISTS (SELECT FROM events WHERE notification_id = position)"""
INSERT = """INSERT INTO checkpoints (number, size, position, note, edge)
    VALUES (%s, %s, %s, %s, %s)"""

Connection = AsyncConnection[TupleRow]


class CheckpointRefused(SaysWhatToDo):
    """Nothing is signed on top of this."""


class CheckpointsManipulated(CheckpointRefused):
    """The table `checkpoints` does not hold what this key has signed, so nothing more is signed;
    compare it with the notes that the anchors keep. Last checkpoint:
    """


class EventsAreGone(CheckpointRefused):
    """The log ends before its last checkpoint, so nothing more is signed; restore what is gone.
    The log ends at:
    """


class EventsWereTakenOut(CheckpointRefused):
    """An event is missing that a command recorded, so nothing more is signed; `verify` names all of
    them, restore them. The first is missing at position:
    """


@dataclass(frozen=True, slots=True)
class News:
    """Events that no checkpoint covers, and the seconds since the first of them was recorded.

    Below zero, the log is shorter than its last checkpoint.
    """

    events: int
    seconds: float

    def are_due(self, events: int, seconds: float) -> bool:
        enough, long_enough = self.events >= events, self.seconds >= seconds
        return self.events < 0 or (self.events > 0 and (enough or long_enough))


@dataclass(frozen=True, slots=True)
class Last:
    number: int = 0
    size: int = 0
    position: int = 0
    note: str = ""
    edge: list[bytes] = field(default_factory=list)


async def news(connection: Connection) -> News:
    row = await (await connection.execute(NEWS)).fetchone()
    return News(*row) if row else News(0, 0.0)


async def make_checkpoint(connection: Connection, signer: Signer) -> Checkpoint | None:
    """Sign what is new, MOST events at a time; None where nothing is, or another is at it.

    Raise a kind of CheckpointRefused.
    """
    async with connection.transaction():
        if not (await _row(connection, TURN))[0]:
            return None
        last = Last(*(await _row(connection, LAST) or ()))
        tree = await _continued(connection, last, signer)
        head, now = await _row(connection, HEAD)
        if head < last.position:
            raise EventsAreGone(head)
        position = await _grow(connection, tree, last.position, head)
        if tree.size == last.size:
            return None
        if position - last.position > tree.size - last.size:
            await _require_nothing_taken_out(connection, last.position, position)
        checkpoint = Checkpoint(signer.origin, tree.size, tree.root, position, now)
        return await _keep(connection, last.number + 1, checkpoint, tree, signer)


async def _continued(connection: Connection, last: Last, signer: Signer) -> Tree:
    """Return the tree of the last checkpoint, if it is the one that was signed."""
    tree = Tree(last.size, [bytes(node) for node in last.edge])
    (handed_over,) = await _row(connection, ANCHORED)
    if handed_over > last.number or (last.number and not _was_signed(last, tree, signer)):
        raise CheckpointsManipulated(last.number)
    return tree


def _was_signed(last: Last, tree: Tree, signer: Signer) -> bool:
    try:
        signed = signer.verifier.open(last.note)
    except NoteIsInvalid:
        return False
    # Nodes of other lengths could make the same root, and another one later.
    whole = [len(node) for node in tree.edge] == [HASH_BYTES] * last.size.bit_count()
    stands = (signed.size, signed.position, signed.root)
    return whole and stands == (last.size, last.position, tree.root)


async def _grow(connection: Connection, tree: Tree, after: int, head: int) -> int:
    """Add the next leaves, a page at a time; return the position of the last of them."""
    left = MOST
    async with connection.cursor(binary=True) as cursor:
        while left:
            await cursor.execute(LEAVES, (after, head, min(PAGE, left)), prepare=True)
            rows = await cursor.fetchall()
            if not rows:
                break
            tree.add_all(leaf for _, leaf in rows)
            after, left = rows[-1][0], left - len(rows)
    return after


async def _require_nothing_taken_out(connection: Connection, after: int, upto: int) -> None:
    """Let a hole pass that the eventsourcing library left where it was refused."""
    rows = await (await connection.execute(TAKEN_OUT, (after, upto))).fetchall()
    if rows[0][0] is not None:
        raise EventsWereTakenOut(rows[0][0])


async def _keep(
    connection: Connection, number: int, checkpoint: Checkpoint, tree: Tree, signer: Signer
) -> Checkpoint:
    row = (number, checkpoint.size, checkpoint.position, signer.sign(checkpoint), tree.edge)
    await connection.execute(INSERT, row)
    return checkpoint


async def _row(connection: Connection, question: str) -> TupleRow:
    """Return one row; empty where there is none."""
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(question.encode(), prepare=True)
        return await cursor.fetchone() or ()
