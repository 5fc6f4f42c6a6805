"""Start times: `dev` cold, warm and after an edit of Terraform, and `localfront serve` on a plan.

A cold `dev` has no snapshot: it starts the emulator, runs Terraform's init and apply, creates users
and starts localfront.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median

from bench.cores import Cores
from bench.processes import Process, running
from bench.report import Figures
from harness.checkout import SNAPSHOTS
from harness.commands.dev import IS_OPEN
from harness.emulators import emulators
from harness.processes.localfront_process import READY
from harness.processes.ports import reserved_port
from harness.stack.on_top import IS_APPLIED

PATIENCE = 600  # seconds
PLAN = {
    "format_version": "1.2",
    "planned_values": {
        "root_module": {
            "resources": [
                {
                    "address": "aws_cloudfront_distribution.site",
                    "mode": "managed",
                    "type": "aws_cloudfront_distribution",
                    "name": "site",
                    "values": {
                        "enabled": True,
                        "origin": [
                            {
                                "origin_id": "site",
                                "domain_name": "localhost",
                                "custom_origin_config": [
                                    {
                                        "http_port": 8000,
                                        "https_port": 443,
                                        "origin_protocol_policy": "http-only",
                                        "origin_ssl_protocols": ["TLSv1.2"],
                                    }
                                ],
                            }
                        ],
                        "default_cache_behavior": [
                            {
                                "target_origin_id": "site",
                                "viewer_protocol_policy": "allow-all",
                                "allowed_methods": ["GET", "HEAD"],
                                "cached_methods": ["GET", "HEAD"],
                                "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
                            }
                        ],
                        "restrictions": [{"geo_restriction": [{"restriction_type": "none"}]}],
                        "viewer_certificate": [{"cloudfront_default_certificate": True}],
                    },
                }
            ]
        }
    },
}


def starts(directory: Path, cores: Cores, *, times: int) -> Figures:
    """Seconds from the command until it is ready; the median of several starts."""
    state = f"bench-{os.getpid()}"
    try:
        cold, _ = dev(directory, cores, state)
        warm = [dev(directory, cores, state)[0] for _ in range(times)]
        opened, applied = dev(directory, cores, state, "--session-ttl", "61", until=IS_APPLIED)
    finally:
        shutil.rmtree(SNAPSHOTS / state, ignore_errors=True)
    return {
        "cold_s": cold,
        "warm_s": median(warm),
        "after_an_edit_of_terraform_s": opened,
        "edit_of_terraform_applied_s": applied,
    }


def plan_starts(directory: Path, cores: Cores, *, times: int) -> Figures:
    return {"serve_on_a_plan_s": median(serve_on_a_plan(directory, cores) for _ in range(times))}


def dev(
    directory: Path, cores: Cores, state: str, *options: str, until: str = IS_OPEN
) -> tuple[float, float]:
    """Seconds until the site is open, and until `dev` prints `until`. Then it is stopped."""
    with reserved_port() as http, reserved_port() as https:
        ports = ("--http-port", str(http), "--https-port", str(https))
        command = [sys.executable, "-m", "harness.commands.dev", "--state", state, *ports, *options]
        began = time.perf_counter()
        with started(command, directory, cores, os.environ) as process:
            process.wait_for(IS_OPEN, seconds=PATIENCE)
            opened = time.perf_counter() - began
            process.wait_for(until, seconds=PATIENCE)
            reached = time.perf_counter() - began
            # At its end it saves the snapshot that the next one continues from.
            os.kill(process.id, signal.SIGINT)
            process.wait_for_end()
    return opened, reached


def serve_on_a_plan(directory: Path, cores: Cores) -> float:
    plan = directory / "plan.json"
    plan.write_text(json.dumps(PLAN))
    command = [sys.executable, "-m", "localfront", "serve", str(plan)]
    command += ["--http-port", "0", "--https-port", "0", "--ca-dir", str(directory / "ca")]
    began = time.perf_counter()
    with started(command, directory, cores, emulators.without_aws(os.environ)) as process:
        process.wait_for(READY)
        return time.perf_counter() - began


def started(
    command: Sequence[str], directory: Path, cores: Cores, env: Mapping[str, str]
) -> AbstractContextManager[Process]:
    return running(command, log=directory / "logs" / "start.log", cores=cores, env=env)
