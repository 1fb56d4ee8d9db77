"""The words of the telephone desk."""

from typing import Final

OUTCOMES: Final = {
    "answered": "已答复",
    "ticket": "已开单",
    "callback": "约回拨",
    "police": "转110",
    "referred": "转其他部门",
    "hung_up": "挂断",
    "wrong": "打错",
    "silent": "沉默来电",
}
ENDED: Final = {**OUTCOMES, "unreached": "没有联系上"}
WHO: Final = {"self": "对她本人", "helper": "替别人打来的", "minor": "未成年人"}
UNCONNECTED: Final = (
    "电话交换机没有接入本系统：未接的号码要由人登记，或者从话机、交换机的通话记录里复制后粘贴。"
    "铃响、接通、转接仍在电话机上操作。"
)
SAME: Final = "同号，未必同一人。不要告诉对方以前有人打来过、说过什么。"
