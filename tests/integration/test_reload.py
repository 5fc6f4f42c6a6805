"""Saved files are uploaded to the running stack."""

from harness.checkout import FRONTEND
from harness.packaging import frontend_build
from harness.stack import reload
from harness.stack.demo_captains import PICARD
from tests.integration.provisioned import Provisioned


def invalidations_of(stack: Provisioned) -> list[str]:
    """The statuses of invalidations."""
    listed = stack.client("cloudfront").list_invalidations(
        DistributionId=stack.outputs.distribution_id
    )
    return [item["Status"] for item in listed["InvalidationList"].get("Items", [])]


def test_a_build_is_uploaded_with_its_headers_and_invalidated(
    stack: Provisioned,
) -> None:
    page = f"{stack.site_url}/login.html"
    stack.ask(page)
    cached = stack.ask(page)
    before = len(invalidations_of(stack))

    reload.put_build(frontend_build.build(), stack.emulator, stack.outputs)

    s3 = stack.client("s3")
    heads = {
        item["Key"]: s3.head_object(Bucket=stack.outputs.bucket, Key=item["Key"])
        for item in s3.list_objects_v2(Bucket=stack.outputs.bucket)["Contents"]
    }
    after = invalidations_of(stack)
    assert cached.status == 200
    assert heads["login.html"]["ContentType"] == "text/html; charset=utf-8"
    assert heads["login.html"]["CacheControl"] == cached.headers["cache-control"]
    assert {head["CacheControl"] for key, head in heads.items() if key.startswith("assets/")} == {
        "public, max-age=31536000, immutable"
    }
    assert len(after) == before + 1
    assert set(after) <= {"InProgress", "Completed"}


def test_a_source_is_uploaded_as_uncacheable(stack: Provisioned) -> None:
    script = "assets/scripts/draft.js"  # where sources are served, it has this name

    reload.put_objects([script], stack.emulator, stack.outputs)

    s3 = stack.client("s3")
    head = s3.head_object(Bucket=stack.outputs.bucket, Key=script)
    s3.delete_object(Bucket=stack.outputs.bucket, Key=script)
    assert head["CacheControl"] == "no-cache"
    assert head["ContentType"] == "text/javascript; charset=utf-8"


def test_a_removed_page_is_deleted(stack: Provisioned) -> None:
    s3 = stack.client("s3")
    s3.put_object(Bucket=stack.outputs.bucket, Key="never-there.html", Body=b"")

    reload.put_objects(["never-there.html"], stack.emulator, stack.outputs)

    listed = s3.list_objects_v2(Bucket=stack.outputs.bucket, Prefix="never-there")
    assert listed["KeyCount"] == 0


def test_edits_made_while_a_stack_was_down_are_found(stack: Provisioned) -> None:
    s3 = stack.client("s3")
    page = (FRONTEND / "login.html").read_bytes()
    others = {"error.html": b"an older one", "gone.html": b"no longer in frontend/"}
    for key, body in {"login.html": page, **others}.items():
        # A later upload keeps the type.
        type_ = reload.guessed_type(key)
        s3.put_object(Bucket=stack.outputs.bucket, Key=key, Body=body, ContentType=type_)

    changed = set(reload.changed_pages(stack.emulator, stack.outputs))

    reload.put_build(frontend_build.build(), stack.emulator, stack.outputs)
    s3.delete_object(Bucket=stack.outputs.bucket, Key="gone.html")
    assert changed >= {"error.html", "gone.html"}
    assert "login.html" not in changed
    assert not reload.functions_differ(stack.emulator, stack.outputs)


def test_restored_functions_respond_as_before(stack: Provisioned) -> None:
    functions = stack.client("lambda")
    name = stack.outputs.function_names[0]
    before = functions.get_function_configuration(FunctionName=name)["LastModified"]

    reload.update_functions(stack.emulator, stack.outputs)

    after = functions.get_function_configuration(FunctionName=name)["LastModified"]
    session = stack.ask(
        stack.api_gateway_url("/api/login"),
        method="POST",
        document={"username": PICARD.user_name, "password": PICARD.password},
    )
    assert after >= before
    assert session.status == 200
