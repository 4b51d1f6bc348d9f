"""Ratios of money: in place, executed, adjusted, left over, saved."""

from evalbook.figures import Figure
from evalbook.ratios.registry import ratio

BUDGETS = ("budget", "adjusted", "planned", "due", "in_place")
DEPARTMENT = "财预〔2013〕53号 附件2"


def _others(*own: str) -> tuple[str, ...]:
    """The amounts of a budget table that are no operand of the ratio."""
    return tuple(column for column in BUDGETS if column not in own)


@ratio(
    "资金到位率",
    "in_place / budget",
    {"in_place": "实际到位资金", "budget": "预算资金"},
    denominator="budget",
    reference="财预〔2020〕10号 附件2（资金到位率）",
    bases=_others("budget", "in_place"),
)
def in_place_rate(in_place: Figure, budget: Figure) -> Figure:
    """How much of the budgeted money arrived. More than 100 % is possible and no error."""
    return in_place / budget


@ratio(
    "资金到位率（2013年框架）",
    "in_place / planned",
    {"in_place": "实际到位资金", "planned": "计划投入资金"},
    denominator="planned",
    reference="财预〔2013〕53号 附件1（资金到位率；公式据公开转载）",
    bases=_others("planned", "in_place"),
    unverified=True,
)
def in_place_rate_2013(in_place: Figure, planned: Figure) -> Figure:
    """How much of the planned investment arrived; the 2020 text divides by the budget."""
    return in_place / planned


@ratio(
    "到位及时率",
    "timely / due",
    {"timely": "及时到位资金", "due": "应到位资金"},
    denominator="due",
    reference="财预〔2013〕53号 附件1（到位及时率；公式凭记忆整理）",
    unverified=True,
)
def timely_in_place_rate(timely: Figure, due: Figure) -> Figure:
    """How much of the money that should have come in by a day had come in by then."""
    return timely / due


@ratio(
    "预算执行率（2020年框架）",
    "executed / in_place",
    {"executed": "实际支出资金", "in_place": "实际到位资金"},
    denominator="in_place",
    reference="财预〔2020〕10号 附件2（预算执行率）",
    bases=_others("in_place"),
)
def execution_rate_2020(executed: Figure, in_place: Figure) -> Figure:
    """How much of the money that arrived was spent.

    The self-evaluation form of the same regulation divides by the year's budget instead:
    execution_rate_adjusted.
    """
    return executed / in_place


@ratio(
    "预算执行率（全年预算数）",
    "executed / adjusted",
    {"executed": "全年执行数", "adjusted": "全年预算数"},
    denominator="adjusted",
    reference="财预〔2020〕10号 附件1（执行率）；豫财效〔2022〕4号以调整预算数为分母",
    bases=_others("adjusted"),
)
def execution_rate_adjusted(executed: Figure, adjusted: Figure) -> Figure:
    """How much of the year's budget, after adjustment, was spent: the rate of the form."""
    return executed / adjusted


@ratio(
    "预算完成率",
    "executed / budget",
    {"executed": "预算完成数", "budget": "预算数"},
    denominator="budget",
    reference=f"{DEPARTMENT}（预算完成率）",
    bases=_others("budget"),
)
def budget_completion_rate(executed: Figure, budget: Figure) -> Figure:
    """How much of the approved budget of a department was carried out."""
    return executed / budget


@ratio(
    "预算调整率",
    "adjustment / budget",
    {"adjustment": "预算调整数", "budget": "预算数"},
    denominator="budget",
    reference=f"{DEPARTMENT}（预算调整率）",
    bases=_others("budget"),
)
def budget_adjustment_rate(adjustment: Figure, budget: Figure) -> Figure:
    """How far the budget was changed in the year.

    Changes by national policy, by force majeure and by tasks from above are left out of the
    numerator; the figures do not show whether they were.
    """
    return adjustment / budget


@ratio(
    "预算调整率（河南）",
    "(adjusted - budget) / budget",
    {"adjusted": "预算调整数", "budget": "年初预算数"},
    denominator="budget",
    reference="豫财效〔2022〕4号（预算调整率）",
)
def budget_adjustment_rate_henan(adjusted: Figure, budget: Figure) -> Figure:
    """How far the adjusted budget departs from the initial one, by Henan's printed formula.

    The text defines 预算调整数 as the sum of the adjustments, with which its formula makes no
    sense: the first operand must be the budget after adjustment.
    """
    return (adjusted - budget) / budget


