"""Paths in the checkout."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

FRONTEND = ROOT / "frontend"
LAMBDAS = ROOT / "lambdas"
EDGE = ROOT / "edge"
TERRAFORM = ROOT / "terraform"
BUILD = ROOT / "build"
RELEASES = BUILD / "releases"

# Files that are kept between runs; git ignores them.
CACHE = ROOT / ".cache"
TERRAFORM_PLUGINS = CACHE / "terraform-plugins"
FORMER_AUTHORITY = CACHE / "localfront"  # a certificate authority for any name
COMPOSE_STATE = CACHE / "compose"  # only in the containers of docker-compose.yml
SNAPSHOTS = CACHE / "snapshots"
KEPT_LOGS = CACHE / "logs"

# Files of one run, removed at its end. Each start ends what killed runs have left there, so a test of
# that has a folder of its own.
STACKS = Path(os.environ.get("CAPTAINS_LOG_STACKS") or CACHE / "stacks")
