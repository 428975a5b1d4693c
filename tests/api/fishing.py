"""A service and a municipality that the product does not know: two files, no line of code."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from adapters.catalogue.loading import read_files
from tests.projections.log import silent
from workers.seeding import seed

HERNE, FISHING = "05916000", "fishing-licence"
SERVICE = """
key = "fishing-licence"
version = 1
category = "leisure"
category_title = { de = "Freizeit", en = "Leisure" }
kind = "decision"
trust_level = "basic"
payment_timing = "before-handover"
fulfilments = ["pickup"]

[title]
de = "Fischereischein"
en = "Fishing licence"

[variants]
new = { de = "Neu", en = "New" }

[deadline]
working_days = 5

[[tariff]]
name = "youth"
title = { de = "Jugendfischereischein", en = "Youth licence" }
cents = 800
when = { age = { at_most = 15 } }

[[tariff]]
name = "five-years"
title = { de = "Fünf Jahre", en = "Five years" }
cents = 4800
when = {}

[[proofs]]
kind = "fishing-exam"
title = { de = "Zeugnis der Fischerprüfung", en = "Certificate of the fishing exam" }
when = { age = { at_least = 16 } }

[form]
type = "object"
required = ["exam_year"]
additionalProperties = false

[form.properties.exam_year]
x-title = { de = "Jahr der Fischerprüfung", en = "Year of the fishing exam" }
type = "integer"
minimum = 1950
maximum = 2100
"""
TOWN = """
ags = "05916000"
name = "Herne"
region = "ruhrgebiet"
onboarding = ["key-people", "contract", "portal-integration"]
sender = "noreply@herne.example"
mailbox = "ordnungsamt@herne.example"

# The sandbox's platform knows this account.
[payment]
originator = "gelsenkirchen"
endpoint = "stadtbibliothek"

[services.fishing-licence]
version = 1
office = "Ordnungsamt"
fees = { five-years = 5000 }

[[branches]]
key = "rathaus"
name = "Rathaus"
address = "Friedrich-Ebert-Platz 2, 44623 Herne"
"""


def written_to(folder: Path) -> Path:
    for part, name, text in (
        ("services", "fishing-licence.toml", SERVICE),
        ("municipalities", "05916000-herne.toml", TOWN),
    ):
        (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / part / name).write_text(text, encoding="utf-8")
    return folder


async def seeded(database: str, folder: Path) -> list[str]:
    """As `amtsweg seed FOLDER` does, while API and workers run."""
    return await seed(database, read_files(folder), silent)


def licence(**changes: Any) -> dict[str, Any]:
    return {
        "municipality": HERNE,
        "service": FISHING,
        "applicant": {
            "given_name": "Kim",
            "family_name": "Bauer",
            "birth_date": "1990-01-31",
            "email": f"{uuid4().hex}@example.org",
        },
        "answers": {"exam_year": 2019},
        "fulfilment": {"mode": "pickup", "branch": "rathaus"},
        **changes,
    }
