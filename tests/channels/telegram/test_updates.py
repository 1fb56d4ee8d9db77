"""Recorded updates in, readings out: what she said, what the channel itself must do, what is left alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram.updates import Reader, Reading, Unreadable
from bot.message import KINDS, Attachment, Inbound

PAYLOADS = Path(__file__).parents[2] / "payloads" / "telegram"
HER = "5550001"
NOW = 1_795_400_000_000_000
DATE = 1_795_399_200_000_000
READER = Reader("telegram:712345678", lambda value: f"<{value}>")


def load(name: str) -> dict[str, Any]:
    return dict(json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8")))


def said(name: str) -> Inbound:
    inbound = READER.read(load(name), NOW).inbound
    assert inbound is not None
    return inbound


TEXTS = {
    "text": "怀孕了公司要辞退我怎么办",
    "start": "你好",
    "start_link": "你好",
    "help": "菜单",
    "human_with_words": "找人，他又动手了",
    "status": "查进度",
    "leave": "先不说了",
    "unknown_command": "/weather",
    "reply": "是的",
    "forwarded": "你敢走我就弄死你",
    "new_entity": "我想咨询离婚",
    "lone_surrogate": "我怕\ufffd他",
    "emoji": "😭😭😭",
    "poll": "要不要离婚",
}


@pytest.mark.parametrize("name", TEXTS)
def test_words_arrive_as_she_meant_them(name: str) -> None:
    update = load(name)
    assert said(name) == Inbound(
        inbox="telegram:712345678",
        external_id=f"message:<{HER}:{update['message']['message_id']}>",
        sender=HER,
        text=TEXTS[name],
        received_at=NOW,
        sent_at=DATE,
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/replies", "看回复"),
        ("/book", "预约"),
        ("/菜单", "菜单"),
        ("/找人 他又动手了", "找人，他又动手了"),
        ("/HELP@halfsky_bot", "菜单"),
        ("/weather", "/weather"),
        ("/", "/"),
    ],
)
def test_commands_are_her_words_in_chinese_too(typed: str, meant: str) -> None:
    update = load("text")
    inbound = READER.read({**update, "message": {**update["message"], "text": typed}}, NOW).inbound
    assert inbound is not None
    assert inbound.text == meant


@pytest.mark.parametrize(("owner", "number"), [(5550001, "8613912345678"), (999, None), (None, None)])
def test_only_her_own_card_is_a_number_to_call(owner: int | None, number: str | None) -> None:
    update = load("contact")
    card = {"phone_number": "8613912345678", "first_name": "李", **({} if owner is None else {"user_id": owner})}
    inbound = READER.read({**update, "message": {**update["message"], "contact": card}}, NOW).inbound
    assert inbound is not None
    assert inbound.number == number


def test_a_file_telegram_will_not_hand_over_is_called_large() -> None:
    update = load("video")
    message = {**update["message"], "video": {**update["message"]["video"], "file_size": 20_000_001}}
    inbound = READER.read({**update, "message": message}, NOW).inbound
    assert inbound is not None
    assert (inbound.kind, inbound.attachments[0].kind, inbound.text) == ("large", "video", "楼道里拍的")


FILES = {
    "photo": ("image", "这是他打的伤", Attachment("image", "AgACAgUAAxk3", size=136533)),
    "album_photo": ("image", "", Attachment("image", "AgACAgUAAxk4", size=670)),
    "voice": ("voice", "", Attachment("voice", "AwACAgUAAxk5", mime="audio/ogg", size=28511)),
    "video": ("video", "楼道里拍的", Attachment("video", "BAACAgUAAxk6", "clip.mp4", "video/mp4", 1900112)),
    "video_note": ("video", "", Attachment("video", "DQACAgUAAxk7", size=300112)),
    "animation": ("video", "", Attachment("video", "CgACAgUAAxk9", "a.mp4", "video/mp4", 80031)),
    "document": ("file", "合同在这里", Attachment("file", "BQACAgUAAxk8", "劳动合同.pdf", "application/pdf", 210031)),
    "location": ("location", "", Attachment("location", "31.298974,120.585289")),
    "venue": ("location", "", Attachment("location", "31.3,120.6", "派出所 人民路1号")),
    "contact": ("contact", "", Attachment("contact", "+8610000000000", "小 李")),
    "sticker": ("sticker", "", Attachment("sticker", "CAACAgUAAxk10", "😢")),
    "dice": ("sticker", "", Attachment("sticker", "dice", "🎲")),
}


@pytest.mark.parametrize("name", FILES)
def test_files_keep_their_kind_and_caption(name: str) -> None:
    inbound = said(name)
    kind, text, attachment = FILES[name]
    assert (inbound.kind, inbound.text, inbound.attachments) == (kind, text, (attachment,))
    assert inbound.kind in KINDS


def test_what_only_her_app_can_show_is_still_a_message() -> None:
    inbound = said("story")
    assert (inbound.kind, inbound.text, inbound.attachments) == ("file", "", ())


def test_an_edit_is_a_version_named_by_place_time_and_words() -> None:
    edit = said("edited")
    assert (edit.kind, edit.text, edit.sent_at) == ("edit", "他昨天打了我", 1_795_399_500_000_000)
    update = load("edited")
    again = READER.read({**update, "update_id": update["update_id"] + 9}, NOW).inbound
    assert again is not None
    assert again.external_id == edit.external_id, "a link preview repeats the edit under a new update id"
    same_second = {**update, "edited_message": {**update["edited_message"], "text": "他昨天没打我"}}
    other = READER.read(same_second, NOW).inbound
    assert other is not None
    assert other.external_id != edit.external_id, "two edits in one second are two versions"
    assert said("edited_caption").text == "这是昨天的伤"
    assert edit.corrects == f"message:<{HER}:{update['edited_message']['message_id']}>", "its message's own name"


def test_no_clear_external_id_holds_her_address() -> None:
    sealed = Reader("telegram:1", lambda _value: "f00d")
    for path in PAYLOADS.glob("*.json"):
        update = json.loads(path.read_text(encoding="utf-8"))
        try:
            inbound = sealed.read(update, NOW).inbound
        except Unreadable:
            continue
        assert inbound is None or HER not in inbound.external_id


def test_a_button_says_its_own_words() -> None:
    reading = READER.read(load("button"), NOW)
    assert reading.callback == "23837000000000001"
    assert reading.inbound is not None
    assert (reading.inbound.kind, reading.inbound.text, reading.inbound.sender) == ("button", "找人", HER)
    assert reading.inbound.external_id == f"press:{reading.callback}"


@pytest.mark.parametrize("name", ["button_gone", "button_foreign"])
def test_a_button_without_words_is_answered_and_left(name: str) -> None:
    reading = READER.read(load(name), NOW)
    assert reading.inbound is None
    assert reading.callback == load(name)["callback_query"]["id"]


@pytest.mark.parametrize("name", ["pinned", "edited_live_location", "blocked", "unblocked", "channel_post"])
def test_nothing_she_said(name: str) -> None:
    reading = READER.read(load(name), NOW)
    assert (reading.inbound, reading.callback, reading.group) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "group"), [("group_text", -1009990001), ("group_joined", -1009990001), ("group_service", None)]
)
def test_groups_are_told_and_never_stored(name: str, group: int | None) -> None:
    reading = READER.read(load(name), NOW)
    assert reading == Reading(load(name)["update_id"], chat="-1009990001", group=group)


@pytest.mark.parametrize("name", ["unreadable_chat", "unreadable_text"])
def test_a_wrong_shape_is_named(name: str) -> None:
    with pytest.raises(Unreadable):
        READER.read(load(name), NOW)


def test_every_payload_is_in_a_test() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [path.stem for path in PAYLOADS.glob("*.json") if f'"{path.stem}"' not in source] == []
