"""In a window of 80 by 24, a line is a line, and what needs a person is in sight."""

import io
from datetime import UTC, datetime, timedelta

from rich.console import Console

from adapters.hand_over.seen import HandOversSeen
from adapters.mail.digests_seen import DigestsSeen
from adapters.runner_names import RUNNER_NAMES
from adapters.runners_seen import MailsSeen, RunnerSeen, SilentWorker
from workers.picture import LivePicture, picture
from workers.seen import Seen

NOW = datetime(2026, 6, 12, 9, 0, tzinfo=UTC)
WIDTH, HEIGHT = 80, 24
LONG_AGO = NOW - timedelta(minutes=12)
STOPPED = {"alive": False, "state": "running", "beat_at": LONG_AGO, "lag": 12, "lag_seconds": 700.0}
FAILED = {"last_error": "OperationalError", "failed_at": NOW - timedelta(minutes=3)}


def runner(name: str, **changes) -> RunnerSeen:
    well = {
        "position": 9,
        "lag": 0,
        "lag_seconds": 0.0,
        "beat_at": NOW,
        "state": "running",
        "detail": "",
        "alive": True,
        "parked": 0,
        "last_error": "",
        "failed_at": None,
    }
    return RunnerSeen(runner=name, **{**well, **changes})


def seen(*runners: RunnerSeen, silent: tuple[SilentWorker, ...] = (), not_sent: int = 0) -> Seen:
    return Seen(
        9,
        runners,
        MailsSeen(queued=0, failed=not_sent, oldest_seconds=0, longest_seconds=0),
        [HandOversSeen(back_office="library", queued=1, failed=0, oldest_seconds=3)],
        DigestsSeen(queued=0, failed=0, oldest_seconds=0),
        silent,
        (),
        [f"mail {number} to nobody" for number in range(not_sent)],
        {},
    )


def lines(what: object) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=WIDTH, height=HEIGHT).print(what)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def all_but(*others: RunnerSeen) -> list[RunnerSeen]:
    known = {one.runner for one in others}
    return [*others, *(runner(name) for name in RUNNER_NAMES if name not in known)]


def test_a_runner_is_one_line_also_where_the_worker_was_stopped() -> None:
    for changes in (STOPPED, STOPPED | FAILED, STOPPED | FAILED | {"parked": 3}):
        said = lines(picture(seen(*(runner(name, **changes) for name in RUNNER_NAMES)), NOW))
        of_runners = [line for line in said if line.split()[:1] and line.split()[0] in RUNNER_NAMES]
        assert len(of_runners) == len(RUNNER_NAMES)
        assert len(said) < len(RUNNER_NAMES) + 10


def test_one_that_does_not_beat_is_not_said_to_run() -> None:
    said = "\n".join(lines(picture(seen(runner(RUNNER_NAMES[0], **STOPPED)), NOW)))
    assert "silent 12 min" in said
    assert "running" not in said


def test_whoever_watches_sees_what_needs_a_person_and_no_healthy_runner() -> None:
    (one, other, third, *_) = RUNNER_NAMES
    ill = (
        runner(one, **STOPPED),
        runner(other, **FAILED),
        runner(third, state="waiting", detail="FileStoreUnavailable"),
    )
    worker = SilentWorker(worker="north:7", beat_at=LONG_AGO, runners=3)
    said = lines(LivePicture(seen(*all_but(*ill), silent=(worker,), not_sent=30), NOW))
    assert len(said) < HEIGHT
    assert "1 of the runners do not beat" in said[1]
    assert any(line.startswith("Worker north:7:") for line in said)
    assert [line.split()[0] for line in said[-4:-1]] == [one, other, third]
    assert said[-1] == f"{len(RUNNER_NAMES) - 3} of {len(RUNNER_NAMES)} runners are well."


def test_whoever_watches_is_told_how_many_there_is_no_room_for() -> None:
    stopped = [runner(name, **STOPPED | FAILED) for name in RUNNER_NAMES]
    said = lines(LivePicture(seen(*stopped), NOW))
    assert len(said) < HEIGHT
    assert f"{len(RUNNER_NAMES)} of the runners do not beat" in said[1]
    shown = [line for line in said if line.split()[0] in RUNNER_NAMES and "min ago" in line]
    assert len(shown) > HEIGHT // 2
    assert f"... and {len(RUNNER_NAMES) - len(shown)} more" in said[-2]


def test_where_all_is_well_it_is_said_in_a_few_lines() -> None:
    said = lines(LivePicture(seen(*all_but()), NOW))
    assert said[1] == "Every runner beats."
    assert said[-1] == f"{len(RUNNER_NAMES)} of {len(RUNNER_NAMES)} runners are well."
    assert len(said) == 6
