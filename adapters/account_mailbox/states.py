"""What an account shows of an application that stands so."""

from adapters.account_mailbox.mailbox import ApplicationState
from domain.application.state import ENDED, Application, Status


def state_of(application: Application) -> ApplicationState:
    """Whoever's turn it is: the applicant's is an action that is required."""
    if application.status is Status.NOT_SUBMITTED:
        return ApplicationState.INITIATED
    if application.status in ENDED:
        return ApplicationState.COMPLETED
    if application.status is Status.SUBMITTED:
        return ApplicationState.SUBMITTED
    if application.waits_for_applicant:
        return ApplicationState.ACTION_REQUIRED
    if application.status is Status.RECEIVED and application.claimed_by is None:
        return ApplicationState.RECEIVED
    return ApplicationState.PROCESSING
