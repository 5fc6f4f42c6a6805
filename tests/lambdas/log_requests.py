"""Requests to the log: write an entry, read a page."""

import json
from typing import Any

from tests.lambdas.ship import ReadResponse, Ship


def record(ship: Ship, cookie: str, text: object, **headers: str) -> ReadResponse:
    return ship.ask(
        "POST",
        "/api/logs",
        cookie=cookie,
        body=json.dumps({"text": text}),
        headers=headers,
    )


def read(ship: Ship, cookie: str, **query: Any) -> ReadResponse:
    return ship.ask("GET", "/api/logs", cookie=cookie, query=query)


def texts(response: ReadResponse) -> list[str]:
    return [entry["text"] for entry in response.json["entries"]]
