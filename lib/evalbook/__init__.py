"""evalbook: evaluations of public spending 预算绩效评价, scored, audited and reported.

    ev = evaluate(load("qingdao-2019"))

The names below are the public interface; each is imported when it is first asked for, so that
`evalbook --help` pays for none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evalbook.errors import EvalbookError, Fault, InputError
    from evalbook.evaluation import Evaluation, evaluate
    from evalbook.loading import load
    from evalbook.model import Case

__all__ = ["Case", "EvalbookError", "Evaluation", "Fault", "InputError", "evaluate", "load"]

_HOMES = {
    "Case": "model",
    "EvalbookError": "errors",
    "Evaluation": "evaluation",
    "Fault": "errors",
    "InputError": "errors",
    "evaluate": "evaluation",
    "load": "loading",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"evalbook.{_HOMES[name]}"), name)
