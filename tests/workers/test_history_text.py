"""What `replay` tells of an application to people."""

from dataclasses import replace
from uuid import UUID

import pytest

from adapters.event_store.recorded import Recorded
from domain.application.events import Applicant
from tests.adapters.event_store.proposals import metadata
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.domain.application.facts import EVA, NOW
from workers.history_text import history_text


@pytest.mark.parametrize(("applicant", "said"), [(EVA, "erased: no"), (None, "erased: yes")])
def test_who_was_erased_is_said_so_at_every_earlier_version(
    applicant: Applicant | None, said: str
) -> None:
    """The first version alone, as it is read once the key is destroyed."""
    first = replace(h.submitted(submit), applicant=applicant)
    assert said in history_text([Recorded(UUID(int=1), 1, 1, first, metadata(), NOW)])
