"""The target of a promotion: the options of `promote`, parsed once."""

import re
from dataclasses import dataclass

from harness.errors import HarnessError

ENVIRONMENT = re.compile(r"[a-z][a-z0-9-]{0,31}")
STACK = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
PREREQUISITES = "my-serverless-website"  # the prefix of their buckets' names


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a release is deployed.

    `stack` is the prefix of all resources' names, `prerequisites` that of the buckets created by
    terraform/prerequisites.
    """

    environment: str
    site: str
    zone: str
    account: str
    stack: str
    prerequisites: str = PREREQUISITES

    def __post_init__(self) -> None:
        """Raise HarnessError for values that Terraform or AWS would refuse during the apply."""
        if not ENVIRONMENT.fullmatch(self.environment):
            raise HarnessError(
                f"--environment is {self.environment!r}: up to 32 lower-case letters, digits and "
                "hyphens, starting with a letter."
            )
        for name in (self.stack, self.prerequisites):
            if not STACK.fullmatch(name):
                raise HarnessError(
                    f"{name!r} is not a valid stack name: 3 to 40 lower-case letters, digits and "
                    "hyphens, starting with a letter."
                )
        for option, host in (("--site", self.site), ("--zone", self.zone)):
            if not HOST.fullmatch(host):
                raise HarnessError(
                    f"{option} is {host!r}: it must be a bare host name in lower case."
                )
        if not f".{self.site}".endswith(f".{self.zone}"):
            raise HarnessError(f"{self.site} is not in the zone {self.zone}.")

    @property
    def domain(self) -> str:
        """The site's parent domain: the wildcard certificate's name without `*.`."""
        return self.site.partition(".")[2]

    @property
    def state_bucket(self) -> str:
        return f"{self.prerequisites}-state-{self.account}"

    @property
    def releases_bucket(self) -> str:
        return f"{self.prerequisites}-releases-{self.account}"

    @property
    def state_key(self) -> str:
        return f"{self.environment}/terraform.tfstate"

    @property
    def history_key(self) -> str:
        return f"{self.environment}/releases.json"

    @property
    def lock_key(self) -> str:
        return f"{self.environment}/promotion.lock"

    def variables(self) -> dict[str, str]:
        """Terraform's variables, as text."""
        return {
            "name": self.stack,
            "domain": self.domain,
            "site_host": self.site,
            "zone": self.zone,
            "environment": self.environment,
            "allowed_account_ids": f'["{self.account}"]',
            "wait_for_deployment": "true",
        }
