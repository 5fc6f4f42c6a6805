"""Templates → distributions: CloudFormation's spelling, placeholders, and errors."""

from __future__ import annotations

import re

import pytest

from localfront.config.distribution import ViewerProtocolPolicy
from localfront.errors import ConfigError
from tests.localfront.sources.cloudformation.templates import (
    a_site,
    configured,
    described,
)

EVERYTHING = """
Aliases: [a.example.com]
DefaultRootObject: index.html
IPV6Enabled: 'true'
ViewerCertificate: {AcmCertificateArn: arn, SslSupportMethod: sni-only}
Origins:
  - Id: pages
    DomainName: !GetAtt Bucket.RegionalDomainName
    OriginAccessControlId: !Ref Access
    S3OriginConfig: {}
  - Id: api
    DomainName: api.example.com
    OriginPath: /v1
    OriginCustomHeaders: [{HeaderName: X-Secret, HeaderValue: s}]
    CustomOriginConfig: {OriginProtocolPolicy: https-only, HTTPSPort: '8443', OriginReadTimeout: '20'}
OriginGroups:
  Quantity: 1
  Items:
    - Id: group
      FailoverCriteria: {StatusCodes: {Quantity: 1, Items: ['500']}}
      Members: {Quantity: 2, Items: [{OriginId: pages}, {OriginId: api}]}
DefaultCacheBehavior:
  TargetOriginId: group
  ViewerProtocolPolicy: redirect-to-https
  AllowedMethods: [GET, HEAD, OPTIONS]
  CachedMethods: [GET, HEAD]
  CachePolicyId: !Ref Cache
  ResponseHeadersPolicyId: !Ref Headers
  TrustedKeyGroups: [!Ref Group]
  FunctionAssociations: [{EventType: viewer-request, FunctionARN: !GetAtt Function.FunctionARN}]
CacheBehaviors:
  - PathPattern: /api/*
    TargetOriginId: api
    ViewerProtocolPolicy: https-only
    Compress: 'true'
    MinTTL: '0'
    DefaultTTL: 60.0
    ForwardedValues: {QueryString: 'true', Headers: [Accept]}
CustomErrorResponses: [{ErrorCode: '404', ResponseCode: 200, ResponsePagePath: /x.html}]
Restrictions: {GeoRestriction: {RestrictionType: whitelist, Locations: [DE]}}
"""
KEY = """\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEb8Z1NQDPbBz9zdVDYV+b2X0IYLk1
Z2v0V8yjIeM8B6cJ0S6QJbT3d0nXr0V9m1YzqT0M2c0iF3T1rBq2o4m0Qw==
-----END PUBLIC KEY-----
"""
REST = f"""
  Access:
    Type: AWS::CloudFront::OriginAccessControl
    Properties: {{OriginAccessControlConfig: {{Name: a, SigningBehavior: always}}}}
  Cache:
    Type: AWS::CloudFront::CachePolicy
    Properties:
      CachePolicyConfig:
        Name: c
        MinTTL: 1
        DefaultTTL: '10'
        MaxTTL: 100
        ParametersInCacheKeyAndForwardedToOrigin:
          EnableAcceptEncodingGzip: 'true'
          CookiesConfig: {{CookieBehavior: none}}
          HeadersConfig: {{HeaderBehavior: whitelist, Headers: [Accept]}}
          QueryStringsConfig: {{QueryStringBehavior: all}}
  Headers:
    Type: AWS::CloudFront::ResponseHeadersPolicy
    Properties:
      ResponseHeadersPolicyConfig:
        Name: h
        CustomHeadersConfig: {{Items: [{{Header: X-A, Value: b, Override: 'true'}}]}}
  Group: {{Type: AWS::CloudFront::KeyGroup, Properties: {{KeyGroupConfig: {{Name: g, Items: [!Ref Key]}}}}}}
  Key:
    Type: AWS::CloudFront::PublicKey
    Properties: {{PublicKeyConfig: {{Name: k, EncodedKey: {KEY!r}}}}}
  Function:
    Type: AWS::CloudFront::Function
    Properties:
      Name: !Sub '${{AWS::StackName}}-f'
      FunctionCode: function handler(e) {{ return e.request; }}
      FunctionConfig: {{Runtime: cloudfront-js-2.0}}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument: {{Statement: [{{Effect: Allow, Resource: !Sub '${{Bucket.Arn}}/*'}}]}}
"""


