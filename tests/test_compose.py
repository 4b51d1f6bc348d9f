"""The day that a report's files carry."""

from dataclasses import replace

import pytest

from evalbook import load
from evalbook.compose import file_day
from evalbook.paths import Workbook


@pytest.mark.parametrize(
    ("own", "source", "period", "day"),
    [
        ("2020-10-30", "2021-01-01", "2019", "2020-10-30"),
        (None, "2021-01-01", "2019", "2021-01-01"),
        (None, None, "2019", "2019-12-31"),
        (None, None, "2018/2019", "2019-12-31"),
        (None, None, "2019-01/2020-02", "2020-02-29"),
        (None, None, "../2020-06", "2020-06-30"),
        (None, None, "2020-03-05", "2020-03-05"),
        (None, None, "2020-13", "2020-12-31"),
    ],
)
def test_a_report_without_a_date_has_that_of_its_source_or_the_end_of_its_period(
    workbook: Workbook, own: str | None, source: str | None, period: str, day: str
) -> None:
    case = load("qingdao-2019", workbook)
    params = case.params.model_copy(update={"date": own, "period": period})
    published = case.source.model_copy(update={"date": source})
    assert file_day(replace(case, params=params, source=published)) == day
