"""Of the days on which it is closed."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from adapters.catalogue.closing_days import rule_complaint
from adapters.catalogue.municipality_document import MONTH_AND_DAY
from api.bodies import Body, IsoDate, Name
from api.onboarding_bodies.command_body import CommandBody
from api.refusals import FieldProblem, FormHasProblems
from domain.municipality import commands as c
from domain.municipality.municipality import ClosingRule


class ClosingRuleBody(Body):
    """Exactly one of the three says when; `every` is a month and a day, `MM-DD`."""

    name: Name
    every: Annotated[str, StringConstraints(pattern=MONTH_AND_DAY)] | None = None
    days_from_easter_sunday: Annotated[int, Field(ge=-93, le=250)] | None = None
    on: IsoDate | None = None


class ClosingDaysBody(CommandBody):
    """All of them: these take the place of those before."""

    rules: list[ClosingRuleBody]

    def command(self, now: datetime) -> c.MunicipalityCommand:
        rules = tuple(ClosingRule(**rule.model_dump()) for rule in self.rules)
        complaints = ((row, rule_complaint(rule)) for row, rule in enumerate(rules))
        problems = [FieldProblem(f"/rules/{row}", what) for row, what in complaints if what]
        if problems:
            raise FormHasProblems(problems)
        return c.SetClosingDays(rules=rules, now=now)
