"""Web ACLs as AWS WAF documents them: each statement, and combinations."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.access.web_acl_rules import WebAcls
from localfront.config.fields import Fields
from localfront.config.notices import Notice
from localfront.config.web_acl_parsing import ReferencedSets, parse_web_acl
from localfront.errors import ConfigError
from localfront.http_messages.messages import Request
from tests.localfront.factories import a_request

pytestmark = pytest.mark.proves("PL-001")
KNOWN = ReferencedSets(ip_sets={"arn:ips": ["10.0.0.0/8", "2001:db8::/32"]}, regex_sets={})
PATH: dict[str, Any] = {"UriPath": {}}


def byte_match(
    text: str, position: str = "CONTAINS", field: dict[str, Any] | None = None, *transforms: str
) -> dict[str, Any]:
    listed = [{"Priority": n, "Type": t} for n, t in enumerate(transforms or ("NONE",))]
    return {
        "ByteMatchStatement": {
            "SearchString": text,
            "PositionalConstraint": position,
            "FieldToMatch": field or PATH,
            "TextTransformations": listed,
        }
    }


def a_rule(statement: dict[str, Any], action: str = "Block", **changes: Any) -> dict[str, Any]:
    rule = {"Name": "r", "Priority": 1, "Statement": statement, "Action": {action: {}}}
    return {**rule, **changes}


def blocks(request: Request, *rules: dict[str, Any], **changes: Any) -> bool:
    raw = {"Name": "acl", "DefaultAction": {"Allow": {}}, "Rules": list(rules), **changes}
    found = parse_web_acl(Fields.of("Web ACL", raw), KNOWN)
    return WebAcls().judge(found, request, now=0.0).block is not None


@pytest.mark.parametrize(
    ("statement", "target", "matches"),
    [
        (byte_match("/a", "EXACTLY"), "/a", True),
        (byte_match("/a", "EXACTLY"), "/a/b", False),
        (byte_match("/a", "STARTS_WITH"), "/a/b", True),
        (byte_match("b", "ENDS_WITH"), "/a/b", True),
        (byte_match("php", "CONTAINS_WORD"), "/x.php?a", True),
        (byte_match("php", "CONTAINS_WORD"), "/xphp", False),
        (byte_match("a=1", "EXACTLY", {"QueryString": {}}), "/?a=1", True),
        (byte_match("GET", "EXACTLY", {"Method": {}}), "/", True),
        (byte_match("1", "EXACTLY", {"SingleQueryArgument": {"Name": "A"}}), "/?b=2&a=1", True),
        (byte_match("1", "EXACTLY", {"SingleQueryArgument": {"Name": "a"}}), "/?b=1", False),
        (byte_match("2", "EXACTLY", {"AllQueryArguments": {}}), "/?a=1&b=2", True),
        (byte_match("no", "CONTAINS", {"SingleHeader": {"Name": "X-None"}}), "/", False),
        (byte_match("<b>", "CONTAINS", PATH, "URL_DECODE"), "/%3Cb%3e", True),
        (byte_match("a b", "CONTAINS", PATH, "URL_DECODE", "COMPRESS_WHITE_SPACE"), "/a%20%20b", True),
        (byte_match("/b", "EXACTLY", PATH, "NORMALIZE_PATH"), "/a/../b", True),
        (byte_match("<", "CONTAINS", PATH, "HTML_ENTITY_DECODE"), "/&lt;", True),
        (
            {"SizeConstraintStatement": {
                "FieldToMatch": PATH, "ComparisonOperator": "GT", "Size": 3,
                "TextTransformations": [],
            }},
            "/abc",
            True,
        ),
        (
            {"RegexMatchStatement": {
                "RegexString": "^/v[0-9]+/", "FieldToMatch": PATH, "TextTransformations": [],
            }},
            "/v12/x",
            True,
        ),
        ({"GeoMatchStatement": {"CountryCodes": ["DE"]}}, "/", False),
        ({"NotStatement": {"Statement": byte_match("a")}}, "/a", False),
        ({"OrStatement": {"Statements": [byte_match("x"), byte_match("a")]}}, "/a", True),
        ({"AndStatement": {"Statements": [byte_match("x"), byte_match("a")]}}, "/a", False),
    ],
)  # fmt: skip
def test_a_statement_matches_as_documented(
    statement: dict[str, Any], target: str, matches: bool
) -> None:
    assert blocks(a_request(target), a_rule(statement)) is matches


@pytest.mark.parametrize(
    ("address", "matches"),
    [("10.1.2.3", True), ("11.1.2.3", False), ("2001:db8::1", True), ("nonsense", False)],
)
def test_an_ip_set_has_ranges_of_both_kinds(address: str, matches: bool) -> None:
    rule = a_rule({"IPSetReferenceStatement": {"ARN": "arn:ips"}})

    assert blocks(a_request("/", client_ip=address), rule) is matches


def test_rules_run_by_priority_until_one_terminates() -> None:
    allow = a_rule(byte_match("a"), "Allow", Priority=1)
    block = a_rule(byte_match("a"), "Block", Priority=2)

    assert not blocks(a_request("/a"), block, allow)
    assert blocks(a_request("/a"), block, {**allow, "Priority": 3})
    assert blocks(a_request("/b"), block, DefaultAction={"Block": {}})


@pytest.mark.parametrize(
    ("scope", "key", "matches"),
    [
        ("LABEL", "area:admin", True),
        ("LABEL", "admin", True),
        ("LABEL", "awswaf:1:webacl:acl:area:admin", True),
        ("LABEL", "area", False),
        ("LABEL", "min", False),
        ("NAMESPACE", "area:", True),
        ("NAMESPACE", "admin:", False),
    ],
)
def test_a_label_is_visible_to_later_rules(scope: str, key: str, matches: bool) -> None:
    mark = a_rule(byte_match("a"), "Count", Priority=0, RuleLabels=[{"Name": "area:admin"}])
    label = a_rule({"LabelMatchStatement": {"Scope": scope, "Key": key}})
    arn = "arn:aws:wafv2:us-east-1:1:global/webacl/acl/x"

    assert blocks(a_request("/a"), label, mark, ARN=arn) is matches
    assert not blocks(a_request("/b"), label, mark, ARN=arn)


def test_a_rate_limits_window_slides() -> None:
    rate = {"RateBasedStatement": {"Limit": 10, "EvaluationWindowSec": 60}}
    raw = {"Name": "acl", "DefaultAction": {"Allow": {}}, "Rules": [a_rule(rate)]}
    found = parse_web_acl(Fields.of("Web ACL", raw), KNOWN)
    acls = WebAcls()

    def is_blocked(now: float, address: str = "10.0.0.1") -> bool:
        return acls.judge(found, a_request("/", client_ip=address), now=now).block is not None

    assert [is_blocked(float(n)) for n in range(12)] == [False] * 10 + [True] * 2
    assert not is_blocked(12.0, "10.0.0.2")
    assert is_blocked(59.0)
    assert not is_blocked(75.0)


def test_a_limit_out_of_range_is_refused() -> None:
    rate = {"RateBasedStatement": {"Limit": 10**30}}
    raw = {"Name": "acl", "DefaultAction": {"Allow": {}}, "Rules": [a_rule(rate)]}

    with pytest.raises(ConfigError, match=r"Limit.* out of range"):
        parse_web_acl(Fields.of("Web ACL", raw), KNOWN)


@pytest.mark.parametrize(
    "statement",
    [
        {"ManagedRuleGroupStatement": {"Name": "x", "VendorName": "AWS"}},
        {"NotStatement": {"Statement": {"SqliMatchStatement": {}}}},
        {"IPSetReferenceStatement": {"ARN": "arn:other"}},
        byte_match("a", "CONTAINS", {"Body": {}}),
        byte_match("a", "CONTAINS", PATH, "CMD_LINE"),
        {"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "CUSTOM_KEYS"}},
        {"GeoMatchStatement": {"CountryCodes": ["DE"], "ForwardedIPConfig": {"HeaderName": "x"}}},
        {"RegexMatchStatement": {"RegexString": "(", "FieldToMatch": PATH}},
        {},
    ],
)
def test_a_rule_that_cannot_be_evaluated_is_left_out_and_reported(
    statement: dict[str, Any],
) -> None:
    notices: list[Notice] = []
    raw = {"Name": "acl", "DefaultAction": {"Allow": {}}, "Rules": [a_rule(statement)]}

    found = parse_web_acl(Fields.of("Web ACL", raw, "", notices), KNOWN)

    assert found.rules == ()
    assert "rule 'r'" in str(*notices)
    assert "the rule is left out" in str(*notices)


def test_a_captcha_rule_counts_and_is_reported() -> None:
    notices: list[Notice] = []
    raw = {
        "Name": "acl",
        "DefaultAction": {"Allow": {}},
        "Rules": [a_rule(byte_match("a"), "Captcha", Action={"Captcha": {"X": 1}})],
    }

    found = parse_web_acl(Fields.of("Web ACL", raw, "", notices), KNOWN)

    verdict = WebAcls().judge(found, a_request("/a"), now=0.0)
    assert verdict.block is None
    assert verdict.counted == ("r",)
    assert "puzzle" in str(*notices)
