"""The people of the sandbox, ready to sign in; all of them are made up."""

from dataclasses import dataclass
from datetime import date

from adapters.identity.actor import Role
from adapters.identity.errors import IdentityRefused

GELSENKIRCHEN, GLADBECK = "05513000", "05562014"


class PersonUnknown(IdentityRefused):
    """Nobody in the sandbox has this name or role; `GET /issuer/people` lists everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`municipality` is where a citizen lives and where staff work; None is the whole region.

    Without a `role` the token names none: what they may do, `staff grant` says. `mailbox`: the
    handle of what their account has.
    """

    name: str
    subject: str
    role: Role | None
    municipality: str | None
    full_name: str
    birth_date: date
    email: str
    story: str
    branch: str | None = None
    trust_level: str | None = None
    mailbox: str | None = None


PEOPLE = (
    Person(
        name="anna",
        subject="acct-7d1f0c52e9a84b36",
        role=Role.CITIZEN,
        municipality=GELSENKIRCHEN,
        trust_level="STORK-QAA-Level-4",
        full_name="Anna Köhler",
        birth_date=date(1991, 4, 17),
        email="anna.koehler@example.org",
        mailbox="7f3c1f0e-52a6-4b8d-9e0a-4c6d1b2a3f50",
        story="Signs in with the eID and claims a reduction.",
    ),
    Person(
        name="ben",
        subject="acct-2b96d3a71f5e4c08",
        role=Role.CITIZEN,
        municipality=GELSENKIRCHEN,
        trust_level="password",
        full_name="Ben Öztürk",
        birth_date=date(1984, 11, 2),
        email="ben.oeztuerk@example.org",
        story="Signs in with a password and uses the library online only.",
    ),
    Person(
        name="carla",
        subject="acct-c4e80a6f93d24715",
        role=Role.CITIZEN,
        municipality=GLADBECK,
        trust_level="normal",
        full_name="Carla Nowak",
        birth_date=date(2012, 9, 14),
        email="carla.nowak@example.org",
        story="Still a minor, lives in Gladbeck.",
    ),
    Person(
        name="gelsenkirchen-clerk",
        subject="gelsenkirchen-clerk",
        role=Role.CLERK,
        municipality=GELSENKIRCHEN,
        full_name="Jutta Brandt",
        birth_date=date(1972, 2, 8),
        email="jutta.brandt@gelsenkirchen.invalid",
        story="Decides applications in Gelsenkirchen.",
    ),
    Person(
        name="gelsenkirchen-clerk-2",
        subject="gelsenkirchen-clerk-2",
        role=Role.CLERK,
        municipality=GELSENKIRCHEN,
        full_name="Dirk Schäfer",
        birth_date=date(1988, 7, 30),
        email="dirk.schaefer@gelsenkirchen.invalid",
        story="Decides beside the first clerk, and sometimes at the same moment.",
    ),
    Person(
        name="gladbeck-clerk",
        subject="gladbeck-clerk",
        role=Role.CLERK,
        municipality=GLADBECK,
        full_name="Sabine Wolters",
        birth_date=date(1979, 12, 19),
        email="sabine.wolters@gladbeck.invalid",
        story="Decides applications in Gladbeck and sees none of Gelsenkirchen.",
    ),
    Person(
        name="auditor",
        subject="auditor",
        role=Role.AUDITOR,
        municipality=GELSENKIRCHEN,
        full_name="Heinz Petersen",
        birth_date=date(1966, 5, 23),
        email="heinz.petersen@gelsenkirchen.invalid",
        story="Checks the log of Gelsenkirchen and changes nothing.",
    ),
    Person(
        name="analyst",
        subject="analyst",
        role=Role.ANALYST,
        municipality=None,
        full_name="Leyla Demir",
        birth_date=date(1993, 1, 11),
        email="leyla.demir@region.invalid",
        story="Reads the statistics of the whole region.",
    ),
    Person(
        name="operator",
        subject="operator",
        role=Role.OPERATOR,
        municipality=None,
        full_name="Tobias Lang",
        birth_date=date(1985, 8, 5),
        email="tobias.lang@region.invalid",
        story="Keeps the service running.",
    ),
)
NEWCOMER = Person(
    name="newcomer",
    subject="newcomer",
    role=None,
    municipality=None,
    full_name="Nina Albers",
    birth_date=date(1999, 6, 1),
    email="nina.albers@region.invalid",
    story="Begins today: has no role until an operator grants one.",
)
EVERYBODY = (*PEOPLE, NEWCOMER)


def person_called(name: str) -> Person:
    """By name, or by role: then the first in it."""
    for person in EVERYBODY:
        if name in (person.name, person.role):
            return person
    raise PersonUnknown(name)
