"""A mail to an office leads to where its clerks see an application."""

from uuid import UUID

import pytest

from adapters.portal.case_links import case_link
from adapters.settings import SettingsAreWrong, read_settings

CASE = UUID(int=1)
THEIRS = "https://fachportal.example/vorgang/{application_id}?mandant=1"


def test_it_leads_to_the_clerks_own_portal_or_to_the_data_here() -> None:
    here = case_link(None, "https://amt.example/", CASE)
    assert here == f"https://amt.example/api/v1/applications/{CASE}"
    theirs = case_link(THEIRS, "https://amt.example", CASE)
    assert theirs == f"https://fachportal.example/vorgang/{CASE}?mandant=1"


@pytest.mark.parametrize("wrong", ["https://fachportal.example/", "{application_id}", "nonsense"])
def test_an_address_that_leads_nowhere_is_said(monkeypatch, wrong: str) -> None:
    monkeypatch.setenv("AMTSWEG_CASE_URL", wrong)
    with pytest.raises(SettingsAreWrong, match="AMTSWEG_CASE_URL"):
        read_settings()
