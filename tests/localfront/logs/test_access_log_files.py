from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from localfront.logs.access_log import HEAD, log_line
from localfront.logs.access_log_files import AccessLog
from tests.localfront.factories import DISTRIBUTION_ID
from tests.localfront.logs.test_access_log import NOON, a_record

RECORD = a_record()
LINE = log_line(RECORD) + "\n"
FILE = f"{DISTRIBUTION_ID}.2027-01-15-12.log"


def files(directory: Path) -> dict[str, str]:
    return {file.name: file.read_text("ascii") for file in directory.iterdir()}


@pytest.mark.proves("LG-003")
def test_a_file_begins_with_two_header_lines(tmp_path: Path) -> None:
    with AccessLog(tmp_path) as log:
        log.write(RECORD)
        log.write(RECORD)

    assert files(tmp_path) == {FILE: HEAD + LINE + LINE}
    assert HEAD.startswith("#Version: 1.0\n#Fields: date time x-edge-location sc-bytes ")


def test_a_line_can_be_read_as_soon_as_it_is_written(tmp_path: Path) -> None:
    with AccessLog(tmp_path) as log:
        log.write(RECORD)

        assert files(tmp_path) == {FILE: HEAD + LINE}


def test_an_existing_file_is_continued_without_a_second_header(tmp_path: Path) -> None:
    for _ in range(2):
        with AccessLog(tmp_path) as log:
            log.write(RECORD)

    assert files(tmp_path) == {FILE: HEAD + LINE + LINE}


def test_two_logs_in_one_directory_share_the_files(tmp_path: Path) -> None:
    with AccessLog(tmp_path) as one, AccessLog(tmp_path) as other:
        one.write(RECORD)
        other.write(RECORD)
        one.write(RECORD)

    assert files(tmp_path) == {FILE: HEAD + LINE * 3}


def test_each_hour_has_a_file_and_late_lines_go_to_theirs(tmp_path: Path) -> None:
    next_hour = replace(RECORD, finished_at=NOON + 3600)

    with AccessLog(tmp_path) as log:
        for record in (RECORD, next_hour, RECORD):
            log.write(record)

    assert files(tmp_path) == {
        FILE: HEAD + LINE + LINE,
        f"{DISTRIBUTION_ID}.2027-01-15-13.log": HEAD + log_line(next_hour) + "\n",
    }


def test_each_distribution_has_a_file(tmp_path: Path) -> None:
    with AccessLog(tmp_path) as log:
        for name in ("E1", "E2", "E1"):
            log.write(replace(RECORD, distribution_id=name))

    assert files(tmp_path) == {
        "E1.2027-01-15-12.log": HEAD + LINE * 2,
        "E2.2027-01-15-12.log": HEAD + LINE,
    }


@pytest.mark.parametrize("name", ["../../etc/E1", "/tmp/E1", "a/b", "..", "a\x00b"])  # noqa: S108 - /tmp itself is meant
def test_a_distributions_id_cannot_escape_the_folder(name: str, tmp_path: Path) -> None:
    directory = tmp_path / "logs"

    with AccessLog(directory) as log:
        log.write(replace(RECORD, distribution_id=name))

    assert [file.parent for file in tmp_path.rglob("*.log")] == [directory]


def test_log_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    with AccessLog(tmp_path) as log:
        log.write(RECORD)

    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_a_deleted_file_is_created_again(tmp_path: Path) -> None:
    with AccessLog(tmp_path / "logs") as log:
        log.write(RECORD)
        (tmp_path / "logs" / FILE).unlink()
        log.write(RECORD)
        shutil.rmtree(tmp_path / "logs")
        log.write(RECORD)

        assert files(tmp_path / "logs") == {FILE: HEAD + LINE}


def test_a_renamed_file_gets_no_more_lines(tmp_path: Path) -> None:
    with AccessLog(tmp_path) as log:
        log.write(RECORD)
        (tmp_path / FILE).rename(tmp_path / "old")
        log.write(RECORD)

    assert files(tmp_path) == {FILE: HEAD + LINE, "old": HEAD + LINE}


def test_a_write_failure_is_reported_once_and_logging_resumes_by_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING", "localfront")
    with AccessLog(tmp_path) as log:
        (tmp_path / FILE).mkdir()
        for _ in range(141):
            log.write(RECORD)
        (messages,) = caplog.messages
        (tmp_path / FILE).rmdir()
        log.write(RECORD)
        log.write(RECORD)

    assert f"{tmp_path / FILE} can't be written: Is a directory" in messages
    assert caplog.messages[1:] == [
        f"the access log {tmp_path / FILE} is written again; requests missing: 141"
    ]
    assert files(tmp_path) == {FILE: HEAD + LINE + LINE}


def test_a_partially_written_line_is_removed(tmp_path: Path) -> None:
    """A file size limit truncates a write, as a full disk does."""
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from localfront.logs.access_log_files import AccessLog\n"
        "from tests.localfront.logs.test_access_log_files import HEAD, LINE, RECORD\n"
        "room = len(HEAD) + len(LINE)\n"
        "limit = lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))\n"
        "limit(room + 10)\n"
        "with AccessLog(Path(sys.argv[1])) as log:\n"
        "    log.write(RECORD); log.write(RECORD)\n"
        "    limit(resource.RLIM_INFINITY); log.write(RECORD)\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert files(tmp_path) == {FILE: HEAD + LINE + LINE}
    assert len(run.stderr.splitlines()) == 2
