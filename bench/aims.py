"""Targets for figures. A missed target is reported but never fails a run."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A target: at least `least`, or below `below`."""

    case: str
    figure: str
    least: float = -math.inf
    below: float = math.inf

    def is_met(self, value: float) -> bool:
        return self.least <= value < self.below

    @property
    def wanted(self) -> str:
        if self.below < math.inf:
            return f"below {self.below:g}"
        return f"at least {self.least:g}"


AIMS = (
    Aim(case="cache_hit", figure="ratio_to_bare_server", least=0.75),
    Aim(case="https_hit", figure="ratio_to_bare_server", least=0.75),
    Aim(case="cache_miss", figure="ratio_to_bare_server", least=0.14),
    Aim(
        case="cache_miss", figure="cpu_ratio_to_bare_server", least=0.143
    ),  # 7 times the processor time
    Aim(case="viewer_request", figure="added_p50_ms", below=0.5),
    Aim(case="viewer_request", figure="four_workers_to_one", least=1.8),
    Aim(case="viewer_request_computing", figure="four_workers_to_one", least=1.8),
    Aim(case="viewer_request_node", figure="added_p50_ms", below=0.4),
    Aim(case="cloudfront_function", figure="added_p50_ms", below=0.25),
    Aim(case="page_load_in_a_browser", figure="times_without", below=4),
    Aim(case="page_load_in_a_browser", figure="times_without_of_a_cloudfront_function", below=4),
    Aim(case="inspector_cost", figure="cpu_ratio", below=1.03),
    Aim(case="live_reload", figure="saved_to_served_ms", below=75),
    Aim(case="start", figure="cold_s", below=20),
    Aim(case="start", figure="warm_s", below=3),
    Aim(case="serve_on_a_plan", figure="serve_on_a_plan_s", below=0.6),
)
