"""Every read model that is kept, and the events that none of them shows, with the reason."""

from collections.abc import Mapping
from typing import get_args

from domain.fee_record.events import FeeRecordErased, FeeRecordKept
from domain.municipality.events import MunicipalityEvent
from domain.service.events import ServiceEvent
from projections.applications_per_day import APPLICATIONS_PER_DAY
from projections.first_users_per_day import FIRST_USERS_PER_DAY
from projections.my_applications import MY_APPLICATIONS
from projections.open_payments import OPEN_PAYMENTS
from projections.payment_ledger import PAYMENT_LEDGER
from projections.projection import Projection
from projections.referrals_per_day import REFERRALS_PER_DAY
from projections.staff import STAFF_LIST
from projections.treasury import TREASURY
from projections.worklist import WORKLIST

PROJECTIONS: tuple[Projection, ...] = (
    WORKLIST,
    MY_APPLICATIONS,
    APPLICATIONS_PER_DAY,
    TREASURY,
    OPEN_PAYMENTS,
    FIRST_USERS_PER_DAY,
    REFERRALS_PER_DAY,
    PAYMENT_LEDGER,
    STAFF_LIST,
)

IN_CATALOGUE = "each process folds the catalogue from its own streams"
NOT_SHOWN: Mapping[type, str] = {
    FeeRecordErased: "a fee record is looked up by its application, when the law asks for it",
    FeeRecordKept: "a fee record is looked up by its application, when the law asks for it",
    **dict.fromkeys((*get_args(ServiceEvent), *get_args(MunicipalityEvent)), IN_CATALOGUE),
}
