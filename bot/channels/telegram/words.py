"""The few words the channel itself says to her: none of them answers anything."""

PRIVATE_ONLY = "为了保护您的隐私，我只在私聊里回复。请点我的头像，单独发消息给我。"
OLD_BUTTON = "这个按钮已经失效，请直接打字告诉我。"
SEND_AGAIN = "刚才有一条消息我没能收下，麻烦您再发一次。如果有危险，请直接打110。"

GROUP_ID = "本群编号：{id}"

# What a command means in her words: handlers know no commands.
COMMANDS = {
    "start": "你好",
    "help": "菜单",
    "human": "找人",
    "status": "查进度",
    "replies": "看回复",
    "book": "预约",
    "leave": "先不说了",
}
SETUP = "id"  # the one command a group may give

# The menu behind Telegram's / button.
MENU = (
    ("help", "菜单：能帮您什么"),
    ("human", "找人：请工作人员回复"),
    ("status", "查进度"),
    ("replies", "看回复"),
    ("book", "预约接待或谈心"),
    ("leave", "先不说了"),
)
