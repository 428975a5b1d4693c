"""The benchmarks run and say what they measured; how fast it was is not asked here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.catalogue.loading import load
from domain.adoption.period import ONE_DAY, Period, months_later
from domain.adoption.report import By
from tests.benchmarks.figure import Figure
from tests.benchmarks.goals import GOALS
from tests.benchmarks.measure import Timing, concurrently, median_run, percentile
from tests.benchmarks.registry import BENCHMARKS
from tests.benchmarks.scenario import MONTHS, QUESTIONS, REGION

ROOT = Path(__file__).parents[1]
# It only ends one that hangs.
SECONDS = 800


def bench(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def test_the_benchmarks_asked_for_are_measured_against_their_baselines(tmp_path):
    done = bench(tmp_path, "--quick", "append_1", "http_submit_1")
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads((tmp_path / "bench.json").read_text())
    assert [figure["name"] for figure in figures] == ["append_1", "http_submit_1"]
    for figure in figures:
        assert figure["unit"]
        assert figure["baseline"]
        assert figure["ratio"] == pytest.approx(figure["value"] / figure["baseline_value"])
        assert 0 < figure["p50_ms"] <= figure["p99_ms"]


def test_the_others_still_run(tmp_path):
    names = ("append_secured", "command_32", "load_fold", "verify", "worklist_p99", "reconcile_10k")
    done = bench(tmp_path, "--quick", *names)
    assert done.returncode == 0, done.stdout + done.stderr
    measured = {figure["name"] for figure in json.loads((tmp_path / "bench.json").read_text())}
    assert set(names) <= measured


def test_those_over_a_million_events_still_run(tmp_path):
    done = bench(tmp_path, "--quick", "rebuild_1m")
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads((tmp_path / "bench.json").read_text())
    over = {"verify", "export", "verify_offline", "rebuild"}
    assert {f"{name}_1m" for name in over} <= {figure["name"] for figure in figures}


def test_those_of_kafka_still_run(tmp_path):
    names = ("relay", "relay_lag_p99", "relay_catch_up")
    done = bench(tmp_path, "--quick", *names)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads((tmp_path / "bench.json").read_text())
    assert [figure["name"] for figure in figures] == list(names)
    assert all(figure["value"] > 0 and figure["baseline_value"] > 0 for figure in figures)


@pytest.mark.parametrize(
    ("name", "ratio", "p99", "met"),
    [
        ("append_128", 2.0, 3.0, True),
        ("append_128", 1.9, 3.0, False),
        ("append_128", 2.0, 3.1, False),
        ("load_fold", 2.1, 1.0, False),
        ("http_submit_1", 0.1, 9.0, None),
    ],
)
def test_a_missed_goal_is_said_to_be_missed(name, ratio, p99, met):
    figure = Figure(
        name=name, value=ratio, unit="x", baseline="one", baseline_value=1, p99_ms=p99,
        baseline_p99_ms=1,
    )  # fmt: skip
    assert figure.met is met
    assert ("goal" in figure.as_json()) is (met is not None)


def test_every_goal_is_measured_by_a_benchmark():
    assert set(GOALS) <= set(BENCHMARKS)


def test_the_figures_of_the_region_at_scale_are_one_benchmark():
    names = ("scenario_100", "scenario_commands", "adoption_p99", "portal_listing_p99")
    assert len({BENCHMARKS[name] for name in names}) == 1


def test_an_unknown_benchmark_is_refused_with_the_names_there_are(tmp_path):
    done = bench(tmp_path, "speed")
    assert done.returncode != 0
    assert "speed" in done.stderr
    assert all(name in done.stderr for name in BENCHMARKS)


def test_a_percentile_is_one_of_the_values():
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile([3, 1, 2], 0.99) == 3


def test_the_median_run_takes_each_figure_by_itself():
    runs = [Timing(1, 30, 9), Timing(2, 10, 7), Timing(3, 20, 8)]
    assert median_run(runs) == Timing(2, 20, 8)


async def test_each_item_is_worked_on_once_however_many_share_them():
    done = []

    async def do(item: int) -> None:
        done.append(item)

    await concurrently(range(10), 3, do)
    assert sorted(done) == list(range(10))


def test_the_question_about_e_payment_has_a_before_and_an_after_in_what_is_played():
    (asked,) = (question for question in QUESTIONS if question.by == (By.E_PAYMENT,))
    town = load().municipality(asked.municipality)
    last = min(asked.period.last, months_later(REGION.first, MONTHS) - ONE_DAY)
    whole = Period(REGION.first, REGION.last)
    played = [volume.within(whole) for volume in REGION.volumes if volume.town == town.ags]
    assert any(period.first < town.e_payment_since for period in played)
    assert any(town.e_payment_since <= period.last and period.first <= last for period in played)
    assert asked.period.first < town.e_payment_since <= last
