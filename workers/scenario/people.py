"""Made-up people and what they write into a form. The same number is the same person."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.application.events import Applicant

GIVEN = (
    "Ayşe", "Ben", "Clara", "David", "Elif", "Finn", "Greta", "Hakan", "Ida", "Jonas", "Kübra",
    "Lena", "Mehmet", "Nele", "Oskar", "Paula", "Rüdiger", "Sabine", "Tim", "Ute", "Viktor", "Zoë",
)  # fmt: skip
FAMILY = (
    "Schmidt", "Yildiz", "Müller", "Nowak", "Kaya", "Weber", "Kowalski", "Becker", "Öztürk",
    "Hoffmann", "Schäfer", "Demir", "Koch", "Szymanski", "Richter", "Groß", "Wolf", "Vogel",
)  # fmt: skip
STREETS = ("Hochstraße", "Bahnhofstraße", "Marktallee", "Am Kanal", "Zechenweg", "Lindenstraße")
YOUNGEST_DAYS, OLDEST_DAYS = 19 * 366, 84 * 365


def applicant(chance: Random, day: date) -> Applicant:
    """Grown up, and without an address to send mail to."""
    return Applicant(
        given_name=chance.choice(GIVEN),
        family_name=chance.choice(FAMILY),
        birth_date=day - timedelta(days=chance.randint(YOUNGEST_DAYS, OLDEST_DAYS)),
    )


def filled_in(
    template: Mapping[str, Any], chance: Random, day: date, town: tuple[str, str]
) -> dict[str, Any]:
    """`town`: its AGS and its name."""
    return {name: _value(value, chance, day, town) for name, value in template.items()}


def _value(value: Any, chance: Random, day: date, town: tuple[str, str]) -> Any:
    if isinstance(value, Mapping):
        return filled_in(value, chance, day, town)
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    if value.startswith("$today"):
        return (day + timedelta(days=int(value.removeprefix("$today") or 0))).isoformat()
    ags, city = town
    made_up: dict[str, Any] = {
        "$ags": ags,
        "$name": chance.choice(FAMILY),
        "$digits": str(chance.randrange(10**7, 10**8)),
        "$address": {
            "street": chance.choice(STREETS),
            "house_number": str(chance.randint(1, 120)),
            "postal_code": "45657",
            "city": city,
        },
    }
    return made_up[value]
