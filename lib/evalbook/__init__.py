"""evalbook: evaluations of public spending 预算绩效评价, scored, audited and reported.

ev = evaluate(load("qingdao-2019"))
"""

from evalbook.errors import EvalbookError, Fault, InputError
from evalbook.evaluation import Evaluation, evaluate
from evalbook.load import load
from evalbook.model import Case

__all__ = ["Case", "EvalbookError", "Evaluation", "Fault", "InputError", "evaluate", "load"]
