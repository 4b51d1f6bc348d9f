"""Notebook files as nbformat reads and writes them, without its import of four seconds."""

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Notebook = dict[str, Any]
INJECTED, PARAMETERS = "injected-parameters", "parameters"
_LINED = {"application/javascript", "image/svg+xml"}
_UNSAVED = ("orig_nbformat", "orig_nbformat_minor", "signature")


def read(path: Path) -> Notebook:
    """A notebook of format 4, its texts in one piece each.

    Raises ValueError for what is none.
    """
    notebook = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        raise ValueError("not a notebook of format 4")
    for cell in notebook["cells"]:
        cell["source"] = _joined(cell["source"])
        for bundle in _bundles(cell):
            for mime, value in bundle.items():
                if not _is_json(mime):
                    bundle[mime] = _joined(value)
        for output in cell.get("outputs", ()):
            if "text" in output:
                output["text"] = _joined(output["text"])
    return _saved(notebook)


def write(notebook: Mapping[str, Any], path: Path) -> None:
    path.write_text(text_of(notebook), encoding="utf-8", newline="\n")


def text_of(notebook: Mapping[str, Any]) -> str:
    """The text of a notebook's file: keys sorted, long texts line by line."""
    split = _saved(copy.deepcopy(dict(notebook)))
    for cell in split["cells"]:
        cell["source"] = _lines(cell["source"])
        for bundle in _bundles(cell):
            for mime, value in bundle.items():
                if mime.startswith("text/") or mime in _LINED:
                    bundle[mime] = _lines(value)
        for output in cell.get("outputs", ()):
            if output["output_type"] == "stream":
                output["text"] = _lines(output["text"])
    text = json.dumps(split, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))
    return text + "\n"


def with_parameters(notebook: Notebook, **parameters: str) -> Notebook:
    """A copy with the cell of parameters that papermill would put in, where it would."""
    lines = [f"{name} = {_quoted(value)}\n" for name, value in parameters.items()]
    cell = code_cell("".join(["# Parameters\n", *lines]), INJECTED, INJECTED)
    made = copy.deepcopy(notebook)
    made["nbformat_minor"] = max(5, made["nbformat_minor"])
    for number, each in enumerate(made["cells"], 1):
        each.setdefault("id", f"cell-{number}")
    before = _first(made, INJECTED)
    if before is not None:
        made["cells"][before] = cell
        return made
    after = _first(made, PARAMETERS)
    made["cells"].insert(0 if after is None else after + 1, cell)
    return made


def code_cell(source: str, name: str, *tags: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {"tags": list(tags)},
        "outputs": [],
        "source": source,
    }


def markdown_cell(source: str, name: str, *tags: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {"tags": list(tags)}, "source": source}


def tags(cell: Mapping[str, Any]) -> list[str]:
    return list(cell["metadata"].get("tags", ()))


def _first(notebook: Notebook, tag: str) -> int | None:
    found = (number for number, cell in enumerate(notebook["cells"]) if tag in tags(cell))
    return next(found, None)


def _quoted(text: str) -> str:
    escaped = text.encode("unicode_escape").decode("ascii").replace('"', r"\"")
    return f'"{escaped}"'


def _bundles(cell: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from cell.get("attachments", {}).values()
    for output in cell.get("outputs", ()):
        if output["output_type"] in {"execute_result", "display_data"}:
            yield output["data"]


def _is_json(mime: str) -> bool:
    return mime == "application/json" or (
        mime.startswith("application/") and mime.endswith("+json")
    )


def _joined(value: Any) -> Any:
    return "".join(value) if isinstance(value, list) else value


def _lines(value: Any) -> Any:
    return value.splitlines(True) if isinstance(value, str) else value


def _saved(notebook: Notebook) -> Notebook:
    for key in _UNSAVED:
        notebook["metadata"].pop(key, None)
    for cell in notebook["cells"]:
        cell["metadata"].pop("trusted", None)
    return notebook
