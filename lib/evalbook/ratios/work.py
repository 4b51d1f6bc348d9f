"""Ratios of work: delivered, in time, good enough; and of staff and assets."""

from evalbook.figures import Figure
from evalbook.ratios.registry import ratio

PROJECT = "财预〔2020〕10号 附件2"
OLD_PROJECT = "财预〔2013〕53号 附件1"
DEPARTMENT = "财预〔2013〕53号 附件2"


@ratio(
    "实际完成率",
    "completed / planned",
    {"completed": "实际产出数", "planned": "计划产出数"},
    denominator="planned",
    reference=f"{PROJECT}（实际完成率）；财预〔2013〕53号 附件2按工作数计算",
)
def completion_rate(completed: Figure, planned: Figure) -> Figure:
    """How much of the planned output, or of a department's planned work, was done."""
    return completed / planned


@ratio(
    "质量达标率（2020年框架）",
    "qualified / completed",
    {"qualified": "质量达标产出数", "completed": "实际产出数"},
    denominator="completed",
    reference=f"{PROJECT}（质量达标率）",
)
def quality_rate_2020(qualified: Figure, completed: Figure) -> Figure:
    """How much of the actual output met its standard: the part not done does not count."""
    return qualified / completed


@ratio(
    "质量达标率（2013年框架）",
    "qualified / planned",
    {"qualified": "质量达标实际工作数", "planned": "计划工作数"},
    denominator="planned",
    reference=f"{DEPARTMENT}（质量达标率）",
)
def quality_rate_2013(qualified: Figure, planned: Figure) -> Figure:
    """How much of the planned work was done and met its standard: what is not done counts."""
    return qualified / planned


@ratio(
    "完成及时率（部门）",
    "timely / planned",
    {"timely": "及时完成实际工作数", "planned": "计划工作数"},
    denominator="planned",
    reference=f"{DEPARTMENT}（完成及时率）",
)
def timely_completion_rate(timely: Figure, planned: Figure) -> Figure:
    """How much of a department's planned work was done in time."""
    return timely / planned


@ratio(
    "完成及时率（项目，2013年框架）",
    "(planned_time - actual_time) / planned_time",
    {"planned_time": "计划完成时间", "actual_time": "实际完成时间"},
    denominator="planned_time",
    reference=f"{OLD_PROJECT}（完成及时率）",
)
def timeliness_2013(planned_time: Figure, actual_time: Figure) -> Figure:
    """How much less time a project took than planned: 0 in time, negative when late.

    The 2020 text keeps the comparison of the two times and drops the formula.
    """
    return (planned_time - actual_time) / planned_time


@ratio(
    "重点工作办结率",
    "completed / assigned",
    {"completed": "重点工作实际完成数", "assigned": "交办或下达数"},
    denominator="assigned",
    reference=f"{DEPARTMENT}（重点工作办结率）",
)
def key_work_rate(completed: Figure, assigned: Figure) -> Figure:
    """How much of the key work assigned from above was finished."""
    return completed / assigned


@ratio(
    "在职人员控制率",
    "staff / posts",
    {"staff": "在职人员数", "posts": "编制数"},
    denominator="posts",
    reference=f"{DEPARTMENT}（在职人员控制率，决算口径）",
)
def staff_control_rate(staff: Figure, posts: Figure) -> Figure:
    """Staff against the posts approved; over 100 % there are more people than posts."""
    return staff / posts


@ratio(
    "固定资产利用率",
    "in_use / assets",
    {"in_use": "在用固定资产", "assets": "全部固定资产"},
    denominator="assets",
    reference=f"{DEPARTMENT}（固定资产利用率）",
)
def asset_use_rate(in_use: Figure, assets: Figure) -> Figure:
    """How much of the fixed assets is in use."""
    return in_use / assets
