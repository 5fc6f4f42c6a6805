"""Paths in the checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

FRONTEND = ROOT / "frontend"
LAMBDAS = ROOT / "lambdas"
EDGE = ROOT / "edge"
TERRAFORM = ROOT / "terraform"
BUILD = ROOT / "build"
RELEASES = BUILD / "releases"

# What is kept between runs, on purpose; git ignores all of it.
CACHE = ROOT / ".cache"
TERRAFORM_PLUGINS = CACHE / "terraform-plugins"
FORMER_AUTHORITY = CACHE / "localfront"  # one that could vouch for any name
COMPOSE_STATE = CACHE / "compose"  # in the containers of docker-compose.yml alone
SNAPSHOTS = CACHE / "snapshots"
KEPT_LOGS = CACHE / "logs"

# What belongs to one run and is removed when it ends.
STACKS = CACHE / "stacks"
