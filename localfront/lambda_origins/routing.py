"""Find the route of an API for a method and a path.

Sources: API Gateway Developer Guide, "Create routes for HTTP APIs" (routing API requests), "Methods for
REST APIs", "Stages for HTTP APIs", "Map API stages to a custom domain name for HTTP APIs".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from localfront.config.lambda_origins import DEFAULT_STAGE, Api, ApiRoute, CustomDomain


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedRoute:
    route: ApiRoute
    parameters: dict[str, str]

    @property
    def key(self) -> str:
        route = self.route
        return DEFAULT_STAGE if route.path is None else f"{route.method} {route.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedStage:
    """A stage of an API.

    `path` is the path below it, for routing; `request_path` is the path in payload format 1.0.
    """

    api: Api
    stage: str
    path: str
    request_path: str


def reached(origin: Api | CustomDomain, path: str) -> RequestedStage | None:
    """The requested stage; None if the path has none.

    Functions behind a custom domain get the whole path, as with HTTP APIs.
    """
    if isinstance(origin, Api):
        at = stage_of(origin, path)
        request_path = path if origin.is_http or at is None else at[1]
        return at and RequestedStage(api=origin, stage=at[0], path=at[1], request_path=request_path)
    fitting = [
        m for m in origin.mappings if f"{path}/".startswith(f"/{m.base_path}/".replace("//", "/"))
    ]
    if not fitting:
        return None
    mapping = max(fitting, key=lambda m: len(m.base_path))
    below = path.removeprefix(f"/{mapping.base_path}") if mapping.base_path else path
    at = (mapping.stage, below or "/") if mapping.stage else stage_of(mapping.api, below)
    return at and RequestedStage(api=mapping.api, stage=at[0], path=at[1], request_path=path)


def stage_of(api: Api, path: str) -> tuple[str, str] | None:
    """The stage, and the path below it; None if there is no such stage.

    `$default` of an HTTP API serves paths without another stage's name.
    """
    first, _, rest = path.removeprefix("/").partition("/")
    if first in api.stages and first != DEFAULT_STAGE:
        return first, f"/{rest}"
    if api.is_http and DEFAULT_STAGE in api.stages:
        return DEFAULT_STAGE, path
    return None


def find_route(routes: Iterable[ApiRoute], method: str, path: str) -> MatchedRoute | None:
    """The most specific route.

    Literals win over `{name}`, `{name+}` and the default route, and the method itself over ANY.
    """
    found: list[tuple[tuple[object, ...], MatchedRoute]] = []
    for route in routes:
        if route.method not in (method, "ANY"):
            continue
        parameters = {} if route.path is None else _parameters(route.path, path)
        if parameters is not None:
            order = (*_order(route.path), route.method == "ANY")
            found.append((order, MatchedRoute(route=route, parameters=parameters)))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _parameters(template: str, path: str) -> dict[str, str] | None:
    """The decoded path parameters; None if the path does not match."""
    wanted, parts = _steps(template), _steps(path)
    if len(wanted) > 1 and wanted[-1].endswith("+}"):
        if len(parts) < len(wanted) or not parts[len(wanted) - 1]:
            return None
        parts = [*parts[: len(wanted) - 1], "/".join(parts[len(wanted) - 1 :])]
    if len(parts) != len(wanted):
        return None
    found: dict[str, str] = {}
    for step, part in zip(wanted, parts, strict=True):
        if step.startswith("{"):
            if not part:
                return None
            found[step.strip("{}").removesuffix("+")] = unquote(part)
        elif step != part:
            return None
    return found


def _steps(path: str) -> list[str]:
    """The path's segments; a trailing slash is ignored, except for the root."""
    return (path.rstrip("/") or "/").split("/")


def _order(template: str | None) -> tuple[object, ...]:
    if template is None:
        return (1, ())
    kinds = tuple(
        2 if step.endswith("+}") else 1 if step.startswith("{") else 0 for step in _steps(template)
    )
    return (0, kinds)
