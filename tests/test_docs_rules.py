"""docs/rules: every kind has its page, and what can be generated is current.

Generated parts stand between `<!-- generated: … -->` and `<!-- end -->`; `python
tests/test_docs_rules.py` writes them anew from params/rules, tests/scoring and the docstrings.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cases import ROOT, Maker, budget, indicators
from test_scoring import FOLDER, NAMES, UNITS, chain_of, indicator, rules_of

from evalbook.rules import settings_of
from evalbook.rulesets import RuleSpec, RuleValue
from evalbook.score import score, score_row
from evalbook.scoring import KINDS
from evalbook.yamlfile import read_yaml

PAGES = ROOT / "docs" / "rules"
PARTS = ("Method", "Worked example", "Why", "Exclusions", "Source", "Where")
DOCUMENTED = sorted(page.stem for page in PAGES.glob("*.md"))
_GENERATED = re.compile(r"(<!-- generated: (.*?) -->\n).*?(?=<!-- end -->)", re.S)


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def current(name: str, maker: Maker) -> str:
    """The page with its generated parts made anew."""
    return _GENERATED.sub(lambda found: found[1] + generated(found[2], maker), page(name))


def generated(what: str, maker: Maker) -> str:
    kind, _, rest = what.partition(" ")
    match kind:
        case "sets":
            rows = _sets()
            head = ("rule set", "title", "base", "own rules", "own settings")
        case "kinds":
            rows = [(f"[{k}]({k}.md)", page(k).split("\n")[2]) for k in KINDS]
            head = ("kind", "what it does")
        case "rules":
            rows = _rules()
            head = ("rule set", "`rule`", "名称", "kind", "怎样计分")
        case "settings":
            rows = _settings()
            head = ("setting", "what", "unit", "by rule set, from its date")
        case "uses":
            rows = _uses(rest)
            head = ("rule set", "rule", "settings", "source")
        case "examples":
            rows = [_example(each.strip(), maker) for each in rest.split("|")]
            head = ("example", "rule set", "分值", "printed", "得分")
        case _:
            raise AssertionError(f"nobody generates “{what}”")
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _sets() -> Iterator[tuple[str, ...]]:
    for name in NAMES:
        own = chain_of(name)[0]
        settings = [f"`{key}`" for key, value in own if isinstance(value, RuleValue)]
        rules = [f"`{rule}`" for rule in own.rules]
        yield (
            f"`{name}`", own.title, f"`{own.base}`" if own.base else "—",
            " ".join(rules) or "—", " ".join(settings) or "—",
        )  # fmt: skip


def _rules() -> Iterator[tuple[str, ...]]:
    for name in NAMES:
        for rule, spec in chain_of(name)[0].rules.items():
            unverified = "（未核对原文）" * spec.unverified
            yield f"`{name}`", f"`{rule}`", spec.name, spec.kind, spec.description + unverified


def _settings() -> Iterator[tuple[str, ...]]:
    for key in [key for key in settings_of(chain_of(NAMES[0])) if "." not in key]:
        stated = []
        unit = description = ""
        for name in NAMES:
            setting = getattr(chain_of(name)[0], key)
            if setting is not None:
                stated.append(f"`{name}` {_values(setting)}（{setting.reference}）")
                if chain_of(name)[0].base is None:
                    unit, description = setting.unit, setting.description
        yield f"`{key}`", description, unit, "<br>".join(stated)


def _uses(kind: str) -> Iterator[tuple[str, ...]]:
    for name in NAMES:
        for rule, spec in chain_of(name)[0].rules.items():
            if spec.kind == kind:
                source = spec.reference + "（未核对原文）" * spec.unverified
                yield f"`{name}`", f"`{rule}`", "<br>".join(_stated(spec)) or "—", source


def _stated(spec: RuleSpec) -> Iterator[str]:
    fixed = {
        "completion": spec.completion,
        "unit": spec.unit,
        "counts": " ".join(spec.counts),
    }
    if spec.kind == "steps":
        fixed["of"] = spec.of
    yield from (f"`{key}` {value}" for key, value in fixed.items() if value)
    for key, setting in spec:
        if isinstance(setting, RuleValue):
            yield f"`{key}` {_values(setting)}" + "（未核对原文）" * setting.unverified


def _values(setting: RuleValue[Any]) -> str:
    return "；".join(f"{_shown(each.value)} from {each.since}" for each in setting.values)


def _shown(value: Any) -> str:
    """A value of a setting as it stands in the YAML."""
    if value is None:
        return "ended"
    if isinstance(value, tuple):
        return " · ".join(_shown(each) for each in value)
    if hasattr(value, "model_dump"):
        content = value.model_dump(by_alias=True, exclude_none=True)
        return " ".join(f"{key} {each}" for key, each in content.items())
    return str(value)


@cache
def _sentences(stem: str) -> dict[str, dict[str, Any]]:
    path = FOLDER / f"{stem}.yaml"
    return {each["name"]: each for each in read_yaml(path, path.name).content}


def _example(named: str, maker: Maker) -> tuple[str, ...]:
    """`threshold: 七成完成，得四分之一的分` as a row, scored anew."""
    stem, _, name = named.partition(": ")
    sentence = _sentences(stem)[name]
    if "budget" in sentence:
        full, printed, scored = "10", sentence["budget"], _of_budget(sentence, maker)
    else:
        rules = rules_of(sentence["rules"], sentence.get("settings"))
        printed = dict(sentence["indicator"])
        full = printed.pop("full_marks")
        scored = score_row(indicator(**sentence["indicator"]), rules, UNITS)
    stated = "；".join(f"{key} {value}" for key, value in printed.items())
    marks = scored.explanation or "not computed"
    band = "" if scored.least is None else f"；least {scored.least}"
    return name, f"`{sentence['rules']}`", full, stated, f"{marks}{band}"


def _of_budget(sentence: dict[str, Any], maker: Maker) -> Any:
    printed = sentence["budget"]
    case = maker.load(
        budget(f"id | {' | '.join(printed)}", f"line | {' | '.join(printed.values())}"),
        indicators(
            "id | full_marks | rule | evidence", f"a | 10 | {sentence['rule']} | budget.line"
        ),
        params={"rules": sentence["rules"]},
    )
    return score(case)["indicators.a.score"]


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_page_is_current(name, maker):
    assert current(name, maker) == page(name), "run python tests/test_docs_rules.py"


def test_every_kind_has_a_page_and_every_page_a_kind():
    assert sorted({*KINDS, "README", "completion"}) == DOCUMENTED


@pytest.mark.parametrize("name", [name for name in DOCUMENTED if name != "README"])
def test_a_page_has_all_its_parts(name):
    text = page(name)
    assert [part for part in PARTS if f"**{part}.**" not in text] == []
    assert re.match(rf"# {name} · \S+\n\n[A-Z].*\.\n\n", text)
    assert name == "completion" or "**In the rule sets.**" in text


@pytest.mark.parametrize("name", DOCUMENTED)
def test_links_and_paths_lead_somewhere(name):
    links = re.findall(r"\]\(([^)#]+)\)", page(name))
    assert [link for link in links if not (PAGES / link).exists()] == []
    paths = re.findall(r"\b(?:lib|params|tests)/[\w./-]+\.(?:py|yaml)", page(name))
    known = [path for path in paths if "CASE" not in path]
    assert [path for path in known if not (ROOT / path).exists()] == []


def test_functions_that_the_pages_name_exist():
    code = "".join(path.read_text("utf-8") for path in (ROOT / "lib/evalbook").rglob("*.py"))
    for name in DOCUMENTED:
        where = page(name).partition("**Where.**")[2].partition("**In the rule sets.**")[0]
        names = re.findall(r"\(`(\w+)`\)", where)
        assert [each for each in names if not re.search(rf"def {each}\b", code)] == [], name


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        pages = {name: current(name, Maker(Path(place, name))) for name in DOCUMENTED}
    for name, text in pages.items():
        (PAGES / f"{name}.md").write_text(text, encoding="utf-8", newline="\n")
