"""Stop-watches: how many a second, the median run, the percentiles of what each one took."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Timing:
    """`rate`: how many a second."""

    rate: float
    p50_ms: float | None = None
    p99_ms: float | None = None


def timing(seconds: float, latencies: Sequence[float]) -> Timing:
    """`latencies`: seconds that each one took."""
    p50, p99 = percentile(latencies, 0.5), percentile(latencies, 0.99)
    return Timing(len(latencies) / seconds, p50 * 1000, p99 * 1000)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def median_run(runs: Sequence[Timing]) -> Timing:
    """Each figure is the median of its own over all runs."""
    return Timing(
        median(run.rate for run in runs),
        _median(run.p50_ms for run in runs),
        _median(run.p99_ms for run in runs),
    )


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


async def concurrently(
    items: Iterable[Item], workers: int, do: Callable[[Item], Awaitable[object]]
) -> Timing:
    """So many tasks share the items; each takes the next one once it is done with one."""
    waiting, latencies = iter(items), list[float]()

    async def work() -> None:
        for item in waiting:
            started = perf_counter()
            await do(item)
            latencies.append(perf_counter() - started)

    started = perf_counter()
    await asyncio.gather(*(work() for _ in range(workers)))
    return timing(perf_counter() - started, latencies)


def in_threads(items: Iterable[Item], workers: int, do: Callable[[Item], object]) -> Timing:
    waiting, latencies = iter(items), list[float]()

    def work() -> None:
        for item in waiting:
            started = perf_counter()
            do(item)
            latencies.append(perf_counter() - started)

    with ThreadPoolExecutor(workers) as threads:
        started = perf_counter()
        for done in [threads.submit(work) for _ in range(workers)]:
            done.result()
        return timing(perf_counter() - started, latencies)
