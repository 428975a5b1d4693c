"""Who waits for the next commit; of those who wait for one another only the first is looked at.

A batch holds a stream, and a command, at most once. Whoever was passed over for one that it holds
waits behind that, until the next batch; else each batch would look at all of them again.
"""

from collections import deque
from collections.abc import Iterator

from adapters.event_store.batch import Batch, Waiting


class Queue:
    def __init__(self) -> None:
        self._next: deque[Waiting] = deque()
        self._behind: dict[int, deque[Waiting]] = {}
        self._many_behind = 0

    def __len__(self) -> int:
        return len(self._next) + self._many_behind

    def __iter__(self) -> Iterator[Waiting]:
        yield from self._next
        for behind in self._behind.values():
            yield from behind

    def add(self, one: Waiting) -> None:
        self._next.append(one)

    def next_batch(self, most: int) -> Batch:
        self._let_one_behind_each_go()
        batch = Batch()
        while self._next and len(batch.waiting) < most:
            one = self._next.popleft()
            # Whose caller has gone needs no effect; nothing of it has been sent yet.
            if not one.answer.done() and not batch.takes(one):
                self._put_behind(batch.in_the_way_of(one), one)
        return batch

    def _put_behind(self, held: int, one: Waiting) -> None:
        self._behind.setdefault(held, deque()).append(one)
        self._many_behind += 1

    def _let_one_behind_each_go(self) -> None:
        """They have waited for longer than all others."""
        first = list[Waiting]()
        for held, behind in list(self._behind.items()):
            while behind:
                one = behind.popleft()
                self._many_behind -= 1
                if not one.answer.done():
                    first.append(one)
                    break
            if not behind:
                del self._behind[held]
        self._next.extendleft(reversed(first))
