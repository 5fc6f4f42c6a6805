"""Web ACLs of a template."""

from __future__ import annotations

import pytest

from tests.localfront.sources.cloudformation.templates import a_site, configured

FIREWALL = """
  Banned:
    Type: AWS::WAFv2::IPSet
    Properties: {Scope: CLOUDFRONT, IPAddressVersion: IPV4, Addresses: [192.0.2.0/24]}
  Scanners:
    Type: AWS::WAFv2::RegexPatternSet
    Properties: {Scope: CLOUDFRONT, RegularExpressionList: [nikto]}
  Firewall:
    Type: AWS::WAFv2::WebACL
    Properties:
      Name: firewall
      Scope: CLOUDFRONT
      DefaultAction: {Allow: {}}
      Rules:
        - Name: banned
          Priority: 0
          Action: {Block: {}}
          Statement: {IPSetReferenceStatement: {Arn: !GetAtt Banned.Arn}}
        - Name: scanners
          Priority: 1
          Action: {Block: {}}
          Statement:
            RegexPatternSetReferenceStatement:
              Arn: !GetAtt Scanners.Arn
              FieldToMatch: {SingleHeader: {Name: user-agent}}
              TextTransformations: [{Priority: 0, Type: NONE}]
        - Name: managed
          Priority: 2
          OverrideAction: {None: {}}
          Statement: {ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesCommonRuleSet}}
"""


@pytest.mark.proves("PL-001")
def test_a_web_acl_has_its_rules_and_a_managed_group_is_reported() -> None:
    configuration = configured(a_site("WebACLId: !GetAtt Firewall.Arn", rest=FIREWALL))

    (distribution,) = configuration.distributions
    assert distribution.web_acl is not None
    assert [rule.name for rule in distribution.web_acl.rules] == ["banned", "scanners"]
    assert "WebACLId" not in str(configuration.notices)
    assert "rule 'managed'" in str(configuration.notices)
