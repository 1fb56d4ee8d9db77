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
    "erased": "按她的要求删除记录",
    "revealed": "查看了联系方式",
    "alarm": "发出告警",
    "alarm_taken": "接手告警",
    "message": "她有新消息",
    "call_dismissed": "接电话时判断没有危险",
    "callback": "安排回拨",
    "callback_reached": "回拨打通了",
    "callback_not_reached": "回拨没人接",
    "callback_wrong_person": "回拨接的不是本人，号码不再用",
    "callback_ended": "不再回拨",
    "callback_unwanted": "她说不要打电话：有危险，请判断后再定",
    "booking_booked": "约了接待",
    "booking_moved": "改了接待时间",
    "booking_cancelled": "取消了接待",
    "booking_reminded": "提醒了接待",
    "booking_attended": "接待时来了",
    "booking_missed": "接待时没来",
    "rated_why": "说了哪里没办好",
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


def _corrected(desk: Desk, data: Mapping[str, Any], _names: Mapping[int, str]) -> str:
    named = f"她更正了地点：{unit_name(desk, str(data.get('from')))} → {unit_name(desk, str(data.get('to')))}"
    return named if data.get("moved") else f"{named}，已有人经办，请决定是否转办"


def _undelivered(_desk: Desk, data: Mapping[str, Any], _names: Mapping[int, str]) -> str:
    return f"{_lost(data)}：请打电话联系她"


def _unwanted(_desk: Desk, data: Mapping[str, Any], _names: Mapping[int, str]) -> str:
    return f"{_lost(data)}：她说过不要打电话，等她写来时再回"


def _lost(data: Mapping[str, Any]) -> str:
    return f"回复没有送到（{words.UNDELIVERED.get(str(data.get('reason')), '渠道不通')}）"


def _rated(_desk: Desk, data: Mapping[str, Any], _names: Mapping[int, str]) -> str:
    return f"评价：{words.RATINGS.get(str(data.get('value')), '')}"


def _kept_from(desk: Desk, data: Mapping[str, Any], names: Mapping[int, str]) -> str:
    units = [unit_name(desk, str(unit)) for unit in data.get("units", ())]
    people = [names.get(int(seat), "") for seat in data.get("seats", ())]
    return f"投诉涉及，自动回避：{'、'.join((*units, *people))}"


_MAKERS = {
    "rated": _rated,
    "kept_from": _kept_from,
    "callback_needed": _undelivered,
    "undelivered": _unwanted,
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
    "corrected": _corrected,
}
