"""The words staff read for the keys the program uses."""

from typing import Final

from tickets.states import ROLES, STATES

__all__ = ["ROLES", "STATES"]

SOURCES: Final = {
    "web": "网页",
    "telegram": "Telegram",
    "wechat": "微信",
    "hotline": "12338 热线",
    "terminal": "终端",
    "phone": "来电",
    "visit": "来访",
}
OUTCOMES: Final = {
    "answered": "已解答",
    "referred": "已转有权处理部门",
    "accompanied": "已陪同办理",
    "mediated": "已调解",
    "withdrawn": "她不再需要",
    "unreachable": "联系不上",
    "duplicate": "重复",
    "other": "其他",
}
RATINGS: Final = {"good": "满意", "fair": "一般", "bad": "不满意"}
DELIVERY: Final = {
    "queued": "排队",
    "leased": "正在送",
    "waiting": "待取",
    "fetched": "已取",
    "sent": "已送出",
    "failed": "未送达",
}
CALL: Final = "需回电"  # a reply did not reach her
UNDELIVERED: Final = {
    "window": "超过微信允许回复的时间",
    "budget": "微信允许的条数已用完",
    "left": "她已取消关注",
    "gone": "她已不在这个渠道",
    "blocked": "她屏蔽了机器人",
    "permission": "公众号没有权限",
}
LEVELS: Final = {"none": "无危险", "watch": "留意", "urgent": "紧急", "immediate": "危急"}
PRIORITIES: Final = {"urgent": "紧急", "green": "绿色通道", "normal": "普通"}
FACTS: Final = {
    "what": "说的事",
    "told": "她的话",
    "where": "在哪里",
    "place": "在哪里",
    "when": "什么时候",
    "name": "称呼",
    "contact": "联系方式",
    "phone": "联系电话",
    "card": "她发的名片",
    "safe": "怎样联系才安全",
    "elsewhere": "外地",
    "whom": "替谁问",
    "asked_erase": "要求删除记录",
    "said_fine": "说过没事了",
}
SEALED_FACTS: Final = frozenset({"contact", "phone", "name", "card"})  # shown only after a reason
KINDS: Final = {
    "voice": "［语音］",
    "image": "［图片］",
    "video": "［视频］",
    "file": "［文件］",
    "location": "［位置］",
    "contact": "［名片］",
    "large": "［太大，没有收下的文件］",
    "sticker": "［表情］",
}
STEPS: Final = {
    "first": "呼叫第一值班人",
    "next": "没人接，呼叫下一位",
    "all": "没人接，呼叫全部值班人和负责人",
    "nobody": "没有人接，已如实告诉她",
    "again": "再次呼叫全部",
}
FOLLOWED: Final = {
    "helped": "有帮助",
    "unsolved": "没解决",
    "wrong": "不是这个意思",
    "person": "找了人",
    "left": "走了",
}


def brief(zh: str) -> str:
    """The first name of a topic: 家庭暴力(打·骂…)·告诫书 is 家庭暴力."""
    return zh.split("·", maxsplit=1)[0].split("(", maxsplit=1)[0].split("（", maxsplit=1)[0]


def masked(text: str) -> str:
    """Enough to recognise, too little to use."""
    return f"{text[:2]}****{text[-2:]}" if len(text) >= 8 else "****"
