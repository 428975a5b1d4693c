"""Who may touch an application. To all others it does not exist."""

from adapters.identity.actor import Actor, Role
from adapters.identity.claims import MAY_COVER_ALL
from adapters.identity.errors import RoleRevoked
from adapters.postgres.tenants import EVERY_TOWN, Viewer
from api.refusals import NotFound
from domain.application.state import Application, Status


def town_asked(actor: Actor, named: str | None = None) -> str | None:
    """Return the town that is meant: the actor's own, else the one named; None is every one.

    Raise RoleRevoked for a town that the actor is barred from, and for every one where there is
    such a town: what one of them would be left out of looks whole.
    """
    town = actor.municipality or named
    if actor.barred and (town is None or town in actor.barred):
        raise RoleRevoked
    return town


def viewer(actor: Actor, named: str | None = None) -> Viewer:
    """For whom the database is asked: for the town that is meant, or every one of them."""
    town = town_asked(actor, named)
    if town is None and actor.role in MAY_COVER_ALL:
        return EVERY_TOWN
    return Viewer(municipality=town or "")


def require_access(actor: Actor, application: Application) -> None:
    """Raise NotFound unless it is the citizen's own, or of the clerk's town, office and branch."""
    if application.status is Status.NOT_SUBMITTED or not _may_touch(actor, application):
        raise NotFound


def require_applicant(actor: Actor, application: Application) -> None:
    """Raise NotFound unless they may speak for the applicant.

    For what was taken in at the counter, by phone or by post, a clerk of the town does.
    """
    require_access(actor, application)
    if application.erased or (actor.role is Role.CLERK and application.account is not None):
        raise NotFound


def _may_touch(actor: Actor, application: Application) -> bool:
    if actor.role is Role.CITIZEN:
        return application.account == actor.subject
    if actor.role is Role.CLERK:
        return (
            application.municipality == actor.municipality
            and (actor.branch is None or application.branch in (None, actor.branch))
            and (actor.office is None or application.office in (None, actor.office))
        )
    return actor.role is Role.AUDITOR and application.municipality == actor.municipality
