"""The ids of invocations."""

from __future__ import annotations

import re
import uuid

from localfront.lambda_edge.workers.drawn_ids import new_request_id, new_trace_id


def test_request_ids_are_distinct_random_uuids() -> None:
    ids = [uuid.UUID(new_request_id()) for _ in range(500)]

    assert {(found.version, found.variant) for found in ids} == {(4, uuid.RFC_4122)}
    assert len(set(ids)) == 500


def test_a_trace_id_contains_the_start_time() -> None:
    trace_id = new_trace_id(0x5759E988)

    assert re.fullmatch(
        r"Root=1-5759e988-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0",
        trace_id,
    )