def test_every_property_is_spelled_as_in_the_api() -> None:
    configuration = configured(a_site(EVERYTHING, REST))

    (site,) = configuration.distributions
    pages, api = site.origins
    assert pages.domain_name.endswith(".s3.us-east-1.amazonaws.com")
    assert pages.origin_access_control == "always"
    assert (api.https_port, api.read_timeout, api.origin_path) == (8443, 20, "/v1")
    assert api.custom_headers == (("X-Secret", "s"),)
    assert site.origin_groups[0].failover_status_codes == {500}
    default, listed = site.default_cache_behavior, site.cache_behaviors[0]
    assert default.allowed_methods == {"GET", "HEAD", "OPTIONS"}
    assert (default.cache_policy.default_ttl, default.cache_policy.gzip) == (10, True)
    assert default.response_headers_policy is not None
    assert default.response_headers_policy.set_headers[0].value == "b"
    assert len(default.trusted_keys) == 1
    assert default.viewer_protocol_policy is ViewerProtocolPolicy.REDIRECT_TO_HTTPS
    assert (listed.compress, listed.cache_policy.default_ttl) == (True, 60)
    assert site.custom_error_responses[0].response_code == 200
    assert site.geo_restriction is not None
    ((arn, function),) = configuration.functions.items()
    assert configuration.function_arns == {arn}
    assert function.name == "site-f"
    ((bucket, policy),) = configuration.bucket_policies.items()
    assert policy is not None
    assert policy["Statement"][0]["Resource"] == f"arn:aws:s3:::{bucket}/*"
    assert pages.domain_name.startswith(f"{bucket}.s3.")
    assert configuration.notices == ()


def test_placeholder_ids_are_the_same_at_each_run() -> None:
    assert configured(a_site(EVERYTHING, REST)) == configured(a_site(EVERYTHING, REST))


PARAMETERS = "Parameters: {Name: {Type: String}, Host: {Type: String}, Cert: {Type: String}}\n"
UNKNOWN = """
Comment: !Ref Name
Aliases: [!Ref Host, b.example.com]
ViewerCertificate: {AcmCertificateArn: !Ref Cert, SslSupportMethod: sni-only}
Origins:
  - Id: !Ref Name
    DomainName: !Sub '${Name}.s3.amazonaws.com'
    S3OriginConfig: {}
  - {Id: api, DomainName: !Ref Host, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
DefaultCacheBehavior:
  TargetOriginId: !Ref Name
  ViewerProtocolPolicy: allow-all
  CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
"""


def test_an_unknown_name_is_a_placeholder_and_reported_where_it_matters() -> None:
    description = described(PARAMETERS + a_site(UNKNOWN))

    config = description.distributions[0]["DistributionConfig"]
    assert config["Aliases"] == {"Quantity": 1, "Items": ["b.example.com"]}
    pages, api = config["Origins"]["Items"]
    assert pages["Id"] == config["DefaultCacheBehavior"]["TargetOriginId"]
    assert pages["DomainName"].endswith(".s3.amazonaws.com")
    assert api["DomainName"].endswith(".known-after-apply.invalid")
    notices = [str(notice) for notice in description.notices]
    assert len(notices) == 3
    assert "Aliases.Items[0] depends on the parameter Host, which has no default." in notices[0]
    assert "set it with --parameter Host=VALUE" in notices[0]
    assert "replace it with --origin-override" in notices[2]


def test_unknown_values_that_affect_responses_are_refused_together_with_their_options() -> None:
    template = """
Parameters: {Stage: {Type: String}, Path: {Type: String}, Ttl: {Type: Number}}
Conditions: {IsLive: !Equals [!Ref Stage, live]}
""" + a_site(
        """
Enabled: !If [IsLive, true, false]
DefaultCacheBehavior:
  TargetOriginId: pages
  ViewerProtocolPolicy: allow-all
  MinTTL: !Ref Ttl
  ForwardedValues: {QueryString: false}
CacheBehaviors:
  - PathPattern: !Ref Path
    TargetOriginId: pages
    ViewerProtocolPolicy: allow-all
    CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
"""
    )

    with pytest.raises(ConfigError) as refused:
        described(template)

    assert len(refused.value.reasons) == 3
    for option in ("Stage", "Path", "Ttl"):
        assert f"--parameter {option}=VALUE" in str(refused.value)
    given = {"Stage": "live", "Path": "/a", "Ttl": "5"}
    assert configured(template, parameters=given).distributions[0].enabled


