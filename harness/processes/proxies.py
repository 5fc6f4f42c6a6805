"""Exempt loopback from the environment's proxy.

Terraform and browsers exempt loopback addresses by themselves. Python does not: with HTTP_PROXY set
and no NO_PROXY, boto3 and urllib send requests for 127.0.0.1 to the proxy.
"""

from collections.abc import Mapping

from harness.processes.ports import NAMES_OF_LOOPBACK

PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def exceptions(environ: Mapping[str, str]) -> dict[str, str]:
    """Return NO_PROXY with this machine in it, in both spellings that are in use.

    Empty if no proxy is set: on macOS, the variable alone would disable the system's proxy.
    """
    if not any(environ.get(name) or environ.get(name.upper()) for name in PROXIES):
        return {}
    value = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if value.strip() == "*":
        return {}
    spared = [host for host in value.split(",") if host]
    hosts = ",".join([*spared, *(host for host in NAMES_OF_LOOPBACK if host not in spared)])
    return {"NO_PROXY": hosts, "no_proxy": hosts}
