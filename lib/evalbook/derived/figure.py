"""What a derived figure 推算数 is, and the ways to derive one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

OWN = "本模板约定"
FORM = "财预〔2020〕10号 附件1"
IN_PLACE = "实际到位资金 ÷ 应到位资金（没有印出的用预算数、计划数）"


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to derive a figure: what it is called, its formula in words, who gives it."""

    title: str
    formula: str
    reference: str
    counts: bool = False


KINDS: Mapping[str, Kind] = {
    "growth": Kind("增长", "（本期 − 上期） ÷ 上期", OWN),
    "rate": Kind("资金到位率", IN_PLACE, "财预〔2020〕10号 附件2"),
    "base": Kind("调整后预算数", "预算数 ＋ 追加数", FORM),
    "apart": Kind("多留的小数", "按原公式计算，多留小数以与界线（到位率为足额）区分", OWN),
    "converted": Kind("换算", "换算为本表的金额单位", OWN),
    "lost": Kind("失分", "分值 − 得分", OWN),
    "below": Kind("下级得分之和", "下级指标之和", "财预〔2020〕10号 第十六条"),
    "band": Kind("可评定的范围", "分值 × 规则给出的上下限", "评分规则"),
    "low": Kind("置信区间下限", "满意度在规则集所定置信水平下的置信区间（Wilson 法）", OWN),
    "high": Kind("置信区间上限", "满意度在规则集所定置信水平下的置信区间（Wilson 法）", OWN),
    "delay": Kind("迟延天数", "日期 − 应办日期", OWN),
    "rolled": Kind("按当年收支复算", "期初加收入减支出；可支配月数再除以月均支出", OWN),
    "count": Kind("项数", "逐项计数", OWN, counts=True),
    "full": Kind("总分值", "公布的总分值，没有公布的为一级指标分值之和", OWN),
    "score": Kind("一级得分之和", "一级指标得分之和", OWN),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived figure: its exact value as text, its unit, how it came about, from which cells."""

    value: str
    unit: str
    expression: str
    inputs: tuple[str, ...]


Found = Iterator[tuple[str, Derived]]


def kind_of(address: str) -> Kind:
    """The way a derived figure was made, by its address."""
    names = address.split(".")
    start = names[2] if names[0] == "parts" and len(names) > 2 else names[0]
    return KINDS[start if start == "count" else names[-1]]