@ratio(
    "支付进度率",
    "paid / scheduled",
    {"paid": "实际支付进度", "scheduled": "既定支付进度"},
    denominator="scheduled",
    reference=f"{DEPARTMENT}（支付进度率）",
    of_rates=True,
)
def payment_progress_rate(paid: Figure, scheduled: Figure) -> Figure:
    """How the progress of payment compares with the progress that was set for that day."""
    return paid / scheduled


@ratio(
    "结转结余率",
    "balance / budget",
    {"balance": "结转结余总额", "budget": "支出预算数"},
    denominator="budget",
    reference=f"{DEPARTMENT}（结转结余率）",
    bases=_others("budget"),
)
def carry_over_rate(balance: Figure, budget: Figure) -> Figure:
    """How much of the expenditure budget was left at the end of the year; lower is better."""
    return balance / budget


@ratio(
    "结转结余变动率",
    "(this_year - last_year) / last_year",
    {"this_year": "本年度累计结转结余", "last_year": "上年度累计结转结余"},
    denominator="last_year",
    reference=f"{DEPARTMENT}（结转结余变动率）",
)
def carry_over_change_rate(this_year: Figure, last_year: Figure) -> Figure:
    """How the accumulated balance changed against last year; negative is a reduction."""
    return (this_year - last_year) / last_year


@ratio(
    "公用经费控制率",
    "executed / budget",
    {"executed": "实际支出公用经费", "budget": "预算安排公用经费"},
    denominator="budget",
    reference=f"{DEPARTMENT}（公用经费控制率）",
    bases=_others("budget"),
)
def office_cost_control_rate(executed: Figure, budget: Figure) -> Figure:
    """Running costs spent against those budgeted; over 100 % the control failed."""
    return executed / budget


@ratio(
    "“三公经费”控制率",
    "executed / budget",
    {"executed": "“三公经费”实际支出数", "budget": "“三公经费”预算安排数"},
    denominator="budget",
    reference=f"{DEPARTMENT}（“三公经费”控制率）",
    bases=_others("budget"),
)
def three_public_control_rate(executed: Figure, budget: Figure) -> Figure:
    """Cost of travel abroad, cars and receptions against what was budgeted for them."""
    return executed / budget


@ratio(
    "“三公经费”变动率",
    "(this_year - last_year) / last_year",
    {"this_year": "本年度“三公经费”预算安排数", "last_year": "上年度“三公经费”预算安排数"},
    denominator="last_year",
    reference=f"{DEPARTMENT}（“三公经费”变动率）",
)
def three_public_change_rate(this_year: Figure, last_year: Figure) -> Figure:
    """How the budget for travel abroad, cars and receptions changed; both are budgets."""
    return (this_year - last_year) / last_year


@ratio(
    "政府采购执行率",
    "executed / budget",
    {"executed": "实际政府采购金额", "budget": "政府采购预算数"},
    denominator="budget",
    reference=f"{DEPARTMENT}（政府采购执行率）",
    bases=_others("budget"),
)
def procurement_rate(executed: Figure, budget: Figure) -> Figure:
    """How much of the budget for government procurement was bought."""
    return executed / budget


@ratio(
    "重点支出安排率",
    "key / total",
    {"key": "重点项目支出", "total": "项目总支出"},
    denominator="total",
    reference=f"{DEPARTMENT}（重点支出安排率）",
)
def key_spending_rate(key: Figure, total: Figure) -> Figure:
    """The share of key projects in all project expenditure, as budgeted."""
    return key / total


@ratio(
    "成本节约率",
    "(planned_cost - actual_cost) / planned_cost",
    {"planned_cost": "计划成本", "actual_cost": "实际成本"},
    denominator="planned_cost",
    reference="财预〔2020〕10号 附件2（成本节约率）",
)
def cost_saving_rate(planned_cost: Figure, actual_cost: Figure) -> Figure:
    """How much less the output cost than planned; negative when it cost more."""
    return (planned_cost - actual_cost) / planned_cost
