from dataclasses import replace
from typing import Any

import pytest

from domain.errors import NoTariffLine
from domain.rules import (
    Expiry,
    Fee,
    FeeItem,
    Fulfilment,
    Kind,
    OwnProof,
    PaymentTiming,
    RulesInForce,
    TrustLevel,
)
from domain.service.assessment import as_filed, assess, bound_answers, proofs_here
from domain.service.definition import (
    Price,
    ProofRule,
    ServiceDefinition,
    TariffLine,
)
from domain.service.tariff import in_words
from domain.working_days import DeadlinePolicy

CARD = ServiceDefinition(
    key="library-card",
    version=3,
    sha256="f" * 64,
    title={"de": "Bibliotheksausweis"},
    category="Familie und Kind",
    kind=Kind.DECISION,
    variants=("new", "renewal"),
    form={},
    tariff=(
        TariffLine(name="minor", title={}, cents=0, when={"age": {"at_most": 17}}),
        TariffLine(
            name="reduced",
            title={},
            cents=1000,
            when={"age": {"at_least": 18}, "reduction": ("student", "job-seeker")},
        ),
        TariffLine(name="adult", title={}, cents=2000, when={"age": {"at_least": 18}}),
    ),
    proofs=(
        ProofRule(kind="reduction", title={}, when={"reduction": ["student", "job-seeker"]}),
        ProofRule(kind="consent", title={}, when={"age": {"at_least": 7, "at_most": 15}}),
    ),
    payment_timing=PaymentTiming.BEFORE_HANDOVER,
    fulfilments=(Fulfilment.PICKUP, Fulfilment.ONLINE_ONLY),
    trust_level=TrustLevel.BASIC,
    deadline=DeadlinePolicy(working_days=2),
    entitlements=("house", "onleihe"),
    online_entitlements=("onleihe",),
    issues_number=True,
)
BRANCHES = ("main", "rosenhuegel")


def rules(fees: dict[str, int] | None = None, **facts: Any) -> RulesInForce:
    return assess(CARD, fees=fees or {}, branches=BRANCHES, facts=facts)


@pytest.mark.parametrize(
    ("facts", "fee"),
    [
        ({"age": 17}, Fee(cents=0, tariff="minor")),
        ({"age": 18}, Fee(cents=2000, tariff="adult")),
        ({"age": 18, "reduction": "student"}, Fee(cents=1000, tariff="reduced")),
        ({"age": 40, "reduction": "job-seeker"}, Fee(cents=1000, tariff="reduced")),
        ({"age": 40, "reduction": "tall"}, Fee(cents=2000, tariff="adult")),
        ({"age": 16, "reduction": "student"}, Fee(cents=0, tariff="minor")),
    ],
)
def test_the_first_line_of_the_tariff_that_fits_gives_the_fee(
    facts: dict[str, Any], fee: Fee
) -> None:
    assert rules(**facts).fee == fee


def test_the_town_sets_its_own_amount() -> None:
    assert rules({"adult": 1850}, age=30).fee == Fee(cents=1850, tariff="adult")


def test_a_town_that_asks_for_nothing_needs_no_payment() -> None:
    free = rules({"adult": 0}, age=30)
    assert (free.fee.cents, free.payment_timing) == (0, PaymentTiming.NONE)


def test_a_fee_keeps_the_payment_timing_of_the_service() -> None:
    assert rules(age=30).payment_timing is PaymentTiming.BEFORE_HANDOVER
    assert rules(age=3).payment_timing is PaymentTiming.NONE


def test_answers_that_fit_no_line_are_refused() -> None:
    with pytest.raises(NoTariffLine):
        rules(reduction="student")


def test_a_service_without_a_tariff_is_free() -> None:
    free = assess(replace(CARD, tariff=()), fees={}, branches=(), facts={})
    assert (free.fee, free.payment_timing) == (Fee(cents=0, tariff="free"), PaymentTiming.NONE)


