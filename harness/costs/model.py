"""Monthly costs, and the first limits to be reached, computed from one page view.

The counts are measured (e2e/test_what_a_page_costs.py), the prices are AWS's, and everything else is
in `Assumptions`.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SECONDS_A_MONTH = 365 * 24 * 3600 / 12
GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """The resources that one more view of the log uses."""

    cloudfront_requests: int
    edge_invocations: int
    api_calls: int
    dynamodb_reads: int
    received_bytes: int

    @classmethod
    def read(cls, path: Path) -> "PageView":
        return cls(**json.loads(path.read_text()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """`usd` for `per` units; the first `free` units of a month cost nothing."""

    name: str
    usd: float
    per: int
    free: int
    page: str
    seen: str

    def of(self, quantity: float) -> float:
        return max(0.0, quantity - self.free) / self.per * self.usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Values not measured on AWS yet."""

    views_a_visit: int = 5
    entries_a_visit: float = 1
    captains: int = 10
    first_view_requests: int = 20  # pages and assets of an empty browser cache, and the log-in
    first_view_bytes: int = 60_000
    empty_caches: float = 0.3  # of all visits
    edge_seconds: float = 0.11  # a read across the Atlantic, for visitors in Europe
    edge_gigabytes: float = 0.128
    api_seconds: float = 0.04
    api_gigabytes: float = 0.256
    log_in_seconds: float = 0.5  # scrypt, on the share of a core that 1 GB brings
    log_in_gigabytes: float = 1.024
    log_bytes: int = 900  # of all logs, for a request that starts a function
    peak: float = 5  # the busiest second, as a multiple of the average


def read_prices(path: Path = HERE / "prices.toml") -> dict[str, Price]:
    with path.open("rb") as file:
        return {key: Price(**fields) for key, fields in tomllib.load(file).items()}


def quantities(views: int, view: PageView, assumed: Assumptions) -> dict[str, float]:
    """Units of each price in a month, by number of page views."""
    visits = views / assumed.views_a_visit
    first = visits * assumed.empty_caches
    writes_of_entries = visits * assumed.entries_a_visit
    api = views * view.api_calls + visits + writes_of_entries  # with one log-in per visit
    edge = views * view.edge_invocations + visits  # the login page is one more
    return {
        "cloudfront_requests": views * view.cloudfront_requests
        + first * assumed.first_view_requests
        + visits
        + writes_of_entries,
        "cloudfront_gigabytes": (views * view.received_bytes + first * assumed.first_view_bytes)
        / GIGABYTE,
        "edge_requests": edge,
        "edge_gigabyte_seconds": edge * assumed.edge_seconds * assumed.edge_gigabytes,
        "api_requests": api,
        "lambda_requests": api,
        "lambda_gigabyte_seconds": (api - visits) * assumed.api_seconds * assumed.api_gigabytes
        + visits * assumed.log_in_seconds * assumed.log_in_gigabytes,
        "dynamodb_reads": views * view.dynamodb_reads + writes_of_entries,
        # A log-in: two counter updates, one deletion, a session and its index entry.
        "dynamodb_writes": visits * 5 + writes_of_entries,
        "secrets": assumed.captains,
        "secret_calls": visits,
        "log_gigabytes": (edge + api) * assumed.log_bytes / GIGABYTE,
        "zones": 1,
    }


def costs(
    views: int,
    view: PageView,
    prices: Mapping[str, Price],
    assumed: Assumptions = Assumptions(),
) -> dict[str, float]:
    """Dollars per month for each price."""
    used = quantities(views, view, assumed)
    return {key: price.of(used[key]) for key, price in prices.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit. `most` at a time or per second; `remedy` is what to enable before it is reached."""

    name: str
    most: float
    remedy: str


LIMITS = {
    "fresh_concurrency": Limit(
        name="concurrent Lambda executions in a new account",
        most=10,
        remedy="request the usual quota of 1,000 before the first visitor",
    ),
    "api_rate": Limit(
        name="our throttle of the API, requests per second",
        most=50,
        remedy="raise `throttling_rate_limit` in `api.tf`",
    ),
    "concurrency": Limit(
        name="concurrent Lambda executions in one Region",
        most=1_000,
        remedy="request more, and reserve some for log-ins (`login_reserved_concurrency`)",
    ),
    "gateway_rate": Limit(
        name="API Gateway in one Region, requests per second",
        most=10_000,
        remedy="use an HTTP API or a function URL behind CloudFront, or more Regions",
    ),
    "edge_rate": Limit(
        name="Lambda@Edge in one Region, requests per second",
        most=10_000,
        remedy="use a signed cookie that a CloudFront Function checks",
    ),
}


def at_peak(views: int, view: PageView, assumed: Assumptions) -> dict[str, float]:
    """Usage of each limit in the busiest second, with all visitors in one Region."""
    used = quantities(views, view, assumed)
    a_second = assumed.peak / SECONDS_A_MONTH
    visits = views / assumed.views_a_visit
    log_ins = visits * a_second * assumed.log_in_seconds
    api = (used["api_requests"] - visits) * a_second * assumed.api_seconds
    edge = used["edge_requests"] * a_second * assumed.edge_seconds
    at_once = log_ins + api + edge
    return {
        "fresh_concurrency": at_once,
        "concurrency": at_once,
        "api_rate": used["api_requests"] * a_second,
        "gateway_rate": used["api_requests"] * a_second,
        "edge_rate": used["edge_requests"] * a_second,
    }


def views_at(limit: str, view: PageView, assumed: Assumptions) -> float:
    """Monthly page views at which the limit is reached, as usage is proportional."""
    return LIMITS[limit].most / at_peak(1_000_000, view, assumed)[limit] * 1_000_000
