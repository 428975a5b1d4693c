-- Its place is taken by worklist_v2, which is filled from the log.
DROP TABLE IF EXISTS worklist_v1;
DELETE FROM positions WHERE runner = 'worklist_v1';
DELETE FROM parked WHERE runner = 'worklist_v1';
DELETE FROM heartbeats WHERE runner = 'worklist_v1';
