"""A process that begins a digest, sends it, and dies on the way where its settings say so."""

import asyncio
import sys

from adapters.bootstrap import open_parts
from adapters.postgres.connecting import connect
from adapters.settings import Settings
from tests.catalogue import telling_applicants_only, with_built_in
from tests.workers.digesting import DIGEST, FRIDAY, choosing
from workers.notifying.digest_sending import send_next
from workers.notifying.digests import begin_all


async def work(url: str) -> None:
    async with open_parts(Settings(), url) as parts, await connect(url) as connection:
        digesting = choosing(telling_applicants_only(with_built_in(parts)), DIGEST)
        await begin_all(digesting, connection, FRIDAY)
        while await send_next(digesting, connection):
            pass


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
