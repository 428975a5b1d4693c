"""The figures as people read them."""

from collections.abc import Iterable

from rich.table import Table

from tests.benchmarks.figure import Figure


def table(figures: Iterable[Figure]) -> Table:
    shown = Table("benchmark")
    for column in ("value", "p50 / p99 ms", "ratio", "against", "its p50 / p99 ms"):
        shown.add_column(column, justify="right", no_wrap=True)
    shown.add_column("goal", no_wrap=True)
    shown.add_column("baseline")
    for figure in figures:
        shown.add_row(
            figure.name,
            f"{_number(figure.value)} {figure.unit}",
            _pair(figure.p50_ms, figure.p99_ms),
            f"{figure.ratio:.2f}x",
            _number(figure.baseline_value),
            _pair(figure.baseline_p50_ms, figure.baseline_p99_ms),
            _goal(figure),
            figure.baseline,
        )
    return shown


def _goal(figure: Figure) -> str:
    return f"{figure.goal} {'met' if figure.met else 'MISSED'}" if figure.goal else ""


def _pair(p50: float | None, p99: float | None) -> str:
    return " / ".join(_number(value) for value in (p50, p99) if value is not None)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
