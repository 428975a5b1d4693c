"""What passes by itself: a database or a Kafka that is down, somebody who was quicker."""

from adapters.event_store.errors import ConcurrentUpdate, StoreIsBusy, StoreUnavailable
from adapters.kafka.errors import KafkaUnavailable
from adapters.read_models.parking import is_fault_of_event

PASSING = (ConcurrentUpdate, StoreIsBusy, StoreUnavailable, KafkaUnavailable, OSError)
# Of the one file that is named, and so again the next time; networks, disks and limits recover.
OF_A_FILE = (
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)


def will_pass(error: Exception) -> bool:
    """The database or the network, not this event: the runner starts again and tries anew."""
    if isinstance(error, OF_A_FILE):
        return False
    return isinstance(error, PASSING) or not is_fault_of_event(error)
