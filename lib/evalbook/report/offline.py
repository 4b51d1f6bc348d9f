"""What every page of ours is made with: one HTML file that asks nothing of a network.

Text reaches it through autoescaping templates, data through a JSON island that cannot end its
element; the Content-Security-Policy names script and styles by their hashes.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"
_IN_SCRIPT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
_POLICY = (
    "default-src 'none'; script-src {script}; style-src {styles}; img-src data:;"
    " base-uri 'none'; form-action 'none'"
)


def environment(*folders: Path) -> Environment:
    """Templates of these folders and of the report, with autoescaping."""
    return Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@lru_cache(maxsize=16)
def asset(name: str, folder: Path = TEMPLATES) -> str:
    """A file of ours that the page carries, without the line ends of the machine it lies on."""
    return (folder / name).read_text(encoding="utf-8")


def written(template: Template, title: str, styles: str, script: str, **given: Any) -> bytes:
    """The page as UTF-8: a template that extends page.html, with styles and a script of ours."""
    dark = asset("dark.css")
    page = template.render(
        title=title,
        styles=Markup(styles),
        dark=Markup(dark),
        script=Markup(script),
        policy=policy(script, [styles, dark]),
        **given,
    )
    return page.encode("utf-8")


def policy(script: str, styles: Sequence[str]) -> str:
    """The Content-Security-Policy that lets this script run and these styles apply, only these."""
    return _POLICY.format(script=_hash(script), styles=" ".join(map(_hash, styles)))


def _hash(text: str) -> str:
    """The text as a Content-Security-Policy names it."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def island(data: Any) -> Markup:
    """Data as JSON that cannot end the element it stands in; keys in order."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Markup(text.translate(_IN_SCRIPT))