@pytest.mark.parametrize(
    ("facts", "proofs"),
    [
        ({"age": 30}, ()),
        ({"age": 30, "reduction": "student"}, ("reduction",)),
        ({"age": 6}, ()),
        ({"age": 7}, ("consent",)),
        ({"age": 15, "reduction": "student"}, ("reduction", "consent")),
        ({"age": 16}, ()),
    ],
)
def test_a_proof_is_required_only_where_its_condition_holds(
    facts: dict[str, Any], proofs: tuple[str, ...]
) -> None:
    assert rules(**facts).required_proofs == proofs


def test_the_towns_branches_and_the_definition_are_pinned() -> None:
    pinned = rules(age=30)
    assert pinned.branches == BRANCHES
    assert (pinned.service, pinned.version, pinned.definition_sha256) == (
        CARD.key,
        CARD.version,
        CARD.sha256,
    )
    assert (pinned.kind, pinned.trust_level, pinned.deadline, pinned.fulfilments) == (
        CARD.kind,
        CARD.trust_level,
        CARD.deadline,
        CARD.fulfilments,
    )
    assert (pinned.entitlements, pinned.online_entitlements, pinned.issues_number) == (
        CARD.entitlements,
        CARD.online_entitlements,
        True,
    )


@pytest.mark.parametrize(
    ("before", "after", "bound"),
    [
        ({"age": 30, "reduction": "none"}, {"reduction": "student"}, {"reduction"}),
        ({"age": 30, "reduction": "student"}, {"reduction": "none"}, {"reduction"}),
        ({"age": 30, "reduction": "student"}, {"reduction": "job-seeker"}, set()),
        ({"age": 30, "reduction": "none"}, {"phone": "0209 1690"}, set()),
        ({"age": 12, "reduction": "none"}, {"reduction": "student"}, {"reduction"}),  # a proof
        ({"age": 12, "reduction": "student"}, {"reduction": "none"}, set()),
        ({"age": 30, "copies": 1}, {"copies": 1.0}, set()),
    ],
)
def test_what_fee_and_proofs_were_found_by_is_bound(
    before: dict[str, Any], after: dict[str, Any], bound: set[str]
) -> None:
    assert bound_answers(CARD, before, before | after) == bound


def test_a_proof_that_the_town_waives_is_not_asked_for_and_binds_no_answer() -> None:
    minor, student = {"age": 12, "reduction": "none"}, {"age": 12, "reduction": "student"}
    here = replace(CARD, proofs=proofs_here(CARD, ("reduction",), ()))
    waived = assess(here, fees={}, branches=(), facts=student, waived_proofs=("reduction",))
    assert (waived.required_proofs, waived.waived_proofs) == (("consent",), ("reduction",))
    assert as_filed(CARD, waived).proofs == here.proofs
    assert bound_answers(as_filed(CARD, waived), minor, student) == set()
    assert bound_answers(as_filed(CARD, rules(**minor)), minor, student) == {"reduction"}


def test_a_proof_of_the_town_s_own_is_asked_for_and_binds_the_answers_it_depends_on() -> None:
    own = OwnProof(kind="visa", title={"de": "Visum", "en": "Visa"}, when={"guest": True})
    here = replace(CARD, proofs=proofs_here(CARD, (), (own,)))
    adult, guest = {"age": 30, "guest": False}, {"age": 30, "guest": True}
    pinned = assess(here, fees={}, branches=(), facts=guest, own_proofs=(own,))
    assert (pinned.required_proofs, pinned.own_proofs) == (("visa",), (own,))
    assert bound_answers(as_filed(CARD, pinned), adult, guest) == {"guest"}
    assert bound_answers(as_filed(CARD, rules(**adult)), adult, guest) == set()


def test_the_number_of_pieces_is_bound_unless_it_is_only_announced() -> None:
    paid = replace(CARD, tariff=(COPIES,), proofs=())
    announced = replace(CARD, tariff=(), announced=(COPIES,), proofs=())
    assert bound_answers(paid, {"copies": 1}, {"copies": 9}) == {"copies"}
    assert bound_answers(announced, {"copies": 1}, {"copies": 9}) == set()


