"""By which events a person is erased: the data key of their stream is destroyed then."""

from domain.application.events import ApplicantErased
from domain.fee_record.events import FeeRecordErased

ERASING: tuple[type, ...] = (ApplicantErased, FeeRecordErased)
ERASING_NAMES = tuple(kind.__name__ for kind in ERASING)
