"""Load and run functions, for tests."""

from __future__ import annotations

from collections.abc import Callable

from localfront.cloudfront_functions.function_results import read_viewer_request_result
from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.http_messages.messages import Request, Response
from tests.localfront.cloudfront_functions.fake_cloudfront import ARN
from tests.localfront.cloudfront_functions.running import request_event

Make = Callable[..., CloudFrontFunctions]
LOG_GROUP = "/aws/cloudfront/function/visitors"


async def request_result(functions: CloudFrontFunctions, request: Request) -> Request | Response:
    await functions.load([ARN])
    event = request_event(request)
    return read_viewer_request_result(event, await functions.invoke(ARN, event), request)
