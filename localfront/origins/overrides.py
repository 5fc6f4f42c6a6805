"""Origin overrides: another address for an origin, or a folder in place of a bucket."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from localfront.config.distribution import Distribution, Origin
from localfront.errors import ConfigError

HOW = "write ORIGIN=http://HOST:PORT, ORIGIN=URL,host=NAME or ORIGIN=DIR"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnotherAddress:
    """Requests go to `base` + their path, with `host` as Host; None keeps the origin's own name."""

    base: str
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """Its files are the bucket's objects. The path is absolute, its links are followed.

    `beside` are more of them, each with what the keys of its files begin with; they come first.
    """

    path: Path
    beside: tuple[tuple[str, Path], ...] = ()


Override = AnotherAddress | Folder


def parse_override(text: str) -> tuple[str, Override]:
    """Read `ORIGIN=URL`, `ORIGIN=URL,host=NAME` or `ORIGIN=DIR`. Raises ConfigError.

    ORIGIN is an origin's id in the distribution, or its domain name.
    """
    origin, equals, target = text.partition("=")
    if not origin or not equals or not target:
        raise ConfigError(f"{text!r}: {HOW}.")
    if "://" not in target:
        return origin, _folder(target)
    base, comma, host = target.partition(",host=")
    if not is_base_url(base):
        raise ConfigError(f"{base!r} is no address of an origin: {HOW}.")
    if comma and not is_base_url(f"http://{host}"):
        raise ConfigError(f"{host!r} is no host name: {HOW}.")
    return origin, AnotherAddress(base=base.rstrip("/"), host=host or None)


def _folder(target: str) -> Folder:
    path = Path(target)
    if not path.is_dir():
        raise ConfigError(f"{target!r} is neither a URL nor a directory: {HOW}.")
    return Folder(path.resolve())


def is_base_url(value: str) -> bool:
    """Whether it names a scheme and a host, perhaps a port and a path, and nothing more."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    return (
        value.isprintable()
        and not {" ", "?", "#", "@"} & set(value)
        and parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and port != 0
    )


def as_overridden(chosen: Origin, *, distribution: Distribution) -> Origin:
    """An origin under the id that overrides know it by, after a function had it in hand.

    What stands in for a configured origin does so while functions leave its domain name alone.
    Another name is the distribution's origin that has it, or goes by itself.
    """
    if any([origin is chosen for origin in distribution.origins]):
        return chosen
    name = chosen.domain_name.lower()
    alike = [o.id for o in distribution.origins if o.domain_name.lower() == name]
    if chosen.id in alike:
        return chosen
    return replace(chosen, id=next(iter(alike), name))
