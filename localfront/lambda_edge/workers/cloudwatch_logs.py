"""Send functions' output and CloudFront's validation errors to CloudWatch Logs.

Lines are buffered and sent in the background, one batch per second; no request waits for them. If
the endpoint does not accept them, that is logged once, and they are dropped.

Source: CloudFront Developer Guide, "Edge function logs", "Test and debug Lambda@Edge functions"
(LL-001, LL-003, LL-004); CloudWatch Logs API Reference, PutLogEvents.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from json.encoder import encode_basestring_ascii as in_json
from operator import itemgetter
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from localfront.aws.daemon_threads import in_daemon_thread
from localfront.lambda_edge.function import HOME_REGION

if TYPE_CHECKING:
    from localfront.aws.session import AwsSession

LOG = logging.getLogger("localfront")

CLOSING_SECONDS = 2.0  # seconds for the last lines; shutdown waits for it
INTERVAL = 1.0  # seconds between batches
MAX_KEPT = 50_000  # lines; the oldest are dropped
# PutLogEvents' limits per call; each event counts 26 bytes more than its message.
MAX_BATCH_EVENTS = 10_000
MAX_BATCH_BYTES = 1_048_576
EVENT_OVERHEAD = 26
MAX_MESSAGE_BYTES = 256 * 1024 - EVENT_OVERHEAD

# Closing waits for the last batch: a dead endpoint must not delay it.
# botocore's validation of every field takes longer than all other handling of a line.
_PATIENCE = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"total_max_attempts": 1},
    parameter_validation=False,
)


class LogSink(Protocol):
    def put(self, group: str, stream: str, message: str) -> None:
        """Add a line; does not block."""


class LogEvent(NamedTuple):
    """`time_ms` is in Unix milliseconds."""

    time_ms: int
    message: str

    @property
    def size(self) -> int:
        text = self.message
        length = len(text) if text.isascii() else len(text.encode(errors="replace"))
        return length + EVENT_OVERHEAD


class CloudWatchLogs:
    """An async context manager; leaving it sends the remaining lines."""

    def __init__(
        self,
        session: AwsSession,
        *,
        clock: Callable[[], float] = time.time,
        interval: float = INTERVAL,
    ) -> None:
        # AWS logs in the Region nearest to the viewer; here there is only one.
        self._client = session.client("logs", region_name=HOME_REGION, config=_PATIENCE)
        self._client.meta.events.register(
            "before-call.cloudwatch-logs.PutLogEvents", self._replace_body
        )
        self._body = threading.local()  # of the call under way
        self._clock = clock
        self._interval = interval
        self._kept: deque[tuple[str, str, int, str]] = deque(maxlen=MAX_KEPT)
        self._known: set[tuple[str, str]] = set()  # log streams that exist
        self._has_failed = False
        self._sending: asyncio.Task[None] | None = None
        self._is_closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._sending = asyncio.create_task(self._send_until_closed())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_closing.set()
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                if self._sending is not None:
                    await self._sending
                await self.flush()
        except TimeoutError:
            LOG.warning("CloudWatch Logs is too slow: the last lines were not sent")

    def put(self, group: str, stream: str, message: str) -> None:
        """Add a line; does not block."""
        if message:  # PutLogEvents rejects empty messages
            self._kept.append((group, stream, int(self._clock() * 1000), message))

    async def flush(self) -> None:
        """Send the buffered lines."""
        taken, self._kept = self._kept, deque(maxlen=MAX_KEPT)
        if taken:
            await in_daemon_thread(self._send, taken)

    async def _send_until_closed(self) -> None:
        while not self._is_closing.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._is_closing.wait(), self._interval)
            await self.flush()

    def _send(self, taken: Iterable[tuple[str, str, int, str]]) -> None:
        streams: dict[tuple[str, str], list[LogEvent]] = defaultdict(list)
        for group, stream, time_ms, message in taken:
            streams[group, stream].append(LogEvent(time_ms, _shortened(message)))
        for (group, stream), events in streams.items():
            try:
                self._create(group, stream)
                for batch in batches(events):
                    self._put(group, stream, batch)
            except ClientError as error:
                self._known.discard((group, stream))  # it may have been deleted
                self._say_once(group, error)
            except BotoCoreError as error:  # no response; further batches would fail too
                self._say_once(group, error)
                return

    def _put(self, group: str, stream: str, batch: Iterable[LogEvent]) -> None:
        self._body.written = body_of(group, stream, batch)
        self._client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[])

    def _replace_body(self, params: dict[str, Any], **_: object) -> None:
        """Send the batch as written; botocore would write it field by field, in five times the time."""
        params["body"] = self._body.written

    def _create(self, group: str, stream: str) -> None:
        if (group, stream) in self._known:
            return
        exists = self._client.exceptions.ResourceAlreadyExistsException
        with contextlib.suppress(exists):
            self._client.create_log_group(logGroupName=group)
        with contextlib.suppress(exists):
            self._client.create_log_stream(logGroupName=group, logStreamName=stream)
        self._known.add((group, stream))

    def _say_once(self, group: str, error: Exception) -> None:
        if not self._has_failed:
            self._has_failed = True
            LOG.warning(
                "CloudWatch Logs refuses the functions' logs (%s): %s",
                group,
                error,
            )


def body_of(group: str, stream: str, batch: Iterable[LogEvent]) -> bytes:
    """The body of PutLogEvents; `json.dumps` takes longer for thousands of small objects."""
    events = ",".join(
        [f'{{"timestamp":{time_ms},"message":{in_json(message)}}}' for time_ms, message in batch]
    )
    of = f'"logGroupName":{in_json(group)},"logStreamName":{in_json(stream)}'
    return f'{{{of},"logEvents":[{events}]}}'.encode()


def batches(events: Sequence[LogEvent]) -> Iterator[list[LogEvent]]:
    """Split into batches for PutLogEvents, in order of time."""
    batch: list[LogEvent] = []
    size = 0
    for event in sorted(events, key=itemgetter(0)):
        more = event.size
        if batch and (len(batch) == MAX_BATCH_EVENTS or size + more > MAX_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += more
    if batch:
        yield batch


def _shortened(message: str) -> str:
    if len(message) * 4 <= MAX_MESSAGE_BYTES:
        return message
    return message.encode(errors="replace")[:MAX_MESSAGE_BYTES].decode(errors="ignore")
