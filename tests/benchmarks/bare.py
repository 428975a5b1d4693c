"""The limit of the framework: FastAPI, an `async def` POST, our body's validation, no more.

Run as `python -m tests.benchmarks.bare PORT`.
"""

import sys

from fastapi import FastAPI, status

from adapters.collector import settle
from api.bodies import SubmissionBody
from api.serving import listen, serve

app = FastAPI()


@app.post("/api/v1/applications", status_code=status.HTTP_201_CREATED)
async def submit(body: SubmissionBody) -> dict[str, str]:
    return {"service": body.service}


@app.get("/healthz")
async def healthz() -> str:
    return "alive"


if __name__ == "__main__":
    settle()  # as the API does
    serve(app, listen("127.0.0.1", int(sys.argv[1])))
