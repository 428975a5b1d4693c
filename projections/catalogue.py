"""Every read model that is kept, and the events that none of them shows, with the reason."""

from collections.abc import Mapping
from typing import get_args

from domain.municipality.events import MunicipalityEvent
from domain.service.events import ServiceEvent
from projections.applications_counted import APPLICATIONS_COUNTED
from projections.deadlines import DEADLINES
from projections.fee_records import FEE_RECORDS
from projections.first_users_counted import FIRST_USERS_COUNTED
from projections.my_applications import MY_APPLICATIONS
from projections.open_payments import OPEN_PAYMENTS
from projections.payment_ledger import PAYMENT_LEDGER
from projections.projection import Projection
from projections.proofs import PROOFS
from projections.referrals_counted import REFERRALS_COUNTED
from projections.retention import RETENTION
from projections.sources import SOURCES
from projections.staff import STAFF_LIST
from projections.treasury import TREASURY
from projections.undelivered import UNDELIVERED
from projections.worklist import WORKLIST

PROJECTIONS: tuple[Projection, ...] = (
    WORKLIST,
    MY_APPLICATIONS,
    APPLICATIONS_COUNTED,
    TREASURY,
    OPEN_PAYMENTS,
    FIRST_USERS_COUNTED,
    REFERRALS_COUNTED,
    PAYMENT_LEDGER,
    STAFF_LIST,
    PROOFS,
    DEADLINES,
    SOURCES,
    RETENTION,
    UNDELIVERED,
    FEE_RECORDS,
)

IN_CATALOGUE = "each process folds the catalogue from its own streams"
NOT_SHOWN: Mapping[type, str] = {
    **dict.fromkeys((*get_args(ServiceEvent), *get_args(MunicipalityEvent)), IN_CATALOGUE),
}
