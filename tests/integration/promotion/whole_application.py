"""Promote the whole application to an emulator, change it, roll back and destroy it; run by hand.

    python -m tests.integration.promotion.whole_application [--requests 10000] [--kills SEED]

It takes minutes; tests do the same with a small application. The emulator is behind the fault proxy:
CloudFront is `InProgress` for a while after each change. Prints measurements as JSON, a line per phase.
"""

import argparse
import json
import os
import random
import re
import shutil
import ssl
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from harness.checkout import FRONTEND, ROOT
from harness.emulators import emulators
from harness.packaging import frontend_build, packages
from harness.processes import localfront_process
from harness.processes.children import Children
from harness.processes.localfront_process import CA_FILE, Localfront
from harness.progress import print_line
from harness.promotion import release, state_lock
from harness.promotion.account import open_account
from harness.promotion.release import Release, ReleaseManifest
from harness.promotion.target import Target
from harness.promotion.throw_away_captain import ThrowAway, ThrowAwayCaptains
from harness.stack.run_directory import run_directory
from harness.terraform.domain import DOMAIN, make_zone_and_certificate
from tests.harness.promotion import faults
from tests.harness.promotion.faults import Faults
from tests.integration.promotion.rehearsal import NUMBER, SOON, STEPS, wait_until, with_buckets
from tests.integration.promotion.resources import resources
from tests.integration.promotion.visitors import Visitors, log_in, looking

STORES = {
    "sessions_table": "whole-website-sessions",
    "logs_table": "whole-website-logs",
    "secret_prefix": "whole-website/captains/",
}
TARGET = Target(
    environment="whole",
    site=f"whole.{DOMAIN}",
    zone=DOMAIN,
    account=NUMBER,
    stack="whole-website",
    prerequisites="whole",
)


