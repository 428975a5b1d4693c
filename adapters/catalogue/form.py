"""Checks the answers of an applicant against the form of a service, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from adapters.catalogue.form_keywords import KEYWORDS, complaints_in, on
from adapters.catalogue.form_schema import compile_form
from adapters.catalogue.same_object import SameObject
from adapters.catalogue.wording import advice, not_json
from domain.service.definition import ServiceDefinition, said

Pointed = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """`pointer`: a JSON pointer (RFC 6901) into the answers, also to a field that is missing."""

    pointer: str
    message: str


def check(
    definition: ServiceDefinition, answers: Mapping[str, Any], *, today: date, language: str = "en"
) -> list[FieldProblem]:
    """One problem a field at most. `answers` with the facts `variant` and `age` merged in.

    `today` is what dates in the form are bounded by. Messages say what to do and repeat nothing of
    what was answered. Languages: de, en.
    """
    form = _compiled(SameObject(definition.form))
    given = dict(answers)
    try:
        with on(today):
            found = [] if form.is_valid(given) else list(form.iter_errors(given))
    except ValueError:  # half a surrogate pair, nested too deep, a value JSON does not have
        return [FieldProblem("", not_json(language))]
    problems: dict[str, FieldProblem] = {}
    for error in found:
        for path, message in _told(error, definition.form, language):
            problem = FieldProblem(_pointer(path), message)
            problems.setdefault(problem.pointer, problem)
    return list(problems.values())


# By the form itself, which lives as long as its definition: a copied digest finds no other form.
@lru_cache(maxsize=512)
def _compiled(form: SameObject[Mapping[str, Any]]) -> Draft202012Validator:
    return compile_form(form.it)


def _told(
    error: ValidationError, form: Mapping[str, Any], language: str
) -> Iterator[tuple[Pointed, str]]:
    if error.kind.name in KEYWORDS:
        for field, hint in complaints_in(str(error.kind.value)):
            path = (*error.instance_path, field) if field else tuple(error.instance_path)
            yield path, said(hint, language)
        return
    for path in _fields(error):
        yield path, advice(form, path, error.kind, language)


def _fields(error: ValidationError) -> Iterator[Pointed]:
    around = tuple(error.instance_path)
    match error.kind:
        case ValidationErrorKind.Required(property=name):
            yield (*around, name)
        case ValidationErrorKind.AdditionalProperties(unexpected=names):
            yield from ((*around, name) for name in names)
        case _:
            yield around


def _pointer(path: Pointed) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
