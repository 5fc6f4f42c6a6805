"""The distribution that is fuzzed through a socket, as files for `localfront serve`.

Its functions, of both kinds, change what they return as the request's `x-mutation` header says: a
list of changes, each with a path and the new value there; without a value, the member is deleted.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from localfront.config.managed_policies import (
    ALL_VIEWER,
    CACHING_DISABLED,
    CACHING_OPTIMIZED,
)

ORIGIN, FUNCTION = "origin", "fuzz-edge"
LAMBDA_ARN = f"arn:aws:lambda:us-east-1:000000000000:function:{FUNCTION}:1"
FUNCTION_ARN = "arn:aws:cloudfront::000000000000:function/fuzz-function"
METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
LAMBDA_EVENTS = (
    "viewer-request",
    "origin-request",
    "origin-response",
    "viewer-response",
)
FUNCTION_EVENTS = ("viewer-request", "viewer-response")

LAMBDA = """\
import json


def handler(event, context):
    cf = event["Records"][0]["cf"]
    message = cf["response"] if "response" in cf else cf["request"]
    mutations = cf["request"]["headers"].get("x-mutation")
    for way, *value in json.loads(mutations[0]["value"]) if mutations else ():
        message = changed(message, way, value)
    return message


def changed(message, way, value):
    if not way:
        return value[0] if value else None
    part = message
    try:
        for name in way[:-1]:
            part = part[name]
        if value:
            part[way[-1]] = value[0]
        else:
            del part[way[-1]]
    except (LookupError, TypeError):
        pass  # an earlier change took it away
    return message
"""
CLOUDFRONT_FUNCTION = """\
function changed(message, change) {
    var way = change[0];
    if (!way.length) return change[1];
    var part = message;
    for (var i = 0; i < way.length - 1 && part; i++) part = part[way[i]];
    if (part === null || typeof part !== 'object') return message;
    if (change.length < 2) delete part[way[way.length - 1]];
    else part[way[way.length - 1]] = change[1];
    return message;
}
function handler(event) {
    var message = event.response ? event.response : event.request;
    var mutations = event.request.headers['x-mutation'];
    if (mutations) JSON.parse(mutations.value).forEach(function (change) {
        message = changed(message, change);
    });
    return message;
}
"""


def write(folder: Path) -> list[Path]:
    """Write the configuration, and the code to `folder`/edge; returns the files for --config."""
    (folder / "edge").mkdir(exist_ok=True)
    (folder / "edge" / "index.py").write_text(LAMBDA)
    (folder / "fuzz-function.js").write_text(CLOUDFRONT_FUNCTION)
    documents = {
        "distribution.json": {"DistributionConfig": distribution_config()},
        "lambda.json": {
            "Configuration": {
                "FunctionName": FUNCTION,
                "FunctionArn": LAMBDA_ARN,
                "Version": "1",
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Timeout": 5,
                "MemorySize": 128,
                "CodeSha256": "",
            }
        },
        "function.json": {
            "FunctionSummary": {
                "Name": "fuzz-function",
                "FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-2.0"},
                "FunctionMetadata": {"FunctionARN": FUNCTION_ARN, "Stage": "LIVE"},
            }
        },
    }
    for name, document in documents.items():
        (folder / name).write_text(json.dumps(document, indent=1))
    return [folder / name for name in documents]


def distribution_config() -> dict[str, Any]:
    default = behavior("", policy=CACHING_OPTIMIZED.id)
    del default["PathPattern"]
    behaviors = [behavior("/uncached/*")]
    behaviors += [behavior(f"/lambda/{at}/*", lambda_at=at) for at in LAMBDA_EVENTS]
    behaviors += [behavior(f"/function/{at}/*", function_at=at) for at in FUNCTION_EVENTS]
    return {
        "CallerReference": "fuzz",
        "Comment": "",
        "Enabled": True,
        "Origins": api_list(origin()),
        "DefaultCacheBehavior": default,
        "CacheBehaviors": api_list(*behaviors),
        "CustomErrorResponses": api_list(
            {
                "ErrorCode": 404,
                "ResponsePagePath": "/error-page",
                "ResponseCode": "404",
                "ErrorCachingMinTTL": 1,
            }
        ),
    }


def origin() -> dict[str, Any]:
    return {
        "Id": ORIGIN,
        "DomainName": "origin.example",
        "CustomHeaders": api_list({"HeaderName": "X-Key", "HeaderValue": "v"}),
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "http-only",
            "OriginSslProtocols": api_list("TLSv1.2"),
            "OriginReadTimeout": 5,
        },
        "ConnectionAttempts": 3,
        "ConnectionTimeout": 2,
    }


def behavior(
    pattern: str,
    *,
    policy: str = CACHING_DISABLED.id,
    lambda_at: str = "",
    function_at: str = "",
) -> dict[str, Any]:
    lambdas = [
        {
            "EventType": lambda_at,
            "LambdaFunctionARN": LAMBDA_ARN,
            "IncludeBody": lambda_at.endswith("request"),
        }
    ]
    functions = [{"EventType": function_at, "FunctionARN": FUNCTION_ARN}]
    return {
        "PathPattern": pattern,
        "TargetOriginId": ORIGIN,
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": policy,
        "OriginRequestPolicyId": ALL_VIEWER.id,
        "Compress": True,
        "AllowedMethods": {
            **api_list(*METHODS),
            "CachedMethods": api_list("GET", "HEAD"),
        },
        "LambdaFunctionAssociations": api_list(*lambdas) if lambda_at else api_list(),
        "FunctionAssociations": api_list(*functions) if function_at else api_list(),
    }


def api_list(*members: Any) -> dict[str, Any]:
    """A list as the CloudFront API writes it."""
    return {"Quantity": len(members), "Items": list(members)}
