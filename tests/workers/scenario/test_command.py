"""`amtsweg scenario` plays into a database that is meant for it, and into no other."""

import pytest

from adapters.catalogue.loading import BUILT_IN, read_files
from adapters.postgres.schema import bring_up_to_date
from tests.commands import CommandLine
from tests.conftest import _new_database
from tests.projections.log import silent
from tests.service_login import new_login
from tests.test_reporting import YEAR
from workers.seeding import seed

PLAY = ("scenario", "emscher-lippe-2021", "--scale", "0.01", "--months", "2")


@pytest.fixture
async def amtsweg(amtsweg, durable_url, service_url) -> CommandLine:
    await seed(durable_url, read_files(BUILT_IN), silent)
    return amtsweg.at(service_url)


def test_what_was_played_is_counted_at_once_and_more_only_by_force(amtsweg) -> None:
    played = amtsweg(*PLAY)
    assert (played.code, played.err) == (0, "")
    assert "applications by" in played.out
    assert "Recklinghausen" in amtsweg("report", *YEAR).out
    assert "holds applications already" in amtsweg(*PLAY).sentence
    assert amtsweg(*PLAY, "--force", "--seed", "7").code == 0


def test_without_a_catalogue_there_is_nothing_to_play(amtsweg, durable_server) -> None:
    with _new_database(durable_server.url, template="template0") as url:
        bring_up_to_date(url)
        with new_login(url) as login:
            assert "run `seed` first" in amtsweg.at(login)(*PLAY).sentence


def test_a_folder_of_its_own_is_prepared_and_seeded_first(tmp_path) -> None:
    alone = CommandLine({"AMTSWEG_HOME": str(tmp_path)})
    played = alone(*PLAY[:3], "0.005", "--months", "1")
    assert (played.code, played.err) == (0, "")
    assert "applications by" in played.out


def test_an_unknown_scenario_is_answered_with_those_there_are(amtsweg) -> None:
    assert "there are: emscher-lippe-2021" in amtsweg("scenario", "ruhr-1985").sentence
