"""The failures that a person at the command line can mend; each says how."""

from adapters.catalogue.errors import CatalogueRefused
from adapters.event_store.errors import StoreError
from adapters.identity.errors import IdentityRefused
from adapters.postgres.embedded_errors import EmbeddedPostgresFailed
from adapters.postgres.migrations import MigrationRefused
from workers.catalogue import RunnerUnknown
from workers.maintenance import ApplicationUnknown, NotAnId, ReadModelUnknown
from workers.running import DidNotGetReady

EXPLAINED = (
    CatalogueRefused,
    StoreError,
    IdentityRefused,
    EmbeddedPostgresFailed,
    MigrationRefused,
    RunnerUnknown,
    ApplicationUnknown,
    NotAnId,
    ReadModelUnknown,
    DidNotGetReady,
)