@dataclass(slots=True, kw_only=True)
class Rehearsal:
    environ: Mapping[str, str]
    proxy: Faults
    log: Path
    more: list[str] = field(default_factory=list)

    def command(self, name: str, *options: str) -> list[str]:
        where = ["--environment", "whole", "--site", TARGET.site, "--zone", DOMAIN]
        where += ["--account", NUMBER, "--name", TARGET.stack, "--prerequisites", "whole", "--yes"]
        return [sys.executable, "-m", f"harness.commands.{name}", *where, *options]

    def start(self, *options: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self.command("promote", "--pipeline", *options, *self.more),
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ends(self, process: "subprocess.Popen[str]", phase: str) -> None:
        began = time.monotonic()
        assert process.stdout
        output = process.stdout.read()
        code = process.wait(SOON)
        with self.log.open("a") as log:
            log.write(f"=== {phase}: {code}\n{output}\n")
        tell(phase, ended_with=code, seconds=round(time.monotonic() - began))
        if code:
            raise SystemExit(output)

    def slow_cloudfront(self) -> None:
        self.proxy.plan(faults.in_progress(times=2))

    def throttled(self) -> None:
        self.proxy.plan(
            faults.of_lambda(
                "TooManyRequestsException", 429, fits=lambda method, _path: method == "GET", times=5
            )
        )


def tell(phase: str, **facts: object) -> None:
    print_line(json.dumps({"phase": phase, **facts}))


def make(folder: Path, variant: str) -> Release:
    """The application of this checkout, with other assets and archives."""
    tree = variant * 40
    part = folder / tree
    packages.build(part / "build")
    source = folder / f"{variant}-frontend"
    shutil.copytree(FRONTEND, source)
    for asset in (*source.rglob("*.js"), *source.rglob("*.css")):
        asset.write_text(asset.read_text() + f"\n/* {variant} */\n")
    for page in source.rglob("*.html"):
        page.write_text(page.read_text() + f"<!-- {variant} -->\n")
    shutil.rmtree(part / "build" / "frontend")
    (part / "build" / "frontend-releases.json").unlink()
    frontend_build.build(part / "build", source=source)
    (part / "build" / "frontend-releases.json").unlink()
    for name in ("lambdas", "edge"):
        with zipfile.ZipFile(part / "build" / f"{name}.zip", "a") as archive:
            archive.writestr(f"{variant}.txt", variant)
    release.copy_configuration(part, root=ROOT)
    release.copy_tracked(release.FLOWS, part, root=ROOT, endings=(".py",))
    manifest = ReleaseManifest(commit=variant, tree=tree, tools={}, files=release.hashes(part))
    (part / release.MANIFEST).write_text(manifest.to_json())
    return release.read(part)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--kills", type=int, metavar="SEED")
    parser.add_argument("--log", type=Path, default=Path("whole.log"))
    options = parser.parse_args()
    with ExitStack() as ending:
        directory = ending.enter_context(run_directory("whole"))
        servers = ending.enter_context(Children())
        emulator = emulators.start("ministack", servers, environ=os.environ, directory=directory)
        make_zone_and_certificate(emulator, zone=True)
        proxy = ending.enter_context(faults.before(emulator.endpoint))
        environ = emulator.environment(os.environ)
        through = {"AWS_ENDPOINT_URL": proxy.url, "AWS_ENDPOINT_URL_CLOUDFRONT": proxy.url}
        run = Rehearsal(environ={**environ, **through}, proxy=proxy, log=options.log)
        account = with_buckets(open_account(NUMBER, environ), TARGET)
        empty = resources(account)
        made = [make(directory / "releases", variant) for variant in "abc"]
        first_release(run, made[0])
        localfront = localfront_process.start(
            Localfront(http_port=0, https_port=0),
            servers,
            edge_function_name=f"{TARGET.stack}-edge",
            environment=environ,
            log=directory / "logs" / "localfront.log",
            echo=False,
        )
        run.more += ["--answered-by", localfront.https_url, "--ca-file", str(CA_FILE)]
        with ThrowAwayCaptains.of(account, STORES).captain() as captain:
            visitors = visitors_of(localfront.https_url, made, captain)
            seen(run, visitors, made[1], requests=options.requests)
        if options.kills is not None:
            killed(run, made[2], seed=options.kills)
            run.ends(run.start("--release", str(made[2].folder)), "after the kills")
        ending_of(run)
        left = sorted(set(resources(account)) - set(empty))
        tell("what is left", resources=left)
    return 1 if visitors.wrong or left else 0


def first_release(run: Rehearsal, made: Release) -> None:
    run.slow_cloudfront()
    run.ends(run.start("--release", str(made.folder)), "first release")
    tell("in progress, told", times=len(run.proxy.met), last_written=order(run.proxy.seen))


def visitors_of(url: str, made: list[Release], captain: ThrowAway) -> Visitors:
    visitors = Visitors(
        url=url,
        trust=ssl.create_default_context(cafile=str(CA_FILE)),
        releases=[one.folder / "build" / "frontend" for one in made],
    )
    visitors.session = log_in(
        visitors, {"username": captain.user_name, "password": captain.password}
    )
    return visitors


def seen(run: Rehearsal, visitors: Visitors, made: Release, *, requests: int) -> None:
    """Deploy a release, roll back, and deploy again, while visitors browse."""
    run.slow_cloudfront()
    run.throttled()
    run.proxy.seen.clear()
    with looking(visitors):
        run.ends(run.start("--release", str(made.folder)), "second release")
        tell("faults met", calls=run.proxy.met, last_written=order(run.proxy.seen))
        report(visitors, "visitors during the second release")
        run.ends(run.start("--rollback", "--without-browser"), "back to the first")
        report(visitors, "visitors until it was back")
        run.ends(run.start("--release", str(made.folder), "--without-browser"), "forward again")
        while visitors.requests < requests and not visitors.wrong:
            time.sleep(1)
    report(visitors, "visitors, all")


def report(visitors: Visitors, phase: str) -> None:
    tell(phase, requests=visitors.requests, wrong=visitors.wrong[:10], pages=dict(visitors.seen))


ORDER = {
    "an asset": r"PUT /[^/]*site[^/]*/assets/",
    "a package": r"PUT /[^/]*packages[^/]*/",
    "a function's code": r"(POST|PUT) /[0-9-]+/functions(/[^/]+/code)?$",
    "an alias": r"(POST|PUT) /[0-9-]+/functions/[^/]+/aliases",
    "the distribution": r"(POST|PUT) /[0-9-]+/distribution(/[A-Z0-9]+/config|\?WithTags)?$",
    "a page": r"PUT /[^/]*site[^/]*/[a-z]+\.html",
}


def order(calls: list[str]) -> list[str]:
    """The order in which each kind was last written."""
    last = {
        name: max((n for n, call in enumerate(calls) if re.match(form, call)), default=-1)
        for name, form in ORDER.items()
    }
    return sorted((name for name, at in last.items() if at >= 0), key=lambda name: last[name])


def killed(run: Rehearsal, made: Release, *, seed: int) -> None:
    """Kill one run in each step, at a random moment of its first second."""
    chance = random.Random(seed)  # noqa: S311 (repeatable on purpose)
    account = open_account(NUMBER, run.environ)
    for step in STEPS:
        process = run.start("--release", str(made.folder))
        assert process.stdout
        reached = any(step in line for line in process.stdout)
        time.sleep(chance.random())
        process.kill()
        process.wait(SOON)
        wait_until(lambda: state_lock.held(account, TARGET) is None)
        tell(f"killed in: {step}", reached=reached, seed=seed)


def ending_of(run: Rehearsal) -> None:
    began = time.monotonic()
    done = subprocess.run(
        run.command("destroy", "--unprotect"),
        cwd=ROOT,
        env=run.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,  # seconds: CloudFront is slow
    )
    with run.log.open("a") as log:
        log.write(f"=== destroy\n{done.stdout}{done.stderr}\n")
    tell("destroyed", ended_with=done.returncode, seconds=round(time.monotonic() - began))


if __name__ == "__main__":
    sys.exit(main())
