"""Paths in the checkout."""

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

# Files of one run, removed at its end.
STACKS = CACHE / "stacks"
