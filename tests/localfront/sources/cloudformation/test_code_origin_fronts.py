"""Custom domains of a template's APIs, and permissions to invoke functions."""

from __future__ import annotations

import pytest

from localfront.config.lambda_origins import Api, CustomDomain, FunctionUrl, LambdaOrigin
from localfront.sources.description import Description
from tests.localfront.sources.cloudformation.templates import a_site, described
from tests.localfront.sources.cloudformation.test_code_origin_notices import (
    API_NAME,
    FUNCTION,
    HTTP,
    URL,
    URL_NAME,
)

HTTP_API = HTTP % {"api": "", "route": ""}
PERMISSION = """
  May:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref %s, Action: lambda:%s, Principal: "%s"}
"""
OTHER = """
  Other:
    Type: AWS::Lambda::Function
    Properties: {Handler: a.b, Runtime: python3.13, Role: r, Code: {ZipFile: "def b(e, c): pass"}}
"""
SIGNED = URL.replace("NONE", "AWS_IAM")
MAPPING = """
  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Http, StageName: live}}
  Own: {Type: AWS::ApiGatewayV2::DomainName, Properties: {DomainName: api.example.com}}
  Mapping:
    Type: AWS::ApiGatewayV2::ApiMapping
    Properties: {ApiId: !Ref Http, DomainName: !Ref Own, Stage: !Ref Stage, ApiMappingKey: v1}
"""
SAM = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.13, Handler: a.b, InlineCode: "def b(e, c): pass"}}
"""
SAM_FUNCTION = """
  Api:
    Type: AWS::Serverless::Api
    Properties:
      {StageName: prod, Domain: {DomainName: api.example.com, CertificateArn: c, BasePath: [v1, v2]}}
  Code:
    Type: AWS::Serverless::Function
    Properties:
      FunctionUrlConfig: {AuthType: NONE}
      Events:
        Any: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: any}}
"""


def a_description(domain: str, resources: str, head: str = "") -> Description:
    origins = (
        f"Origins:\n  - Id: pages\n    DomainName: {domain}\n"
        "    CustomOriginConfig: {OriginProtocolPolicy: https-only}"
    )
    return described(head + a_site(origins, resources))


def the_origin(description: Description) -> LambdaOrigin:
    (found,) = description.lambda_origins.values()
    return found


@pytest.mark.proves("AG-010")
def test_a_custom_domain_of_a_template_routes_to_its_api() -> None:
    domain = the_origin(a_description("api.example.com", FUNCTION + HTTP_API + MAPPING))

    assert isinstance(domain, CustomDomain)
    (mapping,) = domain.mappings
    assert (mapping.base_path, mapping.stage) == ("v1", "live")
    assert mapping.api.is_http


def test_a_sam_domain_routes_to_its_api_by_each_of_its_paths() -> None:
    domain = the_origin(a_description("api.example.com", SAM_FUNCTION, SAM))

    assert isinstance(domain, CustomDomain)
    assert [(m.base_path, m.stage) for m in domain.mappings] == [("v1", "prod"), ("v2", "prod")]
    assert all(route.permitted for m in domain.mappings for route in m.api.routes)


@pytest.mark.proves("AG-009")
@pytest.mark.parametrize(
    ("permission", "permitted"),
    [
        ("", False),
        (PERMISSION % ("Code", "InvokeFunction", "apigateway.amazonaws.com"), True),
        (PERMISSION % ("Code", "InvokeFunction", "s3.amazonaws.com"), False),
        (PERMISSION % ("Other", "InvokeFunction", "apigateway.amazonaws.com"), False),
    ],
)
def test_an_api_needs_a_permission_for_its_function(permission: str, permitted: bool) -> None:
    described = a_description(API_NAME, FUNCTION + OTHER + HTTP_API + permission)
    api = the_origin(described)

    assert isinstance(api, Api)
    assert [route.permitted for route in api.routes] == [permitted]
    assert ("return 500 too" in "".join(map(str, described.notices))) is not permitted


def test_an_integration_with_credentials_needs_no_permission() -> None:
    with_role = HTTP_API.replace(
        "AWS_PROXY,", "AWS_PROXY, CredentialsArn: 'arn:aws:iam::1:role/r',"
    )
    api = the_origin(a_description(API_NAME, FUNCTION + with_role))

    assert isinstance(api, Api)
    assert [route.permitted for route in api.routes] == [True]


@pytest.mark.parametrize(
    ("url", "permission", "permitted"),
    [
        (URL, "", False),
        (URL, PERMISSION % ("Code", "InvokeFunctionUrl", "*"), True),
        (URL, PERMISSION % ("Code", "InvokeFunctionUrl", "cloudfront.amazonaws.com"), False),
        (SIGNED, PERMISSION % ("Code", "InvokeFunctionUrl", "cloudfront.amazonaws.com"), True),
        (SIGNED, PERMISSION % ("Code", "InvokeFunction", "cloudfront.amazonaws.com"), False),
    ],
)
def test_a_url_needs_a_permission_for_the_caller(
    url: str, permission: str, permitted: bool
) -> None:
    found = the_origin(a_description(URL_NAME, FUNCTION + url % "" + permission))

    assert isinstance(found, FunctionUrl)
    assert found.permitted is permitted


def test_a_public_sam_function_url_has_its_permission() -> None:
    name = '!Select [2, !Split ["/", !GetAtt CodeUrl.FunctionUrl]]'
    described = a_description(name, SAM_FUNCTION, SAM)
    found = the_origin(described)

    assert isinstance(found, FunctionUrl)
    assert found.permitted
    assert not described.notices


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("Auth: {DefaultAuthorizer: Users}", "authorization 'Users' makes API Gateway authorize"),
        ("Auth: {ApiKeyRequired: true}", "API key is required"),
        ("Auth: {ResourcePolicy: {IpRangeBlacklist: ['192.0.2.1']}}", "by their address"),
        ("Cors: \"'*'\"", "CORS is answered"),
    ],
)
def test_a_sam_apis_authorization_is_reported_as_not_emulated(written: str, message: str) -> None:
    resources = SAM_FUNCTION.replace("{StageName: prod,", "{StageName: prod, " + written + ",")

    assert message in "".join(map(str, a_description("api.example.com", resources, SAM).notices))
