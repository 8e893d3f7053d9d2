"""pytest plugin: what a sanitizer reports about any process of a test fails that test (builds asan and tsan).

Reports go to files, so none is missed because a test does not look at the process's exit code or output, or because
it kills the process afterwards.
"""

import os
import pathlib

import pytest

REPORTS = pathlib.Path("/run/weft-sanitizers")


def pytest_configure():
    REPORTS.mkdir(exist_ok=True)
    for variable in ("ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"):
        os.environ[variable] = f"{os.environ.get(variable, '')}:log_path={REPORTS}/report"


def check():
    found = sorted(REPORTS.iterdir())
    for path in found:
        # Printed, too: pytest shows one error of a teardown, and the daemon's exit code may have been the first.
        print(path.read_text(errors="replace"))
        path.unlink()
    if found:
        pytest.fail(f"{len(found)} reports of sanitizers, see the output", pytrace=False)


@pytest.fixture(autouse=True)
def no_sanitizer_reports():
    yield
    check()


@pytest.fixture(scope="session", autouse=True)
def no_sanitizer_reports_of_what_tests_share():
    yield
    check()
