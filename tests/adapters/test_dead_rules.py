"""A rule that can never hold, or that nobody can meet, is told when the file is read."""

from itertools import starmap
from typing import NamedTuple

import pytest

from adapters.catalogue.authoring import read_definition
from adapters.catalogue.errors import CatalogueIsInvalid
from adapters.catalogue.loading import BUILT_IN
from domain.service.definition import ServiceDefinition


class Slip(NamedTuple):
    service: str
    old: str
    new: str
    field: str
    said: str


def read(service: str, old: str, new: str) -> ServiceDefinition:
    text = (BUILT_IN / "services" / f"{service}.toml").read_text(encoding="utf-8")
    assert old in text
    return read_definition(text.replace(old, new, 1))


CARD, DOG, METER = "library-card", "dog-tax-registration", "garden-water-meter"
PERMIT, CERTIFICATE, TICKET = "resident-parking-permit", "birth-certificate", "social-ticket"
REVIEW, RECORD = "childcare-fee-review", "criminal-record-certificate"
EXTERNAL, DECISION = 'kind = "external"', 'kind = "decision"'
AGE_17 = "when = { age = { at_most = 17 } }"
NOT_NINE = 'not = { properties = { relief = { const = "nine" } } }'
PAYS_BY = 'enum = ["direct-debit", "transfer"]'
THEN = "then = { required = ["
COMPARED = 'at_least = "last_reading"'

CONDITIONS = [
    (DOG, 'const = "direct-debit"', 'const = "direct-debitt"',
     "form.allOf[1].if.properties.pays_by", "can never be direct-debitt"),
    (PERMIT, '["renewal", "vehicle-change"]', '["renewall", "vehicle-change"]',
     "form.allOf[1].if.properties.variant", "can never be renewall"),
    (METER, '{ variant = { const = "replaced" }', '{ variants = { const = "replaced" }',
     "form.allOf[1].if.properties.variants", "is no field of the form"),
    (METER, '{ variant = { const = "replaced" }', "{ reading = { minimum = 1000000 }",
     "form.allOf[1].if.properties.reading", "minimum 1000000 leaves nothing below maximum 999999"),
    (METER, '{ variant = { const = "replaced" }', '{ reading = { type = "string" }',
     "form.allOf[1].if.properties.reading", "of the type of this field, integer"),
    (METER, '{ variant = { const = "replaced" }', "{ variant = { maxLength = 2 }",
     "form.allOf[1].if.properties.variant", "holds for none of the values"),
    (METER, '{ variant = { const = "replaced" }',
     "{ address = { properties = { city = { const = 7 } } }",
     "form.allOf[1].if.properties.address.properties.city", "can never be 7"),
    (DOG, THEN, "then = { properties = { sepa_mandate = { const = false } }, required = [",
     "form.allOf[1].then.properties.sepa_mandate", "can never be False"),
    (DOG, "[[form.allOf]]", f"[[form.allOf]]\n{NOT_NINE}",
     "form.allOf[1].not.properties.relief", "can never be nine"),
]  # fmt: skip
RANGES = [
    (CARD, AGE_17, "when = { age = { at_least = 20, at_most = 14 } }",
     "tariff[1].when.age", "minimum 20 leaves nothing below maximum 14"),
    (CARD, "{ at_least = 18 }", "{ at_least = 20, at_most = 14 }",
     "proofs[1].when.age", "minimum 20 leaves nothing below maximum 14"),
    (DOG, "{ at_least = 3 }", "{ at_least = 21 }",
     "announced[4].when.dogs_in_household", "leaves nothing below maximum 20"),
    (DOG, 'when = { dog_class = "listed" }', AGE_17,
     "proofs[3].when.age", "minimum 18 leaves nothing below maximum 17"),
    (DOG, "{ dogs_in_household = 2 }", "{ pays_by = { at_least = 2 } }",
     "announced[3].when.pays_by", "is no number"),
    (CARD, AGE_17, "when = {}", "tariff[2].when", "holds only where a line before it does"),
    (DOG, "{ dogs_in_household = 2 }", "{ dogs_in_household = 1, relief = 'none' }",
     "announced[3].when", "holds only where a line before it does"),
]  # fmt: skip
FORMS = [
    (CERTIFICATE, "minimum = 1\nmaximum = 10", "minimum = 11\nmaximum = 10",
     "form.properties.copies", "minimum 11 leaves nothing below maximum 10"),
    (CARD, "maxLength = 12", "maxLength = 12\nminLength = 13",
     "form.properties.address.properties.house_number", "leaves nothing below maxLength 12"),
    (CERTIFICATE, "minimum = 1\nmaximum = 10", "minimum = 10\nexclusiveMaximum = 10\nmaximum = 11",
     "form.properties.copies", "minimum 10 leaves nothing below exclusiveMaximum 10"),
    (DOG, PAYS_BY, f'type = "integer"\n{PAYS_BY}',
     "form.properties.pays_by.enum", "can never be direct-debit, transfer"),
    (REVIEW, 'not_after = "today", not_before = "today-5y"',
     'not_after = "today", not_before = "today+5y"', "form.properties.period_from.x-date",
     "not_before today+5y is after not_after today"),
    (REVIEW, 'not_after = "today", not_before = "today-5y"',
     'not_after = "2021-01-01", not_before = "2021-01-02"', "form.properties.period_from.x-date",
     "leaves nothing"),
    (REVIEW, "x-age = { at_most = 14 }", "x-age = { at_least = 15, at_most = 14 }",
     "form.properties.child.properties.birth_date.x-age", "at_least 15 is after at_most 14"),
    (METER, COMPARED, 'at_least = "read_on"', "form.x-compare",
     "compares reading, a number, with read_on, a date"),
    (METER, COMPARED, 'at_least = "reading"', "form.x-compare", "compares reading with itself"),
    (METER, 'field = "reading"\nat_least = "last_reading"',
     'field = "meter_number"\nat_least = "customer_number"', "form.x-compare",
     "at_least is for numbers and dates, and meter_number is a text"),
    (METER, "maximum = 2100", 'x-year = { not_before = "today+1y", not_after = "today" }',
     "form.properties.calibrated_until.x-year", "not_before today+1y is after not_after today"),
    (METER, 'format = "date"', 'format = "date"\nx-year = { not_after = "today" }',
     "form.properties.read_on.x-year", 'needs type = "integer"'),
]  # fmt: skip
KINDS = [
    (RECORD, EXTERNAL, f"{EXTERNAL}\nminimum_age = 14", "minimum_age", "does not go with an ext"),
    (RECORD, EXTERNAL, f'{EXTERNAL}\ntrust_level = "high"', "trust_level", "does not go with an"),
    (RECORD, EXTERNAL, f"{EXTERNAL}\nyearly = true", "yearly", "does not go with an external"),
    (RECORD, EXTERNAL, f"{EXTERNAL}\nissues_number = true", "issues_number", "does not go with"),
    (RECORD, EXTERNAL, f"{EXTERNAL}\nexpiry = {{ unpaid_days = 3 }}", "expiry", "does not go with"),
    (RECORD, EXTERNAL, f"{EXTERNAL}\nyearly_by = 'year'", "yearly_by", "does not go with an"),
    (TICKET, DECISION, f"{DECISION}\nyearly_by = 'benefit'", "yearly_by", "whole number"),
    (CERTIFICATE, '"birth_place", ', "", "responsible.field", "an answer that may be left out"),
]
SLIPS = [*starmap(Slip, [*CONDITIONS, *RANGES, *FORMS, *KINDS])]


