"""The fields of the article form, with the words that say what belongs in them."""

from collections.abc import Callable
from typing import Any, Final

from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement

from knowledge.lint import HELPERS
from web.auth.permissions import Declared, on
from web.parts.controls import polite

ONE_A_LINE = "一行一个"
LINES: Final = (  # field, label, hint
    ("title", "标题", "最多40个字"),
    ("id", "编号", "小写字母、数字和连字符，如 rights-dv-police；以后不能改"),
)
TEXTS: Final = (  # field, label, hint, rows
    ("variants", "她会怎么问", f"{ONE_A_LINE}，至少6种，用她自己的话", 6),
    ("answer", "短答", "第一句就要回答，最多200个字；数字可以写成 {{ 参数名 }}", 3),
    ("steps", "步骤", f"{ONE_A_LINE}，2到3步，每步最多30个字；第一步是今天先做什么", 3),
    ("prepare", "要准备什么", f"{ONE_A_LINE}，每项最多24个字；不用准备就空着", 2),
    ("body", "详细", "每行以“- ”开头；最多600个字", 6),
    ("sources", "依据", f"{ONE_A_LINE}：名称 | 条 | 日期 | 事实行", 2),
    ("intents", "意图", f"{ONE_A_LINE}，如 rights_dv", 1),
    ("related", "相关文章", f"{ONE_A_LINE}，写编号", 2),
)
DATES: Final = (
    ("valid_from", "从哪天起", "2026-01-01；写将来的日期就是排期"),
    ("valid_to", "到哪天止", "空着就是一直有效"),
    ("review_by", "复核期限", "过了这天，回答时会提醒她"),
)
STATUSES: Final = {"verified": "已核实", "to_be_completed": "待妇联补充（时间地点）", "draft": "草稿（不回答）"}
REGIONS: Final = {"national": "全国", "jiangsu": "江苏", "suzhou": "苏州"}


class Fields:
    """Inputs by the name of their field; `changed` runs a moment after somebody stops typing."""

    def __init__(self, values: dict[str, str], *, new: bool, may_edit: bool, changed: Callable[[], Any]) -> None:
        self._inputs: dict[str, ValueElement[Any]] = {}
        declared = on("article.edit", polite(changed))
        with ui.element("div").classes("form"):
            for name, label, hint in LINES:
                self._inputs[name] = _input(label, hint, values[name], declared)
                if name == "id" and not new:
                    self._inputs[name].props("readonly")
            for name, label, hint, rows in TEXTS:
                self._inputs[name] = _area(label, hint, rows, values[name], declared)
            for name, label, options in (
                ("helper", "谁来帮", {one: one for one in HELPERS}),
                ("status", "状态", STATUSES),
                ("region", "适用地方", REGIONS),
            ):
                self._inputs[name] = _choice(label, options, values[name], declared)
            for name, label, hint in DATES:
                self._inputs[name] = _input(label, hint, values[name], declared)
        if not may_edit:
            for one in self._inputs.values():
                one.props("readonly")

    def values(self) -> dict[str, str]:
        return {name: str(one.value or "") for name, one in self._inputs.items()}


def _input(label: str, hint: str, value: str, changed: Declared) -> ValueElement[Any]:
    made = ui.input(label, value=value, on_change=changed).classes("field")
    made.props("outlined dense debounce=400 maxlength=200")
    made.props["hint"] = hint
    return made


def _area(label: str, hint: str, rows: int, value: str, changed: Declared) -> ValueElement[Any]:
    made = ui.textarea(label, value=value, on_change=changed).classes("field wide")
    made.props("outlined dense autogrow debounce=400 maxlength=4000")
    made.props["input-style"] = f"min-height:{rows * 24}px"
    made.props["hint"] = hint
    return made


def _choice(label: str, options: dict[str, str], value: str, changed: Declared) -> ValueElement[Any]:
    known = value if value in options else None
    return (
        ui.select(options, label=label, value=known, on_change=changed)
        .props("outlined dense options-dense behavior=menu")
        .classes("field")
    )
