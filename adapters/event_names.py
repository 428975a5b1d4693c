"""Every event that may be in the log."""

from typing import get_args

from domain.application.events import ApplicationEvent
from domain.fee_record.events import FeeRecordEvent
from domain.first_use.events import PortalFirstUsed
from domain.municipality.events import MunicipalityEvent
from domain.payment.events import PaymentEvent
from domain.referral.events import ApplicantReferred
from domain.service.events import ServiceEvent
from domain.staff.events import StaffEvent

EVENT_TYPES: tuple[type, ...] = (
    *get_args(ApplicationEvent),
    *get_args(PaymentEvent),
    *get_args(FeeRecordEvent),
    PortalFirstUsed,
    *get_args(ServiceEvent),
    *get_args(MunicipalityEvent),
    ApplicantReferred,
    *get_args(StaffEvent),
)
