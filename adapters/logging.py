"""Structured logs: one JSON object a line on standard error, without personal data."""

import logging
import sys
from contextlib import suppress
from io import TextIOBase
from traceback import format_tb
from types import TracebackType
from typing import TextIO, cast

import structlog

GONE = (OSError, ValueError)  # a pipe that nobody reads any more, a file that was closed
ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class StandardError(TextIOBase):
    """As it is at the moment of writing. Where it is gone, work goes on without a log."""

    def write(self, text: str, /) -> int:
        with suppress(*GONE):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(*GONE):
            sys.stderr.flush()


def configure_logging(level: int = logging.INFO) -> None:
    errors = StandardError()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(stack_only),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", errors)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(errors)
    handler.setFormatter(StackOnly("%(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    # It tells of each attempt to connect; what matters of it is raised, and told by us.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)


def stack_only(exc_info: ExceptionInfo) -> str:
    """The stack and the kinds of error, never messages or locals: those hold what people wrote."""
    error: BaseException | None = exc_info[1]
    told: list[str] = []
    while error is not None:
        told.append("".join([*format_tb(error.__traceback__), type(error).__name__]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhile or because of\n".join(told)


class StackOnly(logging.Formatter):
    """For the libraries, uvicorn above all: it logs whatever an operation did not catch."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # what another handler has made of it, kept there for all
        return super().format(record)

    def formatException(self, ei: ExceptionInfo | tuple[None, None, None]) -> str:  # noqa: N802
        return stack_only(ei) if ei[1] is not None else ""
