"""Unsupported settings of a template's APIs and function URLs are reported."""

from __future__ import annotations

import pytest

from tests.localfront.sources.cloudformation.templates import a_site, described

FUNCTION = """
  Code:
    Type: AWS::Lambda::Function
    Properties: {Handler: a.b, Runtime: python3.13, Role: r, Code: {ZipFile: "def b(e, c): pass"}}
"""
HTTP = """
  Http: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP%(api)s}}
  Run:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      {ApiId: !Ref Http, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Code.Arn}
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Http, RouteKey: $default, Target: !Sub "integrations/${Run}"%(route)s}
"""
URL = """
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Code.Arn, AuthType: NONE%s}}
"""
API_NAME = '!Sub "${Http}.execute-api.us-east-1.amazonaws.com"'
URL_NAME = '!Select [2, !Split ["/", !GetAtt Url.FunctionUrl]]'


def notices(domain: str, resources: str) -> str:
    origins = (
        f"Origins:\n  - Id: pages\n    DomainName: {domain}\n"
        "    CustomOriginConfig: {OriginProtocolPolicy: https-only}"
    )
    return "\n".join(map(str, described(a_site(origins, FUNCTION + resources)).notices))


@pytest.mark.parametrize(
    ("api", "route", "message"),
    [
        ("", ", AuthorizationType: JWT", "authorization 'JWT' makes API Gateway authorize"),
        ("", ", ApiKeyRequired: true", "API key is required, and a request without"),
        (", CorsConfiguration: {AllowOrigins: ['*']}", "", "CORS is answered before the function"),
    ],
)
def test_an_apis_authorization_is_reported_as_not_emulated(
    api: str, route: str, message: str
) -> None:
    assert message in notices(API_NAME, HTTP % {"api": api, "route": route})
    assert message not in notices(API_NAME, HTTP % {"api": "", "route": ""})


def test_a_function_urls_cors_is_reported() -> None:
    message = "CORS is answered before the function"

    assert message in notices(URL_NAME, URL % ", Cors: {AllowOrigins: ['*']}")
    assert message not in notices(URL_NAME, URL % "")
