"""What the form says of the answers is told beside fields that cannot be read at all."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.errors import CatalogueRefused
from adapters.catalogue.wording import choose
from api.answers import fact_problems, unsound_answers
from api.refusals import FieldProblem
from api.sound_submission import chosen_variant
from domain.errors import Refused
from domain.service.definition import age_on
from domain.working_days import legal_day


class ToldAtOnce(APIRoute):
    """Whoever corrects one field after the other has to send the form as often."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                catalogue, today = request.app.state.parts.catalogue, legal_day(datetime.now(UTC))
                request.state.besides = partial(unsound_besides, catalogue, error.body, today)
                raise

        return told


def besides(request: Request, fields: list[FieldProblem], language: str) -> list[FieldProblem]:
    """Return what is wrong besides these fields, each once."""
    ask = getattr(request.state, "besides", None)
    named = {field.pointer for field in fields}
    return [one for one in ask(language) if one.pointer not in named] if ask else []


def unsound_besides(
    catalogue: Catalogue, body: object, today: date, language: str
) -> list[FieldProblem]:
    """Where service, answers or birth date are unknown, so is what the form asks for."""
    if not isinstance(body, Mapping) or not isinstance(body.get("answers"), Mapping):
        return []
    ags, service = str(body.get("municipality")), str(body.get("service"))
    said = body.get("variant")
    born = _born(body.get("applicant"))
    if born is None or born > today or not isinstance(said, str | None):
        return []
    try:
        definition = catalogue.offer(ags, service, today).definition
    except (CatalogueRefused, Refused):
        return []
    answers, variant = body["answers"], chosen_variant(definition, said)
    if variant is None:
        choice = FieldProblem("/variant", choose(definition.variants, language))
        return [choice, *fact_problems(answers, "/answers", language)]
    facts = {**answers, "variant": variant, "age": age_on(today, born)}
    unsound = unsound_answers(definition, facts, today=today, language=language, place="/answers")
    return [*fact_problems(answers, "/answers", language), *unsound]


def _born(applicant: object) -> date | None:
    said = applicant.get("birth_date") if isinstance(applicant, Mapping) else None
    try:
        return date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
