"""The guard inside LocalStack, whose own protection relies on `Origin` and `Referer`.

A page can omit both: `<img referrerpolicy="no-referrer">`. LocalStack executes the Python files in
its folder `init/start.d` in its own process before it listens; harness/guard/localstack_hook.py is
one of them and calls `install`. Source: LocalStack, "Initialization Hooks"; the order of its
handlers is in `localstack/aws/app.py` of release 4.14.
"""

import importlib
from collections.abc import Callable, MutableMapping
from typing import Any

from harness.guard.key import taken_key
from harness.guard.rules import Admission, Guard, GuardedRequest, Refusal, is_public_path

VERDICT = "captains_log.admission"  # in a request's environment
DOMAIN = "localhost.localstack.cloud"  # LocalStack's own name, which resolves to this machine
NAMES = "EMULATOR_NAMES"
OF_LINKS = frozenset({"GetObject", "HeadObject", "PutObject"})
WITHOUT_SIGNATURE = frozenset({Admission.PUBLIC, Admission.LINK})
# Packages that serve public requests: API Gateway stages, function URLs, functions' containers.
SERVES_THEM = frozenset({"apigateway", "lambda_"})


def install(environ: MutableMapping[str, str]) -> None:
    """Apply the guard to every request of this LocalStack."""
    handlers = importlib.import_module("localstack.aws.handlers")
    cors: Any = importlib.import_module("localstack.aws.handlers.cors")
    router = importlib.import_module("localstack.services.edge").ROUTER
    guard = guard_of(environ)

    def judge(chain: Any, context: Any, response: Any) -> None:
        verdict = guard.judge(guarded_request(context.request))
        context.request.environ[VERDICT] = verdict
        if isinstance(verdict, Refusal):
            refuse(verdict, chain, response)

    handlers.preprocess_request.handlers.insert(0, judge)
    handlers.serve_custom_service_request_handlers.append(refuse_unrouted_calls)
    router.dispatcher = restrict_catch_all_routes(router.dispatcher)
    cors.should_enforce_self_managed_service = leave_cors_to_functions(
        cors.should_enforce_self_managed_service
    )


def guard_of(environ: MutableMapping[str, str]) -> Guard:
    names = environ.pop(NAMES, "").split(",")
    return Guard(
        key=taken_key(environ),
        names=frozenset(name.strip() for name in names) - {""},
        domains=(DOMAIN,),
        any_address=True,  # its functions' containers only know an address
        public_by_host=True,
    )


def guarded_request(request: Any) -> GuardedRequest:
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in request.headers.items():
        headers[name.lower()] = (*headers.get(name.lower(), ()), value)
    return GuardedRequest(
        method=request.method,
        path=request.path,
        query=request.query_string.decode("latin-1"),
        headers=headers,
    )


def restrict_catch_all_routes(dispatcher: Callable[..., Any]) -> Callable[..., Any]:
    """Restrict routes that match every host name, even an API's: SQS's queues have such a route."""
    not_found = importlib.import_module("werkzeug.exceptions").NotFound

    def dispatch(request: Any, endpoint: Any, arguments: Any) -> Any:
        packages = getattr(endpoint, "__module__", "").split(".")
        is_public = is_public_path(request.path) or not SERVES_THEM.isdisjoint(packages)
        if is_without_signature(request) and not is_public:
            raise not_found  # so the next handler gets it
        return dispatcher(request, endpoint, arguments)

    return dispatch


def leave_cors_to_functions(enforced: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Leave CORS of function URLs to the functions, as on AWS."""
    return lambda context: not is_without_signature(context.request) and enforced(context)


def is_without_signature(request: Any) -> bool:
    return request.environ.get(VERDICT) in WITHOUT_SIGNATURE


def refuse_unrouted_calls(chain: Any, context: Any, response: Any) -> None:
    """Refuse an admitted public or presigned request that matched no stage or function."""
    is_link_to_object = (
        context.request.environ.get(VERDICT) is Admission.LINK
        and context.service.service_name == "s3"
        and context.operation.name in OF_LINKS
    )
    if is_without_signature(context.request) and not is_link_to_object:
        refuse(Refusal(reason="Web pages may not use this path."), chain, response)


def refuse(refusal: Refusal, chain: Any, response: Any) -> None:
    """Refuse a request without response handlers, which would add CORS headers."""
    response.status_code = 403
    response.mimetype = "text/plain"
    response.data = f"{refusal.reason}\n"
    chain.terminate()
