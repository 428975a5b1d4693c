"""What the back office says of a data set that it was handed."""

from domain.application.commands import RecordHandOver
from domain.application.events import ApplicationEvent, ApplicationHandedOver
from domain.application.state import Application


def record(application: Application, command: RecordHandOver) -> list[ApplicationEvent]:
    """Once, however often it is said; once more where the reference comes later. It may also come
    when the person is forgotten: then nothing is remembered of it.
    """
    known = application.handed_over.get(command.hand_over_id)
    adds = known is None or (known == "" and command.reference != "")
    if application.erased or not adds:
        return []
    return [
        ApplicationHandedOver(
            hand_over_id=command.hand_over_id,
            back_office=command.back_office,
            reference=command.reference,
            handed_over_at=command.now,
        )
    ]
