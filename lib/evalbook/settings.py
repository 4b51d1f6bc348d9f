"""The settings of a rule set as figures: what a report shows of thresholds, bands and places."""

from collections.abc import Mapping
from decimal import Decimal

from evalbook.audit.entry import plain
from evalbook.kinds import SETTING_WORDS
from evalbook.model import Case

SHARES = ("execution_cap", "low_execution", "overshoot", "confidence")
NUMBERS = ("marks_places", "rate_places", "months_places", "total_marks", "execution_marks")
MONTHS = ("low", "high", "short", "excess")


UNITS = {**dict.fromkeys(SHARES, "%"), "total_marks": "分", "execution_marks": "分"}


def in_words(case: Case, name: str) -> str:
    """The value of a setting with its unit, one of the case's own as it is stated there."""
    stated = {each.name: each.value for each in case.params.settings}
    if name in stated:
        return SETTING_WORDS.get(stated[name], stated[name])
    unit = "个月" if name.startswith("months_band.") else UNITS.get(name, "位")
    return f"{settings(case)[name]}{unit}"


def settings(case: Case) -> Mapping[str, str]:
    """The settings in force by name: shares in percent, `months_band.low`, a case's own last."""
    rules = case.rules
    found: dict[str, str] = {}
    for name in NUMBERS:
        if (value := getattr(rules, name)) is not None:
            found[name] = plain(Decimal(value))
    for name in SHARES:
        if (share := getattr(rules, name)) is not None:
            found[name] = plain((share * 100).normalize())
    if rules.months_band is not None:
        for end in MONTHS:
            found[f"months_band.{end}"] = plain(getattr(rules.months_band, end))
    return found | {each.name: each.value.removesuffix("%") for each in case.params.settings}
