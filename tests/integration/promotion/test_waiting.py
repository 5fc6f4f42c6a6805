"""Terraform's provider through the fault proxy: CloudFront is `InProgress` for a while and throttles,
and the page waits for it.

The provider first looks after half a minute, so this goes on beside the tests before it.
"""

from tests.integration.promotion.waiting import Waiting


def test_pages_are_uploaded_after_cloudfront_has_rolled_out_everywhere(waiting: Waiting) -> None:
    said = waiting.ended()

    met = [answer.call for answer in waiting.proxy.met_at]
    assert waiting.process.returncode == 0, said
    assert len(met) == waiting.planned, met
    assert waiting.page.stat().st_mtime > max(answer.at for answer in waiting.proxy.met_at)
    assert "is live in waiting" in said