def test_a_resource_whose_condition_is_false_is_not_created() -> None:
    template = "Conditions: {Never: !Equals [a, b]}\n" + a_site(
        rest="  Other: {Type: AWS::CloudFront::Distribution, Condition: Never, Properties: {}}\n"
    )

    assert len(configured(template).distributions) == 1


@pytest.mark.parametrize("section", ["Resources", "Outputs"])
def test_fn_foreach_is_refused_by_name_in_any_place(section: str) -> None:
    loop = "  Fn::ForEach::Sites: [Name, [a, b], {}]\n"
    rest = loop if section == "Resources" else f"{section}:\n{loop}"

    with pytest.raises(ConfigError, match="Fn::ForEach::Sites: Fn::ForEach is not supported"):
        described(a_site(rest=rest))


def test_an_undeclared_parameter_is_reported() -> None:
    template = "Parameters: {Used: {Type: String, Default: a}}\n" + a_site()

    description = described(template, parameters={"Used": "b", "Usde": "c"})

    (notice,) = map(str, description.notices)
    assert notice.startswith("--parameter Usde")
    assert notice.endswith("Here it is ignored.")


def test_a_template_without_a_distribution_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"There is no AWS::CloudFront::Distribution"):
        described("Resources: {A: {Type: AWS::S3::Bucket}}")


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("!GetAtt Bucket.DomainName", r"site-bucket-\w+\.s3\.amazonaws\.com"),
        (
            "!Select [2, !Split ['/', !GetAtt Bucket.WebsiteURL]]",
            r"site-bucket-\w+\.s3-website-us-.*",
        ),
        ("!Sub '${Api}.execute-api.${AWS::Region}.amazonaws.com'", r"\w{10}\.execute-api\..*"),
        ("!Select [1, !Split ['//', !GetAtt Http.ApiEndpoint]]", r"\w{10}\.execute-api\..*"),
        ("!Select [2, !Split ['/', !GetAtt Url.FunctionUrl]]", r"\w{13}\.lambda-url\..*\.on\.aws"),
        ("!GetAtt Balancer.DNSName", r"\w{10}\.us-east-1\.elb\.amazonaws\.com"),
        ("!GetAtt Site2.DomainName", r"d\w{13}\.cloudfront\.net"),
        ("!GetAtt Other.Endpoint", r"\w{10}\.known-after-apply\.invalid"),
        ("!ImportValue shared-host", r"\w{10}\.known-after-apply\.invalid"),
        ("'{{resolve:ssm:/shared/host}}'", r"\w{10}\.known-after-apply\.invalid"),
    ],
)
def test_an_origin_has_the_name_that_aws_would_give_it(written: str, domain: str) -> None:
    rest = """
  Api: {Type: AWS::ApiGateway::RestApi}
  Http: {Type: AWS::ApiGatewayV2::Api}
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: x}}
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  Site2: {Type: AWS::CloudFront::Distribution, Condition: Never}
  Other: {Type: Custom::Thing}
Conditions: {Never: !Equals [a, b]}
"""
    origins = (
        f"Origins: [{{Id: pages, DomainName: {written},"
        " CustomOriginConfig: {OriginProtocolPolicy: https-only}}]"
    )

    (raw,) = described(a_site(origins, rest)).distributions

    (origin,) = raw["DistributionConfig"]["Origins"]["Items"]

    assert re.fullmatch(domain, origin["DomainName"])


def test_exports_and_parameters_of_another_stack_are_found() -> None:
    other = """
Resources:
  Host: {Type: AWS::SSM::Parameter, Properties: {Name: /shared/host, Value: !Sub 'a.${Zone}'}}
Parameters: {Zone: {Type: String, Default: example.com}}
Outputs: {Host: {Value: !Sub 'b.${Zone}', Export: {Name: !Sub '${AWS::StackName}-host'}}}
"""
    site = a_site(
        "Origins:\n"
        "  - {Id: pages, DomainName: '{{resolve:ssm:/shared/host}}', CustomOriginConfig: &c"
        " {OriginProtocolPolicy: https-only}}\n"
        "  - {Id: b, DomainName: !ImportValue site1-host, CustomOriginConfig: *c}\n"
        "  - {Id: c, DomainName: !Ref Host, CustomOriginConfig: *c}\n",
        "Parameters: {Host: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /shared/host}}\n",
    )

    (served,) = configured(site, other).distributions

    names = [origin.domain_name for origin in served.origins]
    assert names == ["a.example.com", "b.example.com", "a.example.com"]
