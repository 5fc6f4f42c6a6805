"""The rules for which requests an emulator accepts, so that no web page can use it.

An emulator runs functions as this user, or next to the user's programs, without authentication. Any
web page can send requests to this machine; but it cannot

- choose the Host header: a domain of its own that resolves to this machine (DNS rebinding) shows,
- omit `Sec-Fetch-Site` if the browser sends it (W3C, Fetch Metadata Request Headers),
- send `Authorization: AWS4-HMAC-SHA256 ...`, or any header that CORS does not consider safe, to another
  origin without a preflight, and preflights are refused (WHATWG Fetch, "CORS protocol").

So a call to an AWS API needs a signature, as on AWS, which also verifies it: here any key is
accepted. What is public on AWS stays open to pages: API Gateway stages (except `@connections`) and
function URLs. Presigned URLs work only for S3 objects.

This module runs in LocalStack's process as well: it imports nothing but the standard library.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import ip_address
from urllib.parse import parse_qsl

KEY_HEADER = "x-emulator-key"
SIGNATURE = "AWS4-HMAC-SHA256 "
# The headers of a page that the user opened directly, or that is the emulator's own.
NOT_FROM_ELSEWHERE = frozenset({"none", "same-origin"})

HEALTH = frozenset(
    {
        "/_ministack/health",
        "/_ministack/ready",
        "/_localstack/health",
        "/_localstack/info",
    }
)
ADMINISTRATION = ("/_ministack/", "/_localstack/")
# Addresses that the emulator returns and that work without a signature, as AWS's do.
LINKS = (
    ("GET", re.compile(r"/_ministack/lambda-code(/[\w.:-]+){1,3}")),
    ("GET", re.compile(r"/_ministack/lambda-layers/\d+/[a-z0-9-]+/[\w-]+/\d+/content")),
    ("PUT", re.compile(r"/_ministack/cfn-(response|signal)/[\w-]+")),
)
# LocalStack's function containers report their state here; the id is a secret.
FUNCTIONS_REPORTS = re.compile(r"/_localstack_lambda/[\w-]{16,}/.+", re.DOTALL)

PUBLIC = (
    re.compile(r"/_aws/execute-api/[^/]+/[^/]*(/(?!@connections/).*)?", re.DOTALL),
    re.compile(r"/restapis/[^/]+/[^/]+/_user_request_(/(?!@connections/).*)?", re.DOTALL),
    re.compile(r"/_aws/lambda-url/[^/]+(/.*)?", re.DOTALL),
)
PUBLIC_HOST = re.compile(
    r"(?P<id>[a-z0-9-]+)\.(?P<service>execute-api|lambda-url(?=\.[a-z0-9-]+\.))\.(?P<rest>.+)"
)
FUNCTION_URLS = ".on.aws"  # Amazon's domains: nobody else can make them resolve to this machine

OBJECT = re.compile(r"/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+", re.DOTALL)
BUCKET_OR_OBJECT = re.compile(r"/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?", re.DOTALL)
OF_S3 = re.compile(r"Credential=[^/]+/\d+/[^/]+/s3/aws4_request")
PRESIGNED = (
    frozenset({"x-amz-algorithm", "x-amz-credential", "x-amz-signature"}),
    frozenset({"awsaccesskeyid", "expires", "signature"}),  # version 2
)
# Further parameters of a presigned URL for an object; none may select another action.
OF_LINKS = frozenset(
    {"x-id", "versionid", "x-amz-date", "x-amz-expires", "x-amz-signedheaders",
     "x-amz-security-token", "x-amz-content-sha256", "x-amz-checksum-mode",
     "x-amz-sdk-checksum-algorithm"}
)  # fmt: skip

ASKED_BY_ANOTHER_NAME = (
    "This emulator only accepts local host names, and the request's Host is {host!r}. Use "
    "http://localhost or http://127.0.0.1 with its port."
)
NEEDS_THE_KEY = (
    f"The emulator's administration needs the key of this run, in the header {KEY_HEADER}."
)
FROM_ELSEWHERE = "Web pages may not use this emulator."
NEEDS_A_SIGNATURE = (
    "Calls need a signature (SigV4), as on AWS; any key does, such as test/test: use an AWS SDK "
    "or the AWS CLI."
)


class Admission(Enum):
    """Why a request is allowed. PUBLIC ones may reach a user's function, but no API."""

    HARMLESS = auto()
    PUBLIC = auto()
    LINK = auto()
    TRUSTED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A refusal. `reason` is one line for the client."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedRequest:
    """The headers of a request. `path` is decoded; names in `headers` are lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, tuple[str, ...]]

    def values(self, name: str) -> tuple[str, ...]:
        return self.headers.get(name, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The guard. `names` are additional host names, `domains` include subdomains.

    With `any_address`, any IP address is accepted as Host: containers have one, and no domain is
    one. With `public_by_host`, the emulator serves public names at every path.
    """

    key: str
    names: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()
    any_address: bool = False
    public_by_host: bool = False

    def judge(self, request: GuardedRequest) -> Admission | Refusal:
        if refusal := self.judge_host(request):
            return refusal
        if request.method in ("GET", "HEAD") and request.path in HEALTH:
            return Admission.HARMLESS
        if self._has_key(request):
            return Admission.TRUSTED
        if self._is_public(request):
            return Admission.PUBLIC
        if request.path.startswith(ADMINISTRATION) and not is_link(request):
            return Refusal(reason=NEEDS_THE_KEY)
        if is_signed(request):
            return admitted_with_signature(request)
        if is_from_elsewhere(request):
            return Refusal(reason=FROM_ELSEWHERE)
        if is_link(request) or is_presigned(request):
            return Admission.LINK
        return Refusal(reason=NEEDS_A_SIGNATURE)

    def judge_host(self, request: GuardedRequest) -> Refusal | None:
        host = host_of(request)
        if self._is_ours(host):
            return None
        return Refusal(reason=ASKED_BY_ANOTHER_NAME.format(host=host[:100]))

    def _is_ours(self, host: str) -> bool:
        public = PUBLIC_HOST.fullmatch(host)
        if public and public["service"] == "lambda-url" and host.endswith(FUNCTION_URLS):
            return True
        return self._is_plain(host) or host.endswith(
            (".localhost", *(f".{domain}" for domain in self.domains))
        )

    def _is_plain(self, host: str) -> bool:
        """Whether the name is the emulator's own, not a service's or bucket's."""
        if host == "localhost" or host in self.names or host in self.domains:
            return True
        bracketed = re.fullmatch(r"\[(.+)\]", host)
        try:
            address = ip_address(bracketed[1] if bracketed else host)
        except ValueError:
            return False
        return address.is_loopback or self.any_address

    def _is_public(self, request: GuardedRequest) -> bool:
        host = host_of(request)
        if self._is_plain(host):
            return is_public_path(request.path)
        return (
            self.public_by_host
            and PUBLIC_HOST.fullmatch(host) is not None
            and not request.path.startswith("/_")  # the emulator's own, at any name
            and "/@connections/" not in request.path
        )

    def _has_key(self, request: GuardedRequest) -> bool:
        values = request.values(KEY_HEADER)
        return len(values) == 1 and hmac.compare_digest(values[0].encode(), self.key.encode())


