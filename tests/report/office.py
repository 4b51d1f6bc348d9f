"""LibreOffice as a person would use it: open, bring up to date, save."""

import shutil
import subprocess
from pathlib import Path

OFFICE = shutil.which("soffice")
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">
Sub Update(source As String, target As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  Dim filter(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = &quot;Hidden&quot;
  hidden(0).Value = True
  document = StarDesktop.loadComponentFromURL(source, &quot;_blank&quot;, 0, hidden())
  document.getTextFields().refresh()
  indexes = document.getDocumentIndexes()
  For i = 0 To indexes.getCount() - 1
    indexes.getByIndex(i).update()
  Next
  filter(0).Name = &quot;FilterName&quot;
  filter(0).Value = &quot;MS Word 2007 XML&quot;
  document.storeToURL(target, filter())
  document.close(True)
  StarDesktop.terminate()
End Sub
</script:module>"""


def updated(path: Path, folder: Path) -> bytes:
    """The document with its fields and contents brought up to date, saved as .docx."""
    _run(folder, "--terminate_after_init")  # makes the profile, with a module to write into
    module = folder / "profile" / "user" / "basic" / "Standard" / "Module1.xba"
    module.write_text(_MODULE, "utf-8")
    target = folder / "updated.docx"
    call = f'macro:///Standard.Module1.Update("{path.as_uri()}","{target.as_uri()}")'
    _run(folder, call)
    return target.read_bytes()


def converted(path: Path, ending: str, folder: Path) -> Path:
    """The document in another format."""
    target = folder / "converted"
    _run(folder, "--convert-to", ending, "--outdir", target, path)
    return target / f"{path.stem}.{ending}"


def _run(folder: Path, *arguments: str | Path) -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [OFFICE, profile, "--headless", *arguments], check=True, capture_output=True, timeout=180
    )
