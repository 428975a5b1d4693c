-- The catalogue has one more event; the index has to name it.
DROP INDEX events_catalogue_idx;
CREATE INDEX events_catalogue_idx ON events (notification_id) WHERE topic IN (
    'ServiceVersionDrafted',
    'ServiceVersionPublished',
    'ServiceVersionRetired',
    'MunicipalityRegistered',
    'MunicipalityChanged',
    'MunicipalityWentLive',
    'OnboardingStepCompleted',
    'OfficeOpened',
    'OfficeClosed',
    'BranchOpened',
    'BranchClosed',
    'ClerkMailboxSet',
    'PaymentPlatformConnected',
    'EPaymentStarted',
    'IdentityProviderTrusted',
    'IdentityProviderEnded',
    'ClosingDaysSet',
    'AnnualAccountsAdopted',
    'ServiceAdopted',
    'AdoptionChanged',
    'ServiceWentLive',
    'ServiceSuspended',
    'MunicipalityClosed',
    'MunicipalityMerged',
    'MunicipalityFileApplied'
);

-- A heartbeat says how a runner is now; the kind of its last failure stays until the next one.
ALTER TABLE heartbeats ADD COLUMN last_error text NOT NULL DEFAULT '';
ALTER TABLE heartbeats ADD COLUMN failed_at timestamptz;
