"""The kinds of audit entry, their verdicts and severities, and what each is called."""

KINDS: dict[str, str] = {
    "unit": "计量单位",
    "sum": "合计",
    "balance": "差额",
    "rate": "比率",
    "rate-base": "比率的基数",
    "share": "占比",
    "change": "增减量",
    "growth": "增减幅度",
    "product": "单价与数量",
    "months": "可支配月数",
    "roll-forward": "滚存结余",
    "rule-scope": "规定的适用范围",
    "bounds": "上下限",
    "full-marks": "分值",
    "execution-score": "执行率得分",
    "proportion": "按比例得分",
    "rule-score": "按规则得分",
    "grade": "等级",
    "overshoot": "超额完成",
    "missing-reason": "原因说明",
    "budget-line": "支出与预算",
    "low-execution-high-score": "低执行高得分",
    "unfilled": "未填写的模板",
    "heading-gap": "标题序号",
    "missing-attachment": "附件",
    "disagreement": "前后一致",
    "impossible-date": "日期",
    "sample-rate": "抽查合格率",
    "paid-over-billed": "支付与费用",
    "order-claim": "高低排序",
    "orphan-finding": "问题有无建议",
    "orphan-recommendation": "建议有无问题",
}

# Known, and free to be declared in checks.yaml; nothing built in asks them yet.
DECLARED: dict[str, str] = {
    "base-change": "口径变化",
    "per-head": "人均",
    "score-order": "得分高低",
    "met-but-deducted": "达标而扣分",
    "no-evidence": "佐证",
    "indicator-kind": "指标类别",
    "duplicate-text": "文字重复",
    "deadline": "时限",
    "duplicate-voucher": "凭证重复",
}

VERDICTS: dict[str, str] = {
    "inconsistent": "不一致",
    "rounding": "取整",
    "unverifiable": "无法复核",
    "consistent": "相符",
}
SEVERITIES: dict[str | None, str] = {"error": "错误", "warning": "注意", "note": "提示", None: ""}


def kind_name(kind: str) -> str:
    """A kind of audit entry in Chinese."""
    return (KINDS | DECLARED)[kind]