@pytest.mark.parametrize("slip", SLIPS, ids=[f"{s.service}-{s.said}" for s in SLIPS])
def test_a_rule_without_effect_is_named_with_its_field(slip: Slip) -> None:
    with pytest.raises(CatalogueIsInvalid) as refused:
        read(slip.service, slip.old, slip.new)
    told = {problem.field: problem.what for problem in refused.value.problems}
    assert slip.said in told.get(slip.field, ""), told


FINE = [
    # A day that is fixed comes sooner or later, and one that moves with today leaves it behind.
    (REVIEW, 'not_before = "today-5y"', 'not_before = "2090-01-01"'),
    (REVIEW, 'not_after = "today", not_before = "today-5y"',
     'not_after = "today+31d", not_before = "today+1m"'),
    (METER, COMPARED, 'at_most = "last_reading"'),
    (METER, 'field = "reading"\nat_least = "last_reading"',
     'field = "meter_number"\nother_than = "customer_number"'),
    (METER, '{ variant = { const = "replaced" }', "{ reading = { minimum = 999999 }"),
    (METER, "maximum = 2100", 'x-year = { not_before = "today", not_after = "today" }'),
    (RECORD, EXTERNAL, f'{EXTERNAL}\nyearly = false\ntrust_level = "basic"'),
]  # fmt: skip


@pytest.mark.parametrize(("service", "old", "new"), FINE)
def test_a_rule_that_can_hold_is_taken(service: str, old: str, new: str) -> None:
    assert read(service, old, new).key == service
