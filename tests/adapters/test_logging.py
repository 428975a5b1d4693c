"""Logs go to standard error as it is now, and nobody stops because they cannot be written."""

import io
import sys
from collections.abc import Iterator

import pytest
import structlog

from adapters.logging import configure_logging


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    before = structlog.get_config()
    configure_logging()
    yield
    structlog.configure(**before)


class Unread(io.StringIO):
    def write(self, _: str) -> int:
        raise BrokenPipeError


def test_a_logger_follows_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    log = structlog.get_logger()
    for event in ("first", "second"):
        monkeypatch.setattr(sys, "stderr", now := io.StringIO())
        log.warning(event)
        assert f'"event": "{event}"' in now.getvalue()


@pytest.mark.parametrize("gone", [io.StringIO, Unread])
def test_work_goes_on_where_a_log_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, gone: type[io.StringIO]
) -> None:
    log, closed = structlog.get_logger(), gone()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    log.warning("nobody_reads_this")
    monkeypatch.undo()
    log.warning("this_is_read")