def test_an_answer_that_fits_no_line_any_more_is_bound() -> None:
    adults = replace(CARD, tariff=CARD.tariff[1:2], proofs=())
    student = {"age": 30, "reduction": "student"}
    assert bound_answers(adults, student, {**student, "reduction": "tall"}) == {"reduction"}


COPIES = TariffLine(
    name="first",
    title={},
    cents=1000,
    when={},
    quantity="copies",
    further=(Price(name="second", title={}, cents=700), Price(name="more", title={}, cents=500)),
)


@pytest.mark.parametrize(
    ("copies", "cents", "items"),
    [
        (1, 1000, [("first", 1, 1000)]),
        (2, 1700, [("first", 1, 1000), ("second", 1, 700)]),
        (3, 2200, [("first", 1, 1000), ("second", 1, 700), ("more", 1, 500)]),
        (5, 3200, [("first", 1, 1000), ("second", 1, 700), ("more", 3, 500)]),
        (2.0, 1700, [("first", 1, 1000), ("second", 1, 700)]),
    ],
)
def test_further_pieces_cost_what_the_tariff_says_of_them(
    copies: float, cents: int, items: list[tuple[str, int, int]]
) -> None:
    fee = assess(
        replace(CARD, tariff=(COPIES,)), fees={}, branches=(), facts={"copies": copies}
    ).fee
    assert (fee.cents, fee.tariff) == (cents, "first")
    assert fee.items == tuple(FeeItem(name=n, quantity=q, cents_each=c) for n, q, c in items)
    assert type(fee.cents) is int


def test_a_payer_reads_each_price_in_words() -> None:
    fee = assess(replace(CARD, tariff=(COPIES,)), fees={}, branches=(), facts={"copies": 3}).fee
    second, more = COPIES.further
    further = (replace(second, title={"de": "Zweite", "en": "Second"}), more)
    named = replace(COPIES, title={"de": "Erste"}, further=further)
    told = in_words((named,), fee.items)
    assert [item.name for item in told] == ["Erste", "Zweite", "more"]
    assert [item.cents_each for item in told] == [item.cents_each for item in fee.items]


def test_a_town_sets_the_amount_of_further_pieces_by_their_name() -> None:
    certificate = replace(CARD, tariff=(COPIES,))
    fee = assess(certificate, fees={"more": 100}, branches=(), facts={"copies": 4}).fee
    assert fee.cents == 1000 + 700 + 2 * 100


def test_where_there_is_one_price_each_piece_costs_it() -> None:
    each = replace(COPIES, further=())
    fee = assess(replace(CARD, tariff=(each,)), fees={}, branches=(), facts={"copies": 3}).fee
    assert fee == Fee(
        cents=3000, tariff="first", items=(FeeItem(name="first", quantity=3, cents_each=1000),)
    )


def test_what_a_notice_will_demand_is_pinned_and_not_paid_here() -> None:
    dogs = replace(CARD, tariff=(), announced=(replace(COPIES, quantity="dogs"),))
    pinned = assess(dogs, fees={"first": 12000}, branches=(), facts={"dogs": 1})
    assert (pinned.fee.cents, pinned.payment_timing) == (0, PaymentTiming.NONE)
    assert pinned.announced == Fee(
        cents=12000, tariff="first", items=(FeeItem(name="first", quantity=1, cents_each=12000),)
    )
    assert rules(age=30).announced is None


def test_where_no_line_fits_nothing_is_announced() -> None:
    dogs = replace(CARD, tariff=(), announced=(replace(COPIES, when={"dogs": 1}),))
    assert assess(dogs, fees={}, branches=(), facts={"dogs": 2}).announced is None


def test_expiry_duty_and_key_of_the_service_are_pinned() -> None:
    review = replace(CARD, expiry=Expiry(unanswered_days=42), yearly=True, leika="9" * 14)
    pinned = assess(review, fees={}, branches=(), facts={"age": 30})
    assert (pinned.expiry.unanswered_days, pinned.yearly, pinned.leika) == (42, True, "9" * 14)
