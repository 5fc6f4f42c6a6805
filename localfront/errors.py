"""The exceptions that localfront raises on purpose.

LocalfrontError
├── ConfigError                 the distribution can't be served as configured; fix the configuration
├── EdgeFunctionError           the function broke the Lambda@Edge contract; fix the function
│   ├── EdgeValidationError     its result is invalid: 502
│   ├── EdgeExecutionError      it raised, exited or did not respond: 503
│   ├── EdgeLimitError          it ran past its time limit: 503
│   ├── EdgeThrottledError      too many concurrent invocations: 503
│   └── FunctionValidationError, FunctionExecutionError   the same for a CloudFront Function
└── OriginError                 an origin gave no usable response; start it, or fix its address
"""

from __future__ import annotations


class LocalfrontError(Exception):
    """Base class of the errors that localfront raises on purpose."""


class ConfigError(LocalfrontError):
    """An invalid configuration. Each of the `reasons` names the field and the fix."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons

    def __str__(self) -> str:
        if len(self.reasons) == 1:
            return self.reasons[0]
        listed = "".join(f"\n  - {reason}" for reason in self.reasons)
        return f"{len(self.reasons)} problems must be fixed:{listed}"

    def of(self, label: str) -> ConfigError:
        """The error, prefixed with a distribution or a file."""
        return ConfigError(*(f"{label}: {reason}" for reason in self.reasons))


class EdgeFunctionError(LocalfrontError):
    """The message says what the function did wrong; `rule` is the checklist's id."""

    status = 503
    x_cache = "LambdaExecutionError from cloudfront"  # LX-004

    def __init__(self, message: str, *, rule: str) -> None:
        super().__init__(message)
        self.rule = rule


class EdgeValidationError(EdgeFunctionError):
    """A function's result failed validation (LX-001)."""

    status = 502
    x_cache = "LambdaValidationError from cloudfront"


class EdgeExecutionError(EdgeFunctionError):
    """A function raised, exited, or did not answer (LX-002). `traceback` is for the developer."""

    def __init__(self, message: str, *, rule: str = "LX-002", traceback: str = "") -> None:
        super().__init__(message, rule=rule)
        self.traceback = traceback


class EdgeLimitError(EdgeFunctionError):
    """A function exceeded its time limit (LX-003); logged as execution error (D.1, row 6)."""


class EdgeThrottledError(EdgeFunctionError):
    """Too many concurrent invocations (LX-003); logged as "limit exceeded" (table D.1, row 6)."""

    x_cache = "LambdaLimitExceeded from cloudfront"

    def __init__(self, message: str) -> None:
        super().__init__(message, rule="LX-003")


class FunctionValidationError(EdgeValidationError):
    """A CloudFront Function's result failed validation (FN-012)."""

    x_cache = "FunctionValidationError from cloudfront"


class FunctionExecutionError(EdgeExecutionError):
    """A CloudFront Function threw, ran too long or took too much memory (FN-013)."""

    x_cache = "FunctionExecutionError from cloudfront"


class OriginError(LocalfrontError):
    """An origin failed; `status` is 502 (connection, DNS, TLS) or 504 (no response in time).

    `failover_on` are the failover criteria of origin groups that it meets (OG-008); `detail` is its
    name in the access log (LG-002).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        failover_on: frozenset[int] = frozenset(),
        detail: str = "OriginError",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.failover_on = failover_on or frozenset({status})
        self.detail = detail
