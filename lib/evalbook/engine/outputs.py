"""What a kernel says becomes the outputs of cells, as nbclient makes them."""

from collections.abc import Sequence
from typing import Any

Output = dict[str, Any]
_SHOWN = ("execute_result", "display_data")
_STATE = "application/vnd.jupyter.widget-state+json"


class Outputs:
    """Collects the messages of one notebook into its cells."""

    def __init__(self, cells: Sequence[dict[str, Any]]) -> None:
        self._cells = cells
        self._displays: dict[str, list[Output]] = {}
        self._clearing = False
        self._widgets: dict[str, dict[str, Any]] = {}
        self._into: list[str] = []

    def begin(self, number: int) -> None:
        """A cell starts; what it showed before is gone."""
        self._clearing = False
        self._into = []
        self._cells[number]["outputs"] = []
        self._cells[number]["execution_count"] = None

    def take(self, number: int, kind: str, content: dict[str, Any], buffers: Sequence[str]) -> None:
        """One message of the cell that runs."""
        cell = self._cells[number]
        if "execution_count" in content:
            cell["execution_count"] = content["execution_count"]
        if kind.startswith("comm_"):
            self._comm(kind, content, buffers)
        elif kind == "clear_output":
            self._clear(cell, wait=content["wait"])
        elif kind == "update_display_data":
            self._update(content)
        elif kind in {*_SHOWN, "stream", "error"}:
            self._show(cell, kind, content)

    def _show(self, cell: dict[str, Any], kind: str, content: dict[str, Any]) -> None:
        self._update(content)
        output = _output(kind, content)
        if self._into:
            _append(self._widgets[self._into[-1]].setdefault("outputs", []), output)
            return
        if self._clearing:
            self._clear(cell, wait=False)
        shown = _append(cell["outputs"], output)
        display = _display(content)
        if display:
            self._displays.setdefault(display, []).append(shown)

    def _update(self, content: dict[str, Any]) -> None:
        for output in self._displays.get(_display(content), ()):
            output["data"] = content["data"]
            output["metadata"] = content["metadata"] or {}

    def _clear(self, cell: dict[str, Any], wait: bool) -> None:
        if self._into:
            self._widgets[self._into[-1]]["outputs"] = []
            return
        self._clearing = wait
        if not wait:
            gone = {id(output) for output in cell["outputs"]}
            for display, outputs in self._displays.items():
                self._displays[display] = [each for each in outputs if id(each) not in gone]
            cell["outputs"] = []

    def _comm(self, kind: str, content: dict[str, Any], buffers: Sequence[str]) -> None:
        """The state of a widget; what an Output widget takes in goes into its state."""
        if kind == "comm_close" or "state" not in content["data"]:
            return
        name, data = content["comm_id"], content["data"]
        state = self._widgets.setdefault(name, {})
        state.update(data["state"])
        places = data.get("buffer_paths") or ()
        for place, buffer in zip(places, buffers, strict=False):
            kept = {"data": buffer, "encoding": "base64", "path": place}
            state.setdefault("\0buffers", {})[tuple(place)] = kept
        if "msg_id" in data["state"] and state.get("_model_name") == "OutputModel":
            self._into = [each for each in self._into if each != name]
            if data["state"]["msg_id"]:
                self._into.append(name)

    def widgets(self) -> dict[str, Any]:
        """The state of all widgets, for a notebook's metadata; empty when there is none."""
        states = {
            name: _state(dict(state))
            for name, state in self._widgets.items()
            if "_model_name" in state
        }
        if not self._widgets:
            return {}
        return {_STATE: {"state": states, "version_major": 2, "version_minor": 0}}


def _state(state: dict[str, Any]) -> dict[str, Any]:
    buffers = state.pop("\0buffers", {})
    saved = {
        "model_name": state.get("_model_name"),
        "model_module": state.get("_model_module"),
        "model_module_version": state.get("_model_module_version"),
        "state": state,
    }
    return saved | ({"buffers": list(buffers.values())} if buffers else {})


def _display(content: dict[str, Any]) -> str:
    return str((content.get("transient") or {}).get("display_id") or "")


def _output(kind: str, content: dict[str, Any]) -> Output:
    match kind:
        case "stream":
            return {"output_type": kind, "name": content["name"], "text": content["text"]}
        case "error":
            kept = {name: content[name] for name in ("ename", "evalue", "traceback")}
            return {"output_type": kind, **kept}
    shown = {"output_type": kind, "data": content["data"], "metadata": content["metadata"] or {}}
    if kind == "execute_result":
        shown["execution_count"] = content["execution_count"]
    return shown


def _append(outputs: list[Output], output: Output) -> Output:
    """Add an output; what one stream printed in a row stays in one piece."""
    last = outputs[-1] if outputs else None
    same = last and last["output_type"] == "stream" and last["name"] == output.get("name")
    if last and same:
        last["text"] += output["text"]
        return last
    outputs.append(output)
    return output


def in_order(outputs: Sequence[Output]) -> list[Output]:
    """With what was printed between two other outputs in one piece per stream, stdout first.

    A kernel sends the streams in pieces, as time passes; two runs would not be equal.
    """
    ordered: list[Output] = []
    printed: dict[str, Output] = {}
    for output in [*outputs, None]:
        if output is not None and output["output_type"] == "stream":
            if output["name"] in printed:
                printed[output["name"]]["text"] += output["text"]
            else:
                printed[output["name"]] = output
            continue
        ordered += (printed[name] for name in sorted(printed, reverse=True))
        printed = {}
        if output is not None:
            ordered.append(output)
    return ordered
