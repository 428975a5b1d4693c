"""What a worker process works with: real parts over a fresh database, and a mail server."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.bootstrap import Parts, open_parts
from adapters.mail.catcher import MailCatcher
from adapters.settings import Settings
from tests.back_office import Receiver, receiving
from tests.catalogue import telling_applicants_only, with_built_in
from tests.keys import with_keys
from tests.projections.log import Log
from tests.service_login import new_login
from tests.workers.handed_over import knowing


@pytest.fixture
def log(database_url) -> Log:
    return Log(database_url)


@pytest.fixture
async def parts(tmp_path, database_url) -> AsyncIterator[Parts]:
    settings = with_keys(Settings(home=tmp_path, smtp_port=1))
    with new_login(database_url) as login:
        async with open_parts(settings, login) as parts:
            yield telling_applicants_only(with_built_in(parts))


@pytest.fixture
def mails(tmp_path) -> Path:
    return tmp_path / "mails"


@pytest.fixture
async def mailing(parts, mails) -> AsyncIterator[Parts]:
    """The same parts, with a mail server that answers."""
    async with MailCatcher(mails) as catcher:
        yield replace(parts, mail=replace(parts.mail, port=catcher.port))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def handing(parts, receiver) -> Parts:
    """The same parts, with a back office that takes what it is handed."""
    return knowing(parts, receiver.entry())