def host_of(request: GuardedRequest) -> str:
    """The name in Host, without port and in lower case; an invalid value is unchanged."""
    hosts = request.values("host")
    if len(hosts) != 1:
        return ", ".join(hosts)
    host = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(:\d{1,5})?", hosts[0])
    return host[1].lower() if host else hosts[0]


def is_public_path(path: str) -> bool:
    return any(public.fullmatch(path) for public in PUBLIC)


def in_path_form(request: GuardedRequest) -> str | None:
    """The path form of a public name at the emulator's own name: `/_aws/lambda-url/ID/...`.

    An emulator with both forms checks other routes before the public name, such as its
    administrative paths. None if Host has no public name.
    """
    public = PUBLIC_HOST.fullmatch(host_of(request))
    return f"/_aws/{public['service']}/{public['id']}{request.path}" if public else None


def is_signed(request: GuardedRequest) -> bool:
    values = request.values("authorization")
    return bool(values) and all(value.startswith(SIGNATURE) for value in values)


def admitted_with_signature(request: GuardedRequest) -> Admission | Refusal:
    """Admit a signed request from a browser for objects only: localfront signs only those."""
    if "origin" not in request.headers and "sec-fetch-site" not in request.headers:
        return Admission.TRUSTED
    is_of_s3 = all(OF_S3.search(value) for value in request.values("authorization"))
    is_plain_call = is_of_s3 and "x-amz-target" not in request.headers
    if is_plain_call and BUCKET_OR_OBJECT.fullmatch(request.path):
        return Admission.TRUSTED
    return Refusal(reason=FROM_ELSEWHERE)


def is_from_elsewhere(request: GuardedRequest) -> bool:
    sites = request.values("sec-fetch-site")
    return "origin" in request.headers or not NOT_FROM_ELSEWHERE.issuperset(sites)


def is_link(request: GuardedRequest) -> bool:
    return FUNCTIONS_REPORTS.fullmatch(request.path) is not None or any(
        request.method == method and path.fullmatch(request.path) for method, path in LINKS
    )


def is_presigned(request: GuardedRequest) -> bool:
    """Whether it is a URL to read or write one object; the signature is not verified here."""
    if request.method not in ("GET", "HEAD", "PUT") or not OBJECT.fullmatch(request.path):
        return False
    names = {name.lower() for name, _ in parse_qsl(request.query, keep_blank_values=True)}
    return "x-amz-target" not in request.headers and any(
        signature <= names
        and all(name in OF_LINKS or name.startswith("response-") for name in names - signature)
        for signature in PRESIGNED
    )
