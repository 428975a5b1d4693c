"""From draft to retirement: what is published stays as it is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.catalogue.loading import load
from domain import errors
from domain.service import commands as c
from domain.service import events as e
from domain.service.decisions import SERVICE
from domain.service.state import VersionStatus
from tests.given import Given

given = Given(SERVICE)
NOW = datetime(2021, 6, 16, 8, 30, tzinfo=UTC)
CARD = load().definition("library-card", 1)
DEARER = replace(CARD, sha256="1" * 64, tariff=CARD.tariff[:2])
COMMENTED = replace(CARD, sha256="2" * 64)
drafted = e.ServiceVersionDrafted(definition=CARD, drafted_at=NOW)
published = e.ServiceVersionPublished(version=1, published_at=NOW)
retired = e.ServiceVersionRetired(version=1, reason="Neue Satzung", retired_at=NOW)
PUBLISH = c.PublishVersion(version=1, now=NOW)
RETIRE = c.RetireVersion(version=1, reason="Neue Satzung", adopted_by=(), now=NOW)


def draft(definition: object) -> c.DraftVersion:
    return c.DraftVersion(definition=definition, now=NOW)


def test_a_draft_may_change_until_it_is_published() -> None:
    given().when(draft(CARD)).then(drafted)
    given(drafted).when(draft(CARD)).then_nothing_happens()
    given(drafted).when(draft(DEARER)).then(replace(drafted, definition=DEARER))


@pytest.mark.parametrize("history", [(drafted, published), (drafted, published, retired)])
def test_what_was_published_is_never_edited(history: tuple[e.ServiceEvent, ...]) -> None:
    given(*history).when(draft(DEARER)).then_refused(errors.PublishedStaysAsItIs)


def test_another_comment_in_the_file_is_no_edit() -> None:
    given(drafted, published).when(draft(COMMENTED)).then_nothing_happens()


def test_a_file_that_is_read_differently_today_is_no_edit() -> None:
    read_anew = replace(CARD, minimum_age=3)
    given(drafted, published).when(draft(read_anew)).then_nothing_happens()


def test_a_change_has_the_next_number() -> None:
    second = replace(DEARER, version=2)
    history = (drafted, published, replace(drafted, definition=second))
    assert given(drafted, published).when(draft(second)).happens()
    versions = given(*history).state.versions
    assert versions[1].status is VersionStatus.PUBLISHED
    assert versions[2].status is VersionStatus.DRAFT


def test_a_version_is_published_once() -> None:
    given(drafted).when(PUBLISH).then(published)
    given(drafted, published).when(PUBLISH).then_nothing_happens()
    given().when(PUBLISH).then_refused(errors.ServiceVersionUnknown)


def test_a_version_that_nobody_adopts_is_retired() -> None:
    given(drafted, published).when(RETIRE).then(retired)
    given(drafted, published, retired).when(RETIRE).then_nothing_happens()


def test_a_version_that_a_town_adopts_is_not_retired() -> None:
    adopted = replace(RETIRE, adopted_by=("05562014",))
    given(drafted, published).when(adopted).then_refused(errors.VersionStillAdopted)


def test_a_draft_is_not_retired_and_no_version_without_a_reason() -> None:
    given(drafted).when(RETIRE).then_refused(errors.VersionNotPublished)
    given(drafted, published).when(replace(RETIRE, reason=" ")).then_refused(errors.ReasonMissing)


def test_a_retired_version_still_says_what_it_said() -> None:
    assert given(drafted, published, retired).state.versions[1].definition is CARD
