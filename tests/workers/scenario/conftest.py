"""A database with the built-in catalogue, and what it takes to play a scenario in it."""

from collections.abc import AsyncIterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest_asyncio

from adapters.bootstrap import Parts, open_parts
from adapters.catalogue.loading import BUILT_IN, read_files
from adapters.settings import Settings
from tests.conftest import _new_database
from tests.keys import with_keys
from tests.projections.log import silent
from workers.scenario.running import Played, Wanted, count, play
from workers.scenario.table import scenario
from workers.seeding import seed


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def parts(server_url, template_url, tmp_path_factory) -> AsyncIterator[Parts]:
    template = PurePosixPath(urlsplit(template_url).path).name
    settings = with_keys(Settings(home=tmp_path_factory.mktemp("home")))
    with _new_database(server_url, template) as url:
        await seed(url, read_files(BUILT_IN), silent)
        async with open_parts(settings, url) as parts:
            yield parts


async def played(parts: Parts, scale: float, months: int | None = None) -> Played:
    wanted = Wanted(scenario=scenario("emscher-lippe-2021"), scale=scale, months=months)
    found = await play(parts, wanted, silent)
    await count(parts, silent)
    return found
