"""What may be asked about the use of online services, and what is wrong with a question."""

import re
from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from adapters.catalogue.catalogue import Catalogue
from adapters.read_models.adoption_checks import mistakes
from api.bodies import Ags, IsoDate, Key
from api.refusals import FieldProblem, FormHasProblems
from api.waiting import After
from domain.adoption.disclosure import finished_months, not_public
from domain.adoption.period import Period, end_of_month
from domain.adoption.report import By, Question, Stage
from domain.municipality.ags import KREIS_PATTERN

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
Kreis = Annotated[str, StringConstraints(pattern=KREIS_PATTERN)]


def _month(value: object) -> object:
    if isinstance(value, str) and MONTH.fullmatch(value):
        return f"{value}-01"
    raise PydanticCustomError("written_as_month", "write it as {example}", {"example": "2021-06"})


Month = Annotated[date, BeforeValidator(_month)]


class Narrowed(BaseModel):
    """What to count: everything that takes part, unless narrowed."""

    municipality: Ags | None = None
    kreis: Kreis | None = None
    region: Key | None = None
    service: Key | None = None
    category: Key | None = None
    stage: Stage = Stage.LIVE


class AdoptionQuery(Narrowed):
    """`from` and `to` are legal days, both counted; this year so far where they are left out.

    `as_of`: as it stood at the end of this day, without what was recorded later.
    """

    first: Annotated[IsoDate | None, Query(alias="from")] = None
    last: Annotated[IsoDate | None, Query(alias="to")] = None
    by: Annotated[list[By], Query(min_length=1, max_length=4)] = [By.MUNICIPALITY]
    as_of: IsoDate | None = None
    after: After = None

    def question(self, catalogue: Catalogue, today: date) -> Question:
        """Raise FormHasProblems."""
        if self.first and self.last is None and self.first > today:
            advice = "this day is still to come; give one up to today"
            raise FormHasProblems([FieldProblem("query:/from", advice)])
        first = self.first or (self.last or today).replace(month=1, day=1)
        asked = _question(self, Period(first, self.last or today), tuple(self.by), self.as_of)
        return _sound(asked, catalogue)


class AdoptionCsvQuery(AdoptionQuery):
    excel: bool = False


class PublicQuery(Narrowed):
    """`from` and `to` are finished months, both counted; the last twelve where left out."""

    first: Annotated[Month | None, Query(alias="from")] = None
    last: Annotated[Month | None, Query(alias="to")] = None
    by: Annotated[list[By], Query(min_length=1, max_length=2)] = [By.MUNICIPALITY]

    def question(self, catalogue: Catalogue, today: date) -> Question:
        """Raise FormHasProblems."""
        last = self.last and end_of_month(self.last)
        period = finished_months(self.first, last, today)
        return _sound(_question(self, period, tuple(self.by)), catalogue, published_on=today)


class PublicCsvQuery(PublicQuery):
    excel: bool = False


def _question(
    asked: Narrowed, period: Period, by: tuple[By, ...], as_of: date | None = None
) -> Question:
    narrowed = {name: getattr(asked, name) for name in Narrowed.model_fields}
    return Question(period=period, by=by, recorded_until=as_of, **narrowed)


def _sound(asked: Question, catalogue: Catalogue, *, published_on: date | None = None) -> Question:
    wrong = list(mistakes(asked, catalogue))
    if published_on and not wrong:
        wrong = list(not_public(asked, published_on))
    if problems := [FieldProblem(f"query:/{name}", why) for name, why in wrong]:
        raise FormHasProblems(problems)
    return asked
