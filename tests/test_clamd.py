"""Where everything has to be there, nothing is skipped."""

import pytest

from tests import clamd


@pytest.mark.parametrize(
    ("ci", "ends"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_in_ci_a_missing_scanner_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, ci: str, ends: type[BaseException]
) -> None:
    monkeypatch.setattr(clamd, "program", lambda: None)
    monkeypatch.setattr(clamd.os, "geteuid", lambda: 1000)
    monkeypatch.setenv("CI", ci)
    with pytest.raises(ends, match="not installed"):
        clamd.require()
