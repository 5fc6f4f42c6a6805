"""The API invokes an alias of each function: uploaded code is not in use before it is moved."""

import io
import zipfile
from collections.abc import Iterator

import pytest

from harness.emulators.localstack import is_localstack
from tests.integration.provisioned import Provisioned

BROKEN = "def handler(event, context):\n    return {'statusCode': 418, 'body': 'broken'}\n"


def archive(name: str) -> bytes:
    """An archive with other code for lambdas/NAME.py."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as files:
        files.writestr(f"lambdas/{name}.py", BROKEN)
        files.writestr("lambdas/__init__.py", "")
    return made.getvalue()


@pytest.fixture
def function(stack: Provisioned) -> Iterator[str]:
    """The function of /api/session; its code and alias are restored afterwards."""
    if is_localstack(stack.emulator.endpoint):
        pytest.skip("takes a minute there: each version starts a container")
    functions = stack.client("lambda")
    name = next(n for n in stack.outputs.function_names if n.endswith("-session"))
    alias = stack.outputs.function_alias
    before = functions.get_alias(FunctionName=name, Name=alias)["FunctionVersion"]
    yield name
    functions.update_alias(FunctionName=name, Name=alias, FunctionVersion=before)
    versions = functions.list_versions_by_function(FunctionName=name)["Versions"]
    for version in versions:
        if version["Version"].isdigit() and int(version["Version"]) > int(before):
            functions.delete_function(FunctionName=name, Qualifier=version["Version"])
    [package] = [
        bucket["Name"]
        for bucket in stack.client("s3").list_buckets()["Buckets"]
        if "-packages-" in bucket["Name"]
    ]
    functions.update_function_code(FunctionName=name, S3Bucket=package, S3Key="lambdas.zip")


def test_uploaded_code_is_in_use_once_the_alias_points_to_it(
    stack: Provisioned, function: str
) -> None:
    functions, alias = stack.client("lambda"), stack.outputs.function_alias
    before = functions.get_alias(FunctionName=function, Name=alias)["FunctionVersion"]
    uploaded = functions.update_function_code(
        FunctionName=function, ZipFile=archive("session"), Publish=True
    )
    assert before.isdigit()
    assert status(stack) == 401

    functions.update_alias(FunctionName=function, Name=alias, FunctionVersion=uploaded["Version"])
    assert status(stack) == 418

    functions.update_alias(FunctionName=function, Name=alias, FunctionVersion=before)
    assert status(stack) == 401


def status(stack: Provisioned) -> int:
    return stack.ask(stack.api_gateway_url("/api/session")).status
