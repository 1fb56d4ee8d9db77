"""The report of `halfsky model evaluate` as one HTML page that loads nothing from anywhere."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from nlu.evaluate import Parser
from nlu.gates import DANGER, Gate, Safety, judged, safety
from nlu.measure import WANTED, Answered, Measured, measure
from nlu.pictures import calibration_plot, confusion, coverage_plot
from nlu.taxonomy import group_of, taxonomy

WORST = 40
STYLE = """
body { font: 15px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; color: #222; max-width: 70rem;
  margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.4rem; } table { border-collapse: collapse; } .scroll { overflow-x: auto; }
td, th { padding: .2rem .7rem; border-bottom: 1px solid #ddd; text-align: left; } td.n { text-align: right;
  font-variant-numeric: tabular-nums; } .no { color: #a33; font-weight: 600; } .yes { color: #2a6f6f; }
"""


@dataclass(frozen=True)
class Evaluated:
    now: Measured
    live: Measured | None
    danger: Safety | None
    gates: tuple[Gate, ...]

    def page(self, *, messages: bool) -> str:
        """`messages`: whether the sentences themselves may stand in it (only those of the project's own set)."""
        return _page(self.now, self.live, self.danger, self.gates, messages=messages)

    def summary(self) -> str:
        """The figures as text, without any sentence."""
        first = (
            f"模型 {self.now.model}，{len(self.now.answers)} 句，决定正确 {self.now.accuracy:.4f}，"
            f"大类 95% 正确时能答 {self.now.coverage:.3f}"
        )
        gates = (f"{'通过' if one.passed else '没过'}  {one.name} {one.reached}（{one.wanted}）" for one in self.gates)
        return "\n".join([first, *gates])


def evaluate_beside(interpreter: Parser, file: Path, live: Parser | None) -> Evaluated:
    now, before = measure(interpreter, file), measure(live, file) if live is not None else None
    danger = safety(interpreter) if all(path.is_file() for path in DANGER) else None
    return Evaluated(now, before, danger, tuple(judged(now, danger, before)))


def _page(now: Measured, live: Measured | None, danger: Safety | None, gates: Sequence[Gate], *, messages: bool) -> str:
    passed = all(gate.passed for gate in gates)
    verdict = "全部门槛通过" if passed else "有门槛没有通过，不能发布"
    against = f"，对照现用模型 {escape(live.model)}" if live is not None else ""
    parts = [
        f"<h1>模型 {escape(now.model)} 的测评</h1>",
        f"<p>{len(now.answers)} 句{against}。<strong class='{'yes' if passed else 'no'}'>{verdict}</strong></p>",
        _section("门槛", _gates(gates)),
        _section("总体", _summary(now, live)),
        _section("危险", _danger(danger)) if danger is not None else "",
        _section("大类混淆", confusion(*_groups(now.answers))),
        _section("校准：把握与答对", calibration_plot(now.bins)),
        _section("覆盖：只答有把握的", coverage_plot(now.curve, WANTED)),
        _section("各意图", _intents(now, live)),
        _section("意图混淆（鼠标停在格子上看名字）", confusion(*_confused(now.answers))),
        _section("各种写法", _styles(now)),
        _section("最有把握的错误", _worst(now.worst(WORST))) if messages else "",
    ]
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>模型测评</title>'
        f"<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2><div class='scroll'>{content}</div></section>"


def _gates(gates: Sequence[Gate]) -> str:
    rows = (
        (gate.name, gate.reached, gate.wanted, "通过" if gate.passed else "没有通过")
        for gate in sorted(gates, key=lambda gate: gate.passed)
    )
    return _table(("门槛", "达到", "要求", ""), rows)


def _summary(now: Measured, live: Measured | None) -> str:
    names = {
        "macro_f1": "意图宏平均 F1",
        "accuracy": "决定正确（同类意图不分）",
        "group_macro_f1": "大类宏平均 F1",
        "ece": "校准误差 ECE",
        "coverage": "大类 95% 正确时能答的比例",
    }
    rows = (
        (zh, f"{getattr(now, name):.3f}", f"{getattr(live, name):.3f}" if live is not None else "")
        for name, zh in names.items()
    )
    return _table(("", "这个模型", "现用模型"), rows)


def _danger(danger: Safety) -> str:
    missed = "、".join(f"{taxonomy().danger[kind].zh} {count}" for kind, count in danger.missed.items()) or "无"
    dangers, hard, ordinary = danger.counts
    rows = (
        (f"危险 {dangers} 句：察觉", f"{danger.recall:.3f}"),
        (f"会报警的当中真危险（另有 {hard} 句像危险的）", f"{danger.precision:.3f}"),
        (f"普通消息 {ordinary} 句：被多问一句", f"{danger.questions:.3f}"),
        ("漏掉的", missed),
    )
    return _table(("", ""), rows)


def _intents(now: Measured, live: Measured | None) -> str:
    book = taxonomy().intents
    rows = []
    for name, each in sorted(now.intents.items(), key=lambda pair: pair[1].f1):
        before = live.intents.get(name) if live is not None else None
        change = f"{each.recall - before.recall:+.3f}" if before is not None else ""
        figures = (f"{each.precision:.3f}", f"{each.recall:.3f}", f"{each.f1:.3f}", str(each.count), change)
        rows.append((name, book[name].zh if name in book else "", *figures))
    return _table(("意图", "", "精确率", "召回", "F1", "句数", "召回变化"), rows)


def _styles(now: Measured) -> str:
    rows = ((style, f"{right:.3f}", str(count)) for style, (right, count) in now.styles().items())
    return _table(("写法", "正确", "句数"), rows)


def _worst(answers: Sequence[Answered]) -> str:
    rows = ((one.text, one.gold, one.said, f"{one.chance:.2f}") for one in answers)
    return _table(("句子", "应是", "答成", "把握"), rows)


def _groups(answers: Sequence[Answered]) -> tuple[dict[tuple[str, str], int], list[str], dict[str, str]]:
    counts = Counter((group_of(one.gold), group_of(one.said)) for one in answers)
    names = sorted({name for pair in counts for name in pair})
    return dict(counts), names, {**taxonomy().groups, "command": "命令"}


def _confused(answers: Sequence[Answered]) -> tuple[dict[tuple[str, str], int], list[str], dict[str, str]]:
    counts = Counter((one.gold, one.said) for one in answers)
    present = {name for pair in counts for name in pair}
    order = list(taxonomy().intents)
    return dict(counts), sorted(present, key=lambda name: (order.index(name) if name in order else -1, name)), {}


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Figures stand to the right; what did not pass is marked."""
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(_field(value) for value in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _field(value: str) -> str:
    kind = "n" if value[:1].isdigit() or value[:1] in "+-" else "no" if value == "没有通过" else ""
    return f"<td class='{kind}'>{escape(value)}</td>" if kind else f"<td>{escape(value)}</td>"
