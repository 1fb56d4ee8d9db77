"""Each event of a ticket as one line staff can read."""

from collections.abc import Mapping
from typing import Any

from store.rows import TicketEvent
from web import words
from web.desk import Desk
from web.workbench.rows import topic_name, unit_name

PLAIN = {
    "taken": "签收",
    "replied": "回复了她",
    "called": "电话或当面答复了她",
    "asked_her": "请她补充，时钟暂停",
    "started": "开始办理",
    "resumed": "继续办理",
    "answered": "反馈",
    "note": "备注",
    "returned": "退单",
    "reopened": "重办",
    "followed_up": "回访",
    "held": "由本人与她对话，机器人静默",
    "released": "交还机器人",
    "revealed": "查看了联系方式",
    "alarm": "发出告警",
    "alarm_taken": "接手告警",
    "message": "她有新消息",
}


def event_words(desk: Desk, event: TicketEvent, names: Mapping[int, str]) -> str:
    made = _MAKERS.get(event.kind)
    if made is not None:
        return made(desk, event.data, names)
    if event.kind in PLAIN:
        return PLAIN[event.kind]
    state = words.STATES.get(event.to_state or "", "")
    return f"转为“{state}”" if state else event.kind


def actor_words(event: TicketEvent, names: Mapping[int, str]) -> str:
    fixed = {"bot": "机器人", "her": "来访者", "clock": "系统"}
    return fixed.get(event.actor) or names.get(event.seat_id or 0, "工作人员")


def _place(desk: Desk, unit: Any, dept: Any) -> str:
    name = unit_name(desk, str(unit))
    return f"{name}{desk.org.depts.get(str(dept), '')}" if dept else name


def _opened(desk: Desk, data: Mapping[str, Any], _names: Mapping[int, str]) -> str:
    copied = "、".join(unit_name(desk, unit) for unit in data.get("cc", ()))
    told = f"，抄送{copied}" if copied else ""
    return f"建单：{topic_name(desk, str(data.get('topic')))}，{unit_name(desk, str(data.get('unit')))}{told}"


def _transferred(desk: Desk, data: Mapping[str, Any], _names: Mapping[int, str]) -> str:
    before = _place(desk, data.get("from"), data.get("from_dept"))
    return f"转办：{before} → {_place(desk, data.get('to'), data.get('to_dept'))}"


def _topic(desk: Desk, data: Mapping[str, Any], _names: Mapping[int, str]) -> str:
    return f"改事项：{topic_name(desk, str(data.get('from')))} → {topic_name(desk, str(data.get('to')))}"


def _danger(desk: Desk, data: Mapping[str, Any], _names: Mapping[int, str]) -> str:
    kind = desk.taxonomy.danger.get(str(data.get("danger")))
    level = words.LEVELS.get(str(data.get("level") or "none"), "")
    before = words.LEVELS.get(str(data.get("from_level") or ""), "")
    name = f"（{words.brief(kind.zh)}）" if kind else ""
    return f"危险判断：{before + ' → ' if before else ''}{level}{name}"


def _misread(desk: Desk, data: Mapping[str, Any], _names: Mapping[int, str]) -> str:
    should = data.get("should")
    return f"指出机器人理解错了{'，应为' + topic_name(desk, str(should)) if should else ''}"


def _step(_desk: Desk, data: Mapping[str, Any], names: Mapping[int, str]) -> str:
    rung = "、".join(names.get(int(seat), "") for seat in data.get("seats", ()))
    return f"{words.STEPS.get(str(data.get('step')), '告警')}{'：' + rung if rung else ''}"


def _closed(desk: Desk, data: Mapping[str, Any], _names: Mapping[int, str]) -> str:
    outcome = words.OUTCOMES.get(str(data.get("outcome")), "")
    return f"办结：{outcome}，事项确认为{topic_name(desk, str(data.get('topic')))}"


def _hidden(_desk: Desk, data: Mapping[str, Any], names: Mapping[int, str]) -> str:
    return f"回避：{'、'.join(names.get(int(seat), '') for seat in data.get('seats', ()))}"


def _undone(_desk: Desk, _data: Mapping[str, Any], _names: Mapping[int, str]) -> str:
    return "撤销了转办"


def _routed(desk: Desk, data: Mapping[str, Any], _names: Mapping[int, str]) -> str:
    return f"改派：{unit_name(desk, str(data.get('from')))} → {unit_name(desk, str(data.get('to')))}"


_MAKERS = {
    "opened": _opened,
    "transferred": _transferred,
    "topic": _topic,
    "danger": _danger,
    "misread": _misread,
    "alarm_step": _step,
    "closed": _closed,
    "hidden_from": _hidden,
    "undone": _undone,
    "routed": _routed,
}
