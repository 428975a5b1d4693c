"""The German catalogue has every refusal, every title and every piece of advice, and no other."""

import ast
import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from adapters.catalogue.errors import ServiceIsNotLiveYet
from adapters.event_store.errors import StoreIsBusy
from adapters.payments.errors import PaymentRefused, TreasuryListUnusable
from api.errors import STATUS
from api.refusals_in_german import ADVICE, REFUSALS, TITLES, advised, in_english, kebab, title, told
from domain.errors import AlreadyEnded, ServiceIsExternal
from tests.api.test_errors import MODULES, NOT_OVER_HTTP
from tests.installation import ROOT


def _answered(kind: type) -> bool:
    return kind not in NOT_OVER_HTTP and any(parent in STATUS for parent in kind.__mro__)


# Where advice is written, and in what: a sentence in it has to be in the table.
CALLS = ("FieldProblem", "TreasuryListUnusable", "_matching")
CALLING = (*sorted((ROOT / "api").glob("*.py")), *sorted((ROOT / "adapters/payments").glob("*.py")))
YIELDING = (
    ROOT / "adapters" / "read_models" / "adoption_checks.py",
    ROOT / "adapters" / "catalogue" / "closing_days.py",
    ROOT / "domain" / "adoption" / "disclosure.py",
)
KINDS = [k for m in MODULES for k in vars(m).values() if isinstance(k, type) and _answered(k)]
CODE = re.compile(r"`[^`]+`")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_refusal_is_said_in_german(kind: type[Exception]) -> None:
    german, english = REFUSALS[kebab(kind.__name__)], in_english(kind)
    assert german[-1] == english[-1]
    assert german != english
    assert set(CODE.findall(english)) <= set(CODE.findall(german))


def test_no_other_refusals_are_said_and_no_name_is_taken_twice() -> None:
    assert set(REFUSALS) == {kebab(kind.__name__) for kind in KINDS}
    assert len(REFUSALS) == len(set(KINDS))


def test_every_status_has_a_german_title() -> None:
    framework = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.REQUEST_TIMEOUT}
    answered = {*STATUS.values(), *framework}
    assert set(TITLES) == {str(status.value) for status in answered}
    assert title(HTTPStatus.CONFLICT, "en") == "Conflict"
    assert title(HTTPStatus.CONFLICT, "de") != "Conflict"


def test_all_advice_is_said_in_german_and_no_other() -> None:
    assert {one.replace("{}{}", "{}") for one in _advice()} == set(ADVICE)
    for english, german in ADVICE.items():
        assert english.count("{}") == german.count("{}"), english


def _advice() -> Iterator[str]:
    for path in CALLING:
        yield from _said_with(ast.parse(path.read_text("utf-8")))
    for path in YIELDING:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Yield | ast.Return) and "_advice" not in ast.unparse(node):
                for one in _arguments(node):
                    yield from _sentences(one)


def _said_with(module: ast.Module) -> Iterator[str]:
    """What the calls are made with, at once or by a name."""
    nodes = list(ast.walk(module))
    calls = [n for n in nodes if isinstance(n, ast.Call) and ast.unparse(n.func) in CALLS]
    arguments = [argument for call in calls for argument in _arguments(call)]
    named = {argument.id for argument in arguments if isinstance(argument, ast.Name)}
    assigned = [n for n in nodes if isinstance(n, ast.Assign)]
    by_name = [n.value for n in assigned if {ast.unparse(t) for t in n.targets} & named]
    for one in (*arguments, *by_name):
        yield from _sentences(one)


def _arguments(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Call):
        return node.args[1:]
    value = getattr(node, "value", None)
    return value.elts[1:] if isinstance(value, ast.Tuple) else [value] if value else []


def _sentences(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) if " " in text:
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(v.value if isinstance(v, ast.Constant) else "{}" for v in values)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _sentences(body)
            yield from _sentences(orelse)
        case _:
            return


@pytest.mark.parametrize(
    ("refusal", "told_as"),
    [
        (AlreadyEnded(), REFUSALS["already-ended"]),
        (StoreIsBusy("a", "b"), f"{REFUSALS['store-is-busy']} (a: b)"),
        (ServiceIsNotLiveYet("2027-01-01"), f"{REFUSALS['service-is-not-live-yet']} (2027-01-01)"),
        (
            ServiceIsExternal("Bundesamt für Justiz", "https://x.example"),
            f"{REFUSALS['service-is-external']} (Bundesamt für Justiz, https://x.example)",
        ),
        (PaymentRefused("AMOUNT"), f"{REFUSALS['payment-refused']} (AMOUNT)"),
        (
            TreasuryListUnusable(3, "should name the columns: amount"),
            f"{REFUSALS['treasury-list-unusable']} Zeile 3 sollte die Spalten nennen: amount.",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_refusal_names_stands_behind_its_sentence(refusal: Exception, told_as: str) -> None:
    assert told(refusal, "de") == told_as
    assert told(refusal, "en") == str(refusal)


def test_advice_keeps_what_it_names_and_what_is_german_already() -> None:
    assert advised("choose one of: {a}, b", "de") == "bitte eines davon wählen: {a}, b"
    assert (
        advised("leave this out: there is none here", "de")
        == "bitte weglassen: hier gibt es nichts davon"
    )
    assert advised("Bitte die fünf Ziffern angeben.", "de") == "Bitte die fünf Ziffern angeben."
    assert advised("choose one of: a", "en") == "choose one of: a"
    assert advised(AlreadyEnded(), "de") == REFUSALS["already-ended"]


def test_what_clerks_are_told_to_expect_is_what_they_are_told() -> None:
    """Every German sentence that docs/clerks.md quotes of a refusal is in the catalogue."""
    quoted = re.findall(r"\*„([^“]+)“\*", (ROOT / "docs" / "clerks.md").read_text("utf-8"))
    assert quoted
    assert [one for one in quoted if " ".join(one.split()) not in REFUSALS.values()] == []


def test_the_catalogue_goes_along_with_the_package() -> None:
    assert '"*.toml"' in (ROOT / "pyproject.toml").read_text("utf-8").partition("\napi = ")[2]
