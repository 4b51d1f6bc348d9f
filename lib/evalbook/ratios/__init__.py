"""The ratios of the frameworks by name: one pure function each, over exact figures.

`RATIOS["in_place_rate"]` knows the Chinese name, operands, denominator and reference; a framework
or a row of indicators names it under `formula`.
"""

from evalbook.ratios import money, work
from evalbook.ratios.registry import RATIOS, UNSEEN, Ratio, documented

__all__ = ["RATIOS", "UNSEEN", "Ratio", "documented", "money", "work"]
