"""Signature Version 4, checked against AWS's own test suite and botocore."""

from datetime import UTC, datetime

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from aws_signature import Credentials, Signer
from hypothesis import given
from hypothesis import strategies as st

SUITE_TIME = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
SUITE_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SUITE_TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSP"
    "fIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT"
    "7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlz"
    "m8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("headers", "body", "token", "names", "signature"),
    [
        pytest.param(
            {}, b"", None, "host;x-amz-date",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            id="post-vanilla",
        ),
        pytest.param(
            {"My-Header1": "value1"}, b"", None, "host;my-header1;x-amz-date",
            "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
            id="post-header-key-sort",
        ),
        pytest.param(
            FORM, b"Param1=value1", None, "content-type;host;x-amz-date",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            id="post-x-www-form-urlencoded",
        ),
        pytest.param(
            {}, b"", SUITE_TOKEN, "host;x-amz-date;x-amz-security-token",
            "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
            id="post-sts-header-before",
        ),
    ],
)  # fmt: skip
def test_a_signature_equals_the_one_in_awss_test_suite(
    headers: dict[str, str], body: bytes, token: str | None, names: str, signature: str
) -> None:
    credentials = Credentials(
        access_key_id="AKIDEXAMPLE", secret_access_key=SUITE_KEY, session_token=token
    )
    signer = Signer(credentials=credentials, region="us-east-1", service="service")

    signed = signer.signed({"Host": "example.amazonaws.com", **headers}, body, now=SUITE_TIME)

    assert signed["Authorization"] == (
        "AWS4-HMAC-SHA256 "
        "Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders={names}, Signature={signature}"
    )


visible = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
keys = st.text(visible, min_size=1, max_size=60)
header_values = st.text(visible, max_size=40) | st.text("a ", max_size=9)
own_headers = st.dictionaries(
    st.from_regex(r"X-[A-Za-z][A-Za-z0-9-]{0,12}", fullmatch=True).filter(
        lambda name: not name.lower().startswith(("x-amz-", "x-amzn-"))
    ),
    header_values,
    max_size=4,
).filter(lambda headers: len({name.lower() for name in headers}) == len(headers))
times = st.datetimes(
    min_value=datetime(2000, 1, 1),
    max_value=datetime(2099, 12, 31),
)


@given(
    key_id=keys,
    secret=keys,
    token=st.none() | keys,
    region=st.sampled_from(["us-east-1", "eu-central-1"]),
    headers=own_headers,
    body=st.binary(max_size=200),
    now=times,
)
def test_a_signature_equals_botocores(
    key_id: str,
    secret: str,
    token: str | None,
    region: str,
    headers: dict[str, str],
    body: bytes,
    now: datetime,
) -> None:
    host = "127.0.0.1:4566"
    credentials = Credentials(access_key_id=key_id, secret_access_key=secret, session_token=token)
    signer = Signer(credentials=credentials, region=region, service="dynamodb")
    request = botocore.awsrequest.AWSRequest(
        method="POST", url=f"http://{host}/", headers=headers, data=body
    )
    request.context["timestamp"] = f"{now:%Y%m%dT%H%M%SZ}"
    request.headers["X-Amz-Date"] = request.context["timestamp"]
    if token is not None:
        request.headers["X-Amz-Security-Token"] = token
    judge = botocore.auth.SigV4Auth(
        botocore.credentials.Credentials(key_id, secret, token), "dynamodb", region
    )

    signed = signer.signed({"Host": host, **headers}, body, now=now)

    to_sign = judge.string_to_sign(request, judge.canonical_request(request))
    signature = judge.signature(to_sign, request)
    assert signed["Authorization"].endswith(f"Signature={signature}")


def test_printing_credentials_shows_only_the_access_key_id() -> None:
    credentials = Credentials(
        access_key_id="AKIDEXAMPLE", secret_access_key="hidden", session_token="hidden"
    )

    assert repr(credentials) == "Credentials(access_key_id='AKIDEXAMPLE')"
