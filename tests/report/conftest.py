"""The sample report in the three formats, rendered once for all tests."""

from pathlib import Path

import pytest
from report_sample import report

from evalbook.report import FORMATS, render


@pytest.fixture(scope="session")
def document():
    return report(audit_rows=60)


@pytest.fixture(scope="session")
def files(document, tmp_path_factory) -> dict[str, Path]:
    """Format to file."""
    folder = tmp_path_factory.mktemp("report")
    paths = {}
    for fmt in FORMATS:
        paths[fmt] = folder / f"report.{fmt}"
        paths[fmt].write_bytes(render(document, fmt))
    return paths
