"""Save MiniStack's state while it runs: POST /_ministack/save.

MiniStack itself would save at a clean stop, and only log failures. This returns 200 once everything
is in STATE_DIR and S3_DATA_DIR, and 500 with the reason, such as a full disk, if it is not. It
requires the administrative key, like every path below /_ministack/.
"""

from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import persistence
from ministack.services import s3

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH = "/_ministack/save"


def saving(application: Application) -> Application:
    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            await application(scope, receive, send)
            return
        reason = save_problem()
        await send(
            {
                "type": "http.response.start",
                "status": 500 if reason else 200,
                "headers": [(b"content-type", b"text/plain; charset=utf-8")],
            }
        )
        await send({"type": "http.response.body", "body": reason.encode()})

    return respond


def save_only_on_request() -> None:
    """Save nothing at a stop: the files end with the run, and it takes a third of a second."""
    app.save_all = lambda services: None


def save_problem() -> str:
    """Save everything; return one line about what could not be written, "" for success."""
    folder = Path(persistence.STATE_DIR)
    try:
        for old in folder.glob("*.json"):
            old.unlink()
        missing = [*services_not_written(folder), *objects_not_written()]
    except (OSError, RuntimeError) as error:  # RuntimeError: a request changed it meanwhile
        return str(error)
    return f"not written: {', '.join(missing)}" if missing else ""


def services_not_written(folder: Path) -> Iterator[str]:
    for name, state_of in app._build_persistence_save_dict().items():
        state = state_of()
        if state is not None:
            persistence.save_state(name, state)
            if not (folder / f"{name}.json").is_file():
                yield name


def objects_not_written() -> Iterator[str]:
    """Objects whose bodies could not be written on upload, from MiniStack's log."""
    for (account, bucket), held in list(s3._buckets._data.items()):
        for key, object_ in list(held["objects"].items()):
            path = s3._object_disk_path(bucket, key, account)
            if not path or not is_there(Path(path), object_["size"]):
                yield f"{bucket}/{key}"


def is_there(file: Path, size: int) -> bool:
    return file.is_file() and file.stat().st_size == size
