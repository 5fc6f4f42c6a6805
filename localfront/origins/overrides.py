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
    """Requests go to `base` + path, with `host` as Host; None keeps the origin's own."""

    base: str
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with a bucket's objects. The path is absolute and resolved.

    `beside` are more folders, each with the prefix of its keys; they come first.
    """

    path: Path
    beside: tuple[tuple[str, Path], ...] = ()


Override = AnotherAddress | Folder


def parse_override(text: str) -> tuple[str, Override]:
    """Parse `ORIGIN=URL`, `ORIGIN=URL,host=NAME` or `ORIGIN=DIR`. Raises ConfigError.

    ORIGIN is an origin's id in the distribution, or its domain name.
    """
    origin, equals, target = text.partition("=")
    if not origin or not equals or not target:
        raise ConfigError(f"{text!r}: {HOW}.")
    if "://" not in target:
        return origin, _folder(target)
    base, comma, host = target.partition(",host=")
    if not is_base_url(base):
        raise ConfigError(f"{base!r} is not an origin's address: {HOW}.")
    if comma and not is_base_url(f"http://{host}"):
        raise ConfigError(f"{host!r} is not a host name: {HOW}.")
    return origin, AnotherAddress(base=base.rstrip("/"), host=host or None)


def _folder(target: str) -> Folder:
    path = Path(target)
    if not path.is_dir():
        raise ConfigError(f"{target!r} is neither a URL nor a directory: {HOW}.")
    return Folder(path.resolve())


def is_base_url(value: str) -> bool:
    """Whether it is a URL with only a scheme, a host, and optionally a port and a path."""
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
    """The origin, after a function, with the id by which overrides apply.

    A configured origin's override applies while functions leave its domain name unchanged. Another
    domain name belongs to the distribution's origin with that name, or stands alone.
    """
    if any([origin is chosen for origin in distribution.origins]):
        return chosen
    name = chosen.domain_name.lower()
    alike = [o.id for o in distribution.origins if o.domain_name.lower() == name]
    if chosen.id in alike:
        return chosen
    return replace(chosen, id=next(iter(alike), name))
