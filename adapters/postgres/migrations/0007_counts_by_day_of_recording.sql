-- Its place is taken by applications_per_day_v2, which is filled from the log.
DROP TABLE IF EXISTS applications_per_day_v1;
DELETE FROM positions WHERE runner = 'applications_per_day_v1';
DELETE FROM parked WHERE runner = 'applications_per_day_v1';
DELETE FROM heartbeats WHERE runner = 'applications_per_day_v1';
