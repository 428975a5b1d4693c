"""Who may touch an application. To all others it does not exist."""

from adapters.identity.actor import Actor, Role
from adapters.identity.claims import MAY_COVER_ALL
from adapters.postgres.tenants import EVERY_TOWN, Viewer
from api.refusals import NotFound
from domain.application.state import Application, Status


def viewer(actor: Actor) -> Viewer:
    """For whom the database is asked: the actor's town; every one for those who cover them all."""
    if actor.municipality is None and actor.role in MAY_COVER_ALL:
        return EVERY_TOWN
    return Viewer(municipality=actor.municipality or "")


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
