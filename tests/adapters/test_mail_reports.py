"""Reports about mails: what is believed of them, and what an attacker gets out of making one up."""

import time
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from adapters.mail.reports import LONGEST_REPORT, Action, Report, read_report, read_sent_to
from adapters.mail.return_paths import ReturnPathForged, ReturnPaths
from adapters.personal_data.key_ring import new_key_ring
from tests.keys import KEYS

NOTICE = UUID("019cbd6f-0a7e-7010-8c1f-5e2b7d904a11")
PATHS = ReturnPaths("bounces.example", KEYS)


def report(*blocks: str, to: str = "x@bounces.example", kind: str = "multipart/report") -> bytes:
    said = "\r\n\r\n".join(["Reporting-MTA: dns; mx.example", *blocks])
    return (
        f"To: {to}\r\nContent-Type: {kind}; report-type=delivery-status; boundary=b\r\n\r\n"
        f"--b\r\n\r\nwords\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n{said}\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nTo: eva@example.org\r\n--b--\r\n"
    ).encode()


def block(action: str, status: str = "5.1.1", to: str = "eva@example.org") -> str:
    return f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}"


@pytest.mark.parametrize("action", list(Action))
def test_what_became_of_a_mail_is_read(action: Action) -> None:
    content = report(block(action))
    assert read_report(content) == Report(action, "5.1.1")
    assert read_sent_to(content) == "x@bounces.example"


@pytest.mark.parametrize(
    ("word", "status", "read"),
    [
        ("FAILED", "5.7.1 (refused by policy)", (Action.FAILED, "5.7.1")),
        ("failed (given up)", "4.4.7", (Action.FAILED, "4.4.7")),
        ("failed", "9.9.9", (Action.FAILED, "")),
        ("failed", "5.1.1234", (Action.FAILED, "5.1.123")),
        ("exploded", "5.1.1", (None, "")),
        ("", "5.1.1", (None, "")),
    ],
)
def test_words_are_read_with_care(word: str, status: str, read: tuple[Action | None, str]) -> None:
    found = read_report(report(block(word, status)))
    assert (found.action, found.status) == read


def test_of_several_recipients_the_worst_counts() -> None:
    several = report(block("delivered", "2.0.0"), block("failed", "5.2.2"), block("delayed"))
    assert read_report(several).action is Action.FAILED


NOTHING = [
    b"",
    b"\x00\xff\xfe",
    b"Subject: out of office\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.",
    report(),
    report(block("failed"), kind="multipart/mixed"),
    report(block("failed")).replace(b"boundary=b", b"boundary=other"),
    report(block("failed")).replace(b"message/delivery-status", b"text/plain"),
    b"Content-Type: multipart/report; boundary=b\r\n\r\n" + b"--b\r\n" * 50_000,
    b"Content-Type: multipart/report; boundary=\xff\r\n\r\n--\xff\r\n",
    b"".join(b"Content-Type: multipart/report; boundary=%d\r\n\r\n--%d\r\n" % (n, n)
             for n in range(4000)),
    b"To: " + b"a" * 10_000_000,
]  # fmt: skip


@pytest.mark.parametrize("content", NOTHING, ids=range(len(NOTHING)))
def test_what_is_no_report_says_nothing(content: bytes) -> None:
    assert read_report(content).action is None


@given(some.binary(max_size=2000))
def test_nothing_that_arrives_breaks_the_reader(noise: bytes) -> None:
    whole = report(block("failed"))
    for content in (noise, whole + noise, whole[:200] + noise + whole[200:]):
        assert read_report(content).status in {"", "5.1.1"}


def test_of_an_endless_report_the_beginning_is_read() -> None:
    endless = report(block("failed")) + b"x" * (2 * LONGEST_REPORT)
    assert read_report(endless).action is Action.FAILED


def nested(levels: int) -> bytes:
    begins = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(levels)
    )
    return begins + b"x\n" * (LONGEST_REPORT // 2)


STATUS_FOLLOWS = b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
STATUS = b"Content-Type: message/delivery-status\r\n\r\n"
SLOW = [
    nested(450),
    STATUS_FOLLOWS + nested(450),
    STATUS_FOLLOWS + STATUS * 3000,
    STATUS_FOLLOWS + STATUS + b"a: b\r\n\r\n" * 20_000,
    b'Content-Type: multipart/report; x="' + b";" * LONGEST_REPORT,
    b"To: \xff\r\n" * 10_000,
]


@pytest.mark.parametrize("content", SLOW, ids=range(len(SLOW)))
def test_nothing_that_arrives_takes_long(content: bytes) -> None:
    began = time.thread_time()
    read_sent_to(content)
    assert read_report(content).action is None
    assert time.thread_time() - began < 3


@given(some.uuids())
def test_a_return_path_names_its_notice_whatever_happens_to_its_case(notice: UUID) -> None:
    path = PATHS.of(notice)
    assert len(path.partition("@")[0]) <= 64
    assert PATHS.named_in(f"<{path.upper()}>") == notice


def test_a_return_path_is_found_among_others() -> None:
    assert PATHS.named_in(f"Postmaster <a@b.example>, {PATHS.of(NOTICE)}, c@d.example") == NOTICE


def other_letter(letter: str) -> str:
    return "b" if letter == "a" else "a"


def test_nobody_can_make_up_a_return_path() -> None:
    path = PATHS.of(NOTICE)
    end = path.index("@") - 1
    changed = path[:end] + other_letter(path[end]) + path[end + 1 :]
    another = PATHS.of(uuid4())
    mixed = path[: path.rindex("-")] + another[another.rindex("-") :]
    for forged in (changed, mixed, ReturnPaths(PATHS.domain, new_key_ring()).of(NOTICE)):
        with pytest.raises(ReturnPathForged):
            PATHS.named_in(forged)


@pytest.mark.parametrize(
    "text", ["", "postmaster@bounces.example", "bounce-@bounces.example", "bounce-a-b@c.example"]
)
def test_other_addresses_are_none(text: str) -> None:
    assert PATHS.named_in(text) is None


def test_a_return_path_of_another_domain_is_none() -> None:
    assert ReturnPaths("elsewhere.example", KEYS).named_in(PATHS.of(NOTICE)) is None
