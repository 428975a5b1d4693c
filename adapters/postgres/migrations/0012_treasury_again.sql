-- Their places are taken by treasury_v3 and payment_ledger_v2, which are filled from the log.
DROP TABLE IF EXISTS treasury_v2, payment_ledger_v1;
DELETE FROM positions WHERE runner IN ('treasury_v2', 'payment_ledger_v1');
DELETE FROM parked WHERE runner IN ('treasury_v2', 'payment_ledger_v1');
DELETE FROM heartbeats WHERE runner IN ('treasury_v2', 'payment_ledger_v1');
