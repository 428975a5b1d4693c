"""The means of payment an applicant can choose, and on which days: see methods.toml."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "methods.toml"


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    code: str
    label: str
    first_day: date = date.min
    last_day: date = date.max


@cache
def methods(file: Path = FILE) -> tuple[PaymentMethod, ...]:
    return tuple(PaymentMethod(**one) for one in tomllib.loads(file.read_text())["methods"])


def offered(day: date) -> dict[str, PaymentMethod]:
    return {one.code: one for one in methods() if one.first_day <= day <= one.last_day}
