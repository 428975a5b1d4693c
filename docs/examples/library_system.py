"""A library system that is handed approved library cards: it verifies, makes a patron, and answers.

    python3 -m venv library && . library/bin/activate    # of its own, not that of Amtsweg
    pip install standardwebhooks
    export LIBRARY_SECRET=whsec_...          # the one in AMTSWEG_BACK_OFFICES
    python library_system.py --port 8090 --patrons patrons.sqlite

What to take from it, in whatever language: verify the signature over the body as it came; remember
the webhook-id and the application_id in the transaction that makes the patron; answer a repetition,
and a case that was decided anew, with the number it was given the first time; answer with 2xx only
once all of it is stored.
"""

import argparse
import json
import os
import sqlite3
from base64 import b64decode
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

TABLE = """CREATE TABLE IF NOT EXISTS patrons (
    id INTEGER PRIMARY KEY, webhook_id TEXT UNIQUE NOT NULL, application_id TEXT UNIQUE NOT NULL,
    number TEXT GENERATED ALWAYS AS (printf('L-%05d', id)), given_name TEXT, family_name TEXT,
    birth_date TEXT, card_number TEXT)"""
MAKE = """INSERT INTO patrons
    (webhook_id, application_id, given_name, family_name, birth_date, card_number)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
NUMBER = "SELECT number FROM patrons WHERE application_id = ?"
LARGEST = 1024 * 1024
LEAST_BYTES = 24
HOW = """set LIBRARY_SECRET to the secret in AMTSWEG_BACK_OFFICES; to make one:
python3 -c "import base64, os; print('whsec_' + base64.b64encode(os.urandom(32)).decode())"
"""


def is_secret(secret: str) -> bool:
    """The library takes a short one, too; but Amtsweg does not, so nothing would ever fit."""
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        return False
    return secret.startswith("whsec_") and len(key) >= LEAST_BYTES


def patron_for(file: str, webhook_id: str, data: dict) -> str:
    """Return the number of the patron, made now or before: the ids tell a repetition."""
    person = data["applicant"]
    row = (
        webhook_id,
        data["application_id"],
        person["given_name"],
        person["family_name"],
        person["birth_date"],
        data["card_number"],
    )
    with closing(sqlite3.connect(file)) as patrons:
        with patrons:  # one transaction: the patron and the id, or neither
            patrons.execute(TABLE)
            patrons.execute(MAKE, row)
        return patrons.execute(NUMBER, (data["application_id"],)).fetchone()[0]


def handler(secret: str, file: str) -> type[BaseHTTPRequestHandler]:
    webhook = Webhook(secret)

    class Library(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            if length > LARGEST:
                self.tell(413, {})
                return
            body = self.rfile.read(length)
            try:
                webhook.verify(body, {name.lower(): v for name, v in self.headers.items()})
            except WebhookVerificationError:
                self.tell(401, {})  # not from Amtsweg, or too old, or changed on its way
                return
            told = json.loads(body)
            number = patron_for(file, self.headers["webhook-id"], told["data"])
            self.tell(200, {"reference": number})

        def tell(self, status: int, answer: dict) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """No names in logs."""

    return Library


def main() -> None:
    arguments = argparse.ArgumentParser(description="A library system to try hand-overs with.")
    arguments.add_argument("--port", type=int, default=8090)
    arguments.add_argument("--patrons", default="patrons.sqlite")
    given = arguments.parse_args()
    secret = os.environ.get("LIBRARY_SECRET", "")
    if not is_secret(secret):
        arguments.error(HOW)
    try:
        server = HTTPServer(("127.0.0.1", given.port), handler(secret, given.patrons))
    except OSError as error:
        arguments.error(f"port {given.port}: {error.strerror}; choose another one by --port")
    with server:
        print(f"Listening at http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
