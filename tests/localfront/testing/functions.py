"""A function in each language, for tests to write to files."""

from pathlib import Path

IN_PYTHON = """\
import json, os

calls = 0

def handler(event, context):
    global calls
    calls += 1
    print(json.dumps({"pid": os.getpid(), "calls": calls, "name": context.function_name}))
    return event["Records"][0]["cf"]["request"]

def sets_via(event, context):
    request = event["Records"][0]["cf"]["request"]
    request["headers"]["via"] = [{"key": "Via", "value": "x"}]
    return request

def raises(event, context):
    raise LookupError("no such table")

def sleeps(event, context):
    import time
    time.sleep(60)

def to_login(event, context):
    location = [{"key": "Location", "value": "/login/"}]
    return {"status": "302", "headers": {"location": location}}

def adds_a_header(event, context):
    response = event["Records"][0]["cf"]["response"]
    response["headers"]["x-new"] = [{"key": "X-New", "value": "new"}]
    return response

def endpoint(event, context):
    print(os.environ.get("AWS_ENDPOINT_URL"))
    return event["Records"][0]["cf"]["request"]
"""
IN_NODE = """\
export const handler = async (event) => {
  const request = event.Records[0].cf.request;
  console.log(JSON.stringify({ pid: process.pid }));
  return request;
};
export const setsVia = async (event) => {
  const request = event.Records[0].cf.request;
  request.headers.via = [{ key: 'Via', value: 'x' }];
  return request;
};
"""


def python_function(folder: Path) -> Path:
    (folder / "guard.py").write_text(IN_PYTHON)
    return folder


def node_function(folder: Path) -> Path:
    (folder / "guard.mjs").write_text(IN_NODE)
    return folder
