"""What only LibreOffice can tell; a browser is asked in test_report_web.py."""

import re
import shutil
import subprocess

import pytest
from pypdf import PdfReader

OFFICE = shutil.which("soffice")


@pytest.mark.office
@pytest.mark.skipif(not OFFICE, reason="没有 LibreOffice")
def test_libreoffice_shows_the_same_contents(document, files, tmp_path):
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, files["docx"]],
        check=True,
        capture_output=True,
        timeout=120,
    )
    pages = [p.extract_text() for p in PdfReader(tmp_path / "report.pdf").pages]
    text = re.sub(r"\s+", "", "".join(pages))
    for placed in document.blocks:
        assert re.sub(r"\s+", "", placed.title) in text
    assert "Error" not in text
