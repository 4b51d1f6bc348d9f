"""Templates, styles and script of our pages, and the policy that lets nothing else act on them."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

TEMPLATES = Path(__file__).parent / "templates"
_POLICY = (
    "default-src 'none'; script-src {script}; style-src {styles}; img-src data:;"
    " base-uri 'none'; form-action 'none'"
)


def template(folder: Path, name: str, filters: Mapping[str, Callable[..., Any]]) -> Template:
    """A page's template: text of others is escaped, a name that is not there is an error."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= filters
    return environment.get_template(name)


@lru_cache(maxsize=8)
def asset(name: str) -> str:
    """A file of ours that a page carries, without the line ends of the machine it lies on."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def policy(script: str, *styles: str) -> str:
    """A Content-Security-Policy that allows this script, these styles and pictures in the page."""
    return _POLICY.format(script=_hash(script), styles=" ".join(map(_hash, styles)))


def _hash(text: str) -> str:
    """The text as a Content-Security-Policy names it."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
