"""Function URLs and APIs of templates, and web ACLs, as CloudFormation and SAM write them."""

from __future__ import annotations

import pytest

from localfront.config.lambda_origins import Api, FunctionUrl, Route
from localfront.origins.addresses import Endpoints
from localfront.sources.configuration import configure
from tests.localfront.sources.cloudformation.templates import NO_CACHE, described

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST"
SITE = f"""
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - {{Id: code, DomainName: DOMAIN, CustomOriginConfig: {{OriginProtocolPolicy: https-only}}}}
        DefaultCacheBehavior:
          {{TargetOriginId: code, ViewerProtocolPolicy: allow-all, CachePolicyId: {NO_CACHE}}}
"""
CODE = """
  F:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: f
      Runtime: python3.13
      Handler: index.handler
      Role: arn
      Code: {ZipFile: "def handler(event, context): return 1"}
"""
URL = """
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt F.Arn, AuthType: AWS_IAM}}
"""
REST = """
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: api}}
  Items:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: items}
  Item:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !Ref Items, PathPart: "{id}"}
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Item
      HttpMethod: GET
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations
  Stage: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, StageName: prod}}
"""
HTTP = """
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: api, ProtocolType: HTTP}}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !GetAtt F.Arn
      PayloadFormatVersion: "2.0"
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: GET /a, Target: !Sub "integrations/${Integration}"}
  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: $default}}
"""
OF_API = '!Sub "${Api}.execute-api.${AWS::Region}.amazonaws.com"'
OF_URL = '!Select [2, !Split ["/", !GetAtt Url.FunctionUrl]]'
SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: f
      Runtime: python3.13
      Handler: index.handler
      InlineCode: "def handler(event, context): return 1"
      Events:
        Item: {Type: KIND, Properties: {Path: "/items/{id}", Method: get}}
        Proxy: {Type: KIND, Properties: {Path: "/{proxy+}", Method: ANY}}
"""


def template(code: str, domain: str) -> str:
    return "Resources:" + code + SITE.replace("DOMAIN", domain)


@pytest.mark.parametrize(
    ("text", "routes", "stages"),
    [
        (
            template(CODE + REST, OF_API),
            [Route(method="GET", path="/items/{id}", function_arn=FUNCTION)],
            ["prod"],
        ),
        (
            template(CODE + HTTP, OF_API),
            [Route(method="GET", path="/a", function_arn=FUNCTION, payload_format="2.0")],
            ["$default"],
        ),
        (
            SAM.replace("KIND", "HttpApi")
            + SITE.replace("DOMAIN", OF_API.replace("${Api}", "${ServerlessHttpApi}")),
            [
                Route(method="GET", path="/items/{id}", function_arn=FUNCTION, payload_format="2.0"),
                Route(method="ANY", path="/{proxy+}", function_arn=FUNCTION, payload_format="2.0"),
            ],
            ["$default"],
        ),
        (
            SAM.replace("KIND", "Api")
            + SITE.replace("DOMAIN", OF_API.replace("${Api}", "${ServerlessRestApi}")),
            [
                Route(method="GET", path="/items/{id}", function_arn=FUNCTION),
                Route(method="ANY", path="/{proxy+}", function_arn=FUNCTION),
            ],
            ["Prod"],
        ),
    ],
    ids=["REST", "HTTP", "SAM's HTTP API", "SAM's API"],
)  # fmt: skip
def test_an_apis_routes_lead_to_its_functions(
    text: str, routes: list[Route], stages: list[str]
) -> None:
    found = described(text)

    (api,) = found.lambda_origins.values()
    assert isinstance(api, Api)
    assert sorted(api.routes, key=str) == sorted(routes, key=str)
    assert list(api.stages) == stages
    assert found.lambda_functions[FUNCTION]["Configuration"]["Version"] == "$LATEST"
    assert configure(found, Endpoints()).origin_function_arns == {FUNCTION}


def test_a_function_url_leads_to_its_function() -> None:
    found = described(template(CODE + URL, OF_URL))

    assert list(found.lambda_origins.values()) == [
        FunctionUrl(function_arn=FUNCTION, signed_only=True)
    ]
    assert configure(found, Endpoints()).origin_function_arns == {FUNCTION}


@pytest.mark.proves("PL-001")
def test_a_web_acl_of_the_template_has_its_rules() -> None:
    firewall = """
  Banned:
    Type: AWS::WAFv2::IPSet
    Properties: {Scope: CLOUDFRONT, IPAddressVersion: IPV4, Addresses: [192.0.2.0/24]}
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
          VisibilityConfig: {}
"""
    text = template(CODE + URL + firewall, OF_URL).replace(
        "Enabled: true", "Enabled: true\n        WebACLId: !GetAtt Firewall.Arn"
    )

    configuration = configure(described(text), Endpoints())

    (distribution,) = configuration.distributions
    assert distribution.web_acl is not None
    assert [rule.name for rule in distribution.web_acl.rules] == ["banned"]
    assert "WebACLId" not in str(configuration.notices)
