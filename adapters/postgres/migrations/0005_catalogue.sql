-- The events of the catalogue, in the order of the log: each process folds them when it starts and
-- follows them, however many events of applications lie between.
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
    'ServiceAdopted',
    'AdoptionChanged',
    'ServiceWentLive',
    'ServiceSuspended',
    'MunicipalityClosed',
    'MunicipalityMerged',
    'MunicipalityFileApplied'
);
