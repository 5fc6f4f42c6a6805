"""The page's samples in Python, rewritten; see index.js."""

import base64
import json
import random
import urllib  # as the sample for signing in does, which then uses urllib.parse
from typing import Any
from urllib.parse import parse_qs, urlencode

Part = Any  # a request or a response of an event


def a_b_test(request: Part, _: Part) -> Part:
    if request["uri"] != "/pixel.jpg":
        return request
    cookies = [line["value"] for line in request["headers"].get("cookie", [])]
    group = random.choice(["control", "treatment"])  # noqa: S311 - as AWS's sample does
    for value in cookies:
        if "X-Experiment=A" in value:
            group = "control"
        elif "X-Experiment=B" in value:
            group = "treatment"
    request["uri"] = f"/experiment/{group}-pixel.jpg"
    return request


def override_a_response_header(_: Part, response: Part) -> Part:
    headers = response["headers"]
    if headers.get("x-amz-meta-last-modified"):
        headers["last-modified"] = [headers["x-amz-meta-last-modified"][0]]
    return response


def serve_static_content(_: Part, __: Part) -> Part:
    return {
        "status": "200",
        "statusDescription": "OK",
        "headers": {
            "cache-control": [{"key": "Cache-Control", "value": "max-age=100"}],
            "content-type": [{"key": "Content-Type", "value": "text/html"}],
        },
        "body": "<!DOCTYPE html><title>Static</title>",
    }


def _redirect(location: str) -> Part:
    lines = [{"key": "Location", "value": location}]
    return {"status": "302", "statusDescription": "Found", "headers": {"location": lines}}


def redirect(_: Part, __: Part) -> Part:
    return _redirect("https://docs.example.com/")


def add_a_header_by_query_string(request: Part, _: Part) -> Part:
    params = {name: values[0] for name, values in parse_qs(request["querystring"]).items()}
    if "auth" in params:
        request["headers"]["auth-header"] = [{"key": "Auth-Header", "value": params["auth"]}]
    return request


def normalize_the_query_string(request: Part, _: Part) -> Part:
    params = {k: v[0] for k, v in parse_qs(request["querystring"].lower()).items()}
    request["querystring"] = urlencode(sorted(params.items()))
    return request


def sign_in(request: Part, _: Part) -> Part:
    cookies = {}
    for line in request["headers"].get("cookie", []):
        for pair in line["value"].split(";"):
            name, _, value = pair.strip().partition("=")
            cookies[name] = value
    if cookies.get("session-id"):
        return request
    target = request["uri"]
    if request["querystring"]:
        target += f"?{request['querystring']}"
    target = urllib.parse.quote(target.encode(), safe="")
    return _redirect(f"https://www.example.com/signin?redirect_url={target}")


def redirect_by_country(request: Part, _: Part) -> Part:
    country = request["headers"].get("cloudfront-viewer-country")
    domains = {"TW": "https://tw.example.com/", "US": "https://us.example.com/"}
    return _redirect(domains.get(country[0]["value"] if country else "", "https://example.com/"))


def version_by_device(request: Part, _: Part) -> Part:
    for kind in ("desktop", "mobile", "smarttv", "tablet"):
        if request["headers"].get(f"cloudfront-is-{kind}-viewer", [{}])[0].get("value") == "true":
            request["uri"] = f"/{kind}{request['uri']}"
            break
    return request


def _moved(request: Part, kind: str, origin: Part) -> Part:
    request["origin"] = {kind: origin}
    request["headers"]["host"] = [{"key": "host", "value": origin["domainName"]}]
    return request


def from_a_custom_origin_to_s3(request: Part, _: Part) -> Part:
    if parse_qs(request["querystring"]).get("useS3Origin") != ["true"]:
        return request
    origin = {
        "domainName": "my-bucket.s3.eu-west-1.amazonaws.com",
        "region": "",
        "authMethod": "none",
        "path": "",
        "customHeaders": {},
    }
    return _moved(request, "s3", origin)


