#!/bin/bash
# Makes the login of API and workers: a member of the role that `migrate` gives its privileges.
# PostgreSQL's image runs it when it makes a new data folder. By hand it may be run again, e.g. for
# an older data folder or another password.
set -euo pipefail

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 \
    --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\getenv password POSTGRES_SERVICE_PASSWORD
SET password_encryption = 'scram-sha-256';
SELECT 'CREATE ROLE amtsweg_application NOLOGIN'
    WHERE to_regrole('amtsweg_application') IS NULL \gexec
SELECT 'CREATE ROLE amtsweg_service LOGIN' WHERE to_regrole('amtsweg_service') IS NULL \gexec
ALTER ROLE amtsweg_service PASSWORD :'password';
GRANT amtsweg_application TO amtsweg_service;
SQL
