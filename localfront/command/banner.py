"""The banner at the start: tables of what is served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from localfront.command.text_table import Row, table
from localfront.config.distribution import CacheBehavior, Distribution
from localfront.exchange.request_trace import printable
from localfront.inspector.code_places import lambda_code, script_code
from localfront.logs.colours import Palette
from localfront.origins.addresses import Endpoints, OriginService, resolve
from localfront.routing.distributions import LOCAL_SUFFIX
from localfront.sources.configuration import Configuration

HEAD = ("Path pattern", "Origin", "Functions")
MOST_BEHAVIORS = 25  # per distribution: AWS's quota of them would scroll the rest away


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """The banner. `edge` has the local folders and files of functions' code, by function name.

    `width` is the terminal's, in columns; None for lines of any length.
    """

    configuration: Configuration
    endpoints: Endpoints
    edge: Mapping[str, Path]
    http_port: int
    https_port: int
    palette: Palette
    width: int | None = None

    def lines(self) -> Iterator[str]:
        """A title and a table for each distribution, with empty lines between and at the end."""
        for distribution in self.configuration.distributions:
            yield ""
            yield self._title(distribution)
            behaviors = distribution.behaviors[-MOST_BEHAVIORS:]
            left_out = len(distribution.behaviors) - len(behaviors)
            head, *rows = table(
                HEAD,
                [self._row(distribution, behavior) for behavior in behaviors],
                width=self.width,
            )
            yield self.palette.paint("dim", head)
            yield from rows
            if left_out:
                yield f"  and {left_out} behaviors that come before these"
        yield ""

    def _title(self, distribution: Distribution) -> str:
        name = self.palette.paint("bold", printable(distribution.id))
        if not distribution.enabled:
            return f"{name}  disabled: it serves no requests"
        alone = len(self.configuration.distributions) == 1
        host = local_host(distribution, alone=alone)
        urls = (f"https://{host}:{self.https_port}/", f"http://{host}:{self.http_port}/")
        aliases = map(printable, distribution.aliases)
        return "  ".join((name, *urls, *aliases, *(["staging"] if distribution.is_staging else [])))

    def _row(self, distribution: Distribution, behavior: CacheBehavior) -> Row:
        group = distribution.origin_group(behavior.target_origin_id)
        ids = (group.primary, group.secondary) if group else (behavior.target_origin_id,)
        first, *rest = (self._origin(distribution, origin_id) for origin_id in ids)
        return (
            [printable(behavior.path_pattern)],
            [first, *(f"then {origin}" for origin in rest)],
            list(self._functions(behavior)),
        )

    def _origin(self, distribution: Distribution, origin_id: str) -> str:
        address = resolve(
            distribution.origin(origin_id), viewer_scheme="https", endpoints=self.endpoints
        )
        if address.service is OriginService.LAMBDA:
            return f"{printable(origin_id)} → its function"
        target = _short_path(address.folder) if address.folder else address.base
        return f"{printable(origin_id)} → {printable(target)}"

    def _functions(self, behavior: CacheBehavior) -> Iterator[str]:
        for function in behavior.function_associations:
            arn, name = function.function_arn, function.function_arn.rpartition("/")[2]
            code = script_code(arn, self.configuration, self.edge.get(name), _short_path)
            yield f"{function.event_type} {printable(name)} ({code})"
        for association in behavior.lambda_function_associations:
            arn = association.lambda_function_arn
            name, _, version = arn.rpartition(":function:")[2].partition(":")
            code = lambda_code(arn, self.configuration, self.edge.get(name), _short_path)
            titled = name if name in self.edge else f"{name}:{version}"
            yield f"{association.event_type} {printable(titled)} ({code})"


def local_host(distribution: Distribution, *, alone: bool) -> str:
    """The local name at which a distribution answers."""
    return "localhost" if alone else f"{distribution.id.lower()}{LOCAL_SUFFIX}"


def _short_path(path: Path) -> str:
    """The path, relative if it is in the current folder."""
    here = Path.cwd()
    short = path.relative_to(here) if path.is_relative_to(here) else path
    return printable(f"{short}/" if path.is_dir() else str(short))
