"""The environment variables of a worker: Lambda's reserved ones, and access to AWS.

Nothing else of localfront's own environment is passed on. Lambda@Edge functions have no variables
of their own (LA-006); those of other functions cannot override reserved ones.

Source: AWS Lambda Developer Guide, "Using Lambda environment variables".
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from localfront.lambda_edge.function import EdgeFunction

_TOKEN = "AWS_SESSION_TOKEN"  # noqa: S105 - a variable's name
_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", _TOKEN)
_ENDPOINT = "AWS_ENDPOINT_URL"


def aws_access(environment: Mapping[str, str]) -> dict[str, str]:
    """Select only the endpoints and credentials of the standard AWS environment."""
    return {
        name: value
        for name, value in environment.items()
        if name in _CREDENTIALS or name == _ENDPOINT or name.startswith(f"{_ENDPOINT}_")
    }


def log_group(function: EdgeFunction) -> str:
    """The log group of a function (LL-001); a configured name is used as is (LL-002)."""
    if function.log_group not in (None, f"/aws/lambda/{function.name}"):
        return str(function.log_group)
    return f"/aws/lambda/{function.runs_as.name}"


def validation_log_group(distribution_id: str) -> str:
    """The log group for CloudFront's validation errors (LL-003)."""
    return f"/aws/cloudfront/LambdaEdge/{distribution_id}"


def worker_environment(
    function: EdgeFunction,
    *,
    access: Mapping[str, str],
    runtime_api: str,
    runtime_directory: Path,
    temporary_directory: Path,
    log_stream: str,
) -> dict[str, str]:
    """All variables of a worker. `runtime_api` is the address of its Runtime API."""
    own = function.runs_as
    search = f"{runtime_directory}/node_modules:{runtime_directory}:{function.code}"
    language = (
        {"NODE_PATH": search}
        if function.runtime.startswith("nodejs")
        else {"PYTHONPATH": str(runtime_directory)}
    )
    return (
        {"LANG": "en_US.UTF-8", "TZ": ":UTC"}
        | dict(function.variables)
        | dict(access)
        | _session_token(access)
        | language
        | {
            "AWS_DEFAULT_REGION": function.arn.region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "AWS_LAMBDA_FUNCTION_NAME": own.name,
            "AWS_LAMBDA_FUNCTION_VERSION": function.version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": log_group(function),
            "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
            "AWS_LAMBDA_RUNTIME_API": runtime_api,
            "AWS_REGION": function.arn.region,
            # AWS sets no HOME; without it, Python would find the developer's ~/.aws.
            "HOME": str(temporary_directory),
            "LAMBDA_RUNTIME_DIR": str(runtime_directory),
            "LAMBDA_TASK_ROOT": str(function.code),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "TMPDIR": str(temporary_directory),
            "_HANDLER": function.handler,
        }
    )


def _session_token(access: Mapping[str, str]) -> dict[str, str]:
    """The session token, which a role's credentials have on AWS; emulators accept any."""
    is_emulated = _ENDPOINT in access and "AWS_ACCESS_KEY_ID" in access
    return {"AWS_SESSION_TOKEN": "localfront"} if is_emulated and _TOKEN not in access else {}