def to_a_bucket_in_another_region(request: Part, _: Part) -> Part:
    country = request["headers"].get("cloudfront-viewer-country")
    region = {"DE": "eu-central-1", "IE": "eu-west-1"}.get(country[0]["value"] if country else "")
    if region:
        domain = f"my-bucket-in-{region}.s3.{region}.amazonaws.com"
        request["origin"]["s3"] |= {"region": region, "domainName": domain}
        request["headers"]["host"] = [{"key": "host", "value": domain}]
    return request


def from_s3_to_a_custom_origin(request: Part, _: Part) -> Part:
    if parse_qs(request["querystring"]).get("useCustomOrigin") != ["true"]:
        return request
    origin = {
        "domainName": "www.example.com",
        "port": 443,
        "protocol": "https",
        "path": "",
        "sslProtocols": ["TLSv1", "TLSv1.1"],
        "readTimeout": 5,
        "keepaliveTimeout": 5,
        "customHeaders": {},
    }
    return _moved(request, "custom", origin)


def slowly_to_another_bucket(request: Part, _: Part) -> Part:
    domain = "new-bucket.s3.amazonaws.com"
    request["origin"]["s3"]["domainName"] = domain
    request["headers"]["host"] = [{"key": "host", "value": domain}]
    return request


def to_another_domain_by_country(request: Part, _: Part) -> Part:
    country = request["headers"].get("cloudfront-viewer-country")
    if country and country[0]["value"] in ("GB", "DE", "IE"):
        request["origin"]["custom"]["domainName"] = "eu.example.com"
        request["headers"]["host"] = [{"key": "host", "value": "eu.example.com"}]
    return request


def error_to_a_page(_: Part, response: Part) -> Part:
    if 400 <= int(response["status"]) <= 599:
        response["status"] = 200
        response["statusDescription"] = "OK"
        response["body"] = "Body generation example"
    return response


def error_to_a_redirect(request: Part, response: Part) -> Part:
    if 400 <= int(response["status"]) <= 599:
        response["status"] = 302
        response["statusDescription"] = "Found"
        response["body"] = ""
        location = f"https://example.com/plan-b/path?{request['querystring']}"
        response["headers"]["location"] = [{"key": "Location", "value": location}]
    return response


def read_a_form(request: Part, _: Part) -> Part:
    if request["method"] == "POST":
        for name, values in parse_qs(base64.b64decode(request["body"]["data"]).decode()).items():
            print(f'For "{name}" the user submitted "{values[0]}".')  # noqa: T201 - as AWS's sample does
    return request


def change_a_form(request: Part, _: Part) -> Part:
    if request["method"] == "POST":
        form = parse_qs(base64.b64decode(request["body"]["data"]).decode())
        text = json.dumps({name: values[0] for name, values in form.items()})
        request["body"] |= {"action": "replace", "encoding": "text", "data": text}
    return request


SAMPLES = {
    "abTest": a_b_test,
    "overrideAResponseHeader": override_a_response_header,
    "serveStaticContent": serve_static_content,
    "redirect": redirect,
    "addAHeaderByQueryString": add_a_header_by_query_string,
    "normalizeTheQueryString": normalize_the_query_string,
    "signIn": sign_in,
    "redirectByCountry": redirect_by_country,
    "versionByDevice": version_by_device,
    "fromACustomOriginToS3": from_a_custom_origin_to_s3,
    "toABucketInAnotherRegion": to_a_bucket_in_another_region,
    "fromS3ToACustomOrigin": from_s3_to_a_custom_origin,
    "slowlyToAnotherBucket": slowly_to_another_bucket,
    "toAnotherDomainByCountry": to_another_domain_by_country,
    "errorToAPage": error_to_a_page,
    "errorToARedirect": error_to_a_redirect,
    "readAForm": read_a_form,
    "changeAForm": change_a_form,
}


def handler(event: Part, context: object) -> Part:
    cf = event["Records"][0]["cf"]
    return SAMPLES[cf["config"]["requestId"]](cf["request"], cf.get("response"))
