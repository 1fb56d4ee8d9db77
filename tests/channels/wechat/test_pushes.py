"""A push in, a passive reply out: both modes, every kind, three times the same."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from bot.channels.wechat import xml
from store import Store, files, messages
from store.rows import Line
from tests.channels.wechat.kit import HER, Office, office


@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "encrypted"])
async def test_she_asks_and_reads_the_answer_at_once(one_store: Store, tmp_path: Path, *, sealed: bool) -> None:
    async with office(one_store, tmp_path, sealed=sealed) as desk:
        assert await desk.sim.pusher.verify() is not None
        pushed = await desk.sim.say(HER, "怀孕了公司要辞退我怎么办")
        assert pushed.answers == ("reply",)
        assert "依据" in (pushed.reply or "")
        assert re.search(r"^\d 有帮助$", pushed.reply or "", re.MULTILINE)
        await desk.settled()
        assert {state for state, _ in await desk.states()} == {"sent"}
        assert not [path for path, _ in desk.sim.platform.calls if path.endswith("custom/send")]


async def test_the_same_push_three_times_is_one_message_with_one_answer(desk: Office) -> None:
    fields = desk.sim.pusher.fields(HER, "text", Content="怀孕了公司要辞退我怎么办")
    desk.slow.seconds = 0.3
    together = await asyncio.gather(*(desk.sim.pusher.once(fields) for _ in range(3)))
    later = await desk.sim.pusher.once(fields)
    answers = {reply for _, reply in (*together, later)}
    assert len(answers) == 1
    assert None not in answers
    assert desk.slow.fresh == 1
    assert len(desk.slow.calls) == 2  # the three that came together waited for one run
    await desk.settled()
    await desk.hand_over()
    assert not [path for path, _ in desk.sim.platform.calls if path.endswith("custom/send")]


async def test_a_repeat_after_a_restart_still_gets_the_answer(one_store: Store, tmp_path: Path) -> None:
    async with office(one_store, tmp_path) as before:
        fields = before.sim.pusher.fields(HER, "text", Content="怎么申请人身安全保护令")
        _, first = await before.sim.pusher.once(fields)
        await before.settled()
    async with office(one_store, tmp_path) as after:
        _, second = await after.sim.pusher.once(fields)
        assert second == first
        assert after.slow.fresh == 0


@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "encrypted"])
async def test_what_is_not_signed_by_the_platform_is_refused(one_store: Store, tmp_path: Path, *, sealed: bool) -> None:
    async with office(one_store, tmp_path, sealed=sealed) as desk:
        pusher = desk.sim.pusher
        assert await pusher.verify(token="another") is None
        query, body = pusher._signed(xml.write(pusher.fields(HER, "text", Content="你好")), HER)
        name = "msg_signature" if sealed else "signature"
        stale = {**query, "timestamp": str(int(query["timestamp"]) - 600)}
        bad = [{**query, name: "0" * 40}, {**query, name: ""}, stale, {**query, "nonce": "x"}, {}]
        async with httpx.AsyncClient(trust_env=False) as http:
            for one in bad:
                assert (await http.post(pusher._webhook, params=one, content=body)).status_code == 403
            if sealed:  # words in the clear are not taken once a key is set, whatever signs them
                clear = xml.write(pusher.fields(HER, "text", Content="你好")).encode()
                assert (await http.post(pusher._webhook, params=query, content=clear)).status_code == 403
            assert (await http.post(pusher._webhook, params=query, content=b"x" * 70_000)).status_code == 413
            bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Encrypt>&a;</Encrypt></xml>'
            assert (await http.post(pusher._webhook, params=query, content=bomb)).status_code == 400
        assert desk.slow.calls == []


async def test_voice_with_recognition_reads_like_words_and_is_kept_for_staff(desk: Office) -> None:
    pushed = await desk.sim.speak(HER, b"#!AMR sound", recognition="怀孕了公司要辞退我怎么办")
    assert "依据" in (pushed.reply or "")
    kept = await _fetched(desk)
    assert [(one.kind, one.mime, one.size) for one in kept] == [("voice", "audio/amr", 11)]
    where = kept[0].path
    assert where is not None
    sealed = (Path(desk.core.settings.var) / where).read_bytes()
    assert b"AMR" not in sealed
    opened = await desk.store.read(lambda tx: files.opened(tx, kept[0].id, sealed))
    assert opened == b"#!AMR sound"


@pytest.mark.parametrize(
    ("kind", "words"), [("voice", "语音"), ("image", "图片"), ("video", "视频"), ("location", "位置")]
)
async def test_what_has_no_words_is_kept_and_acknowledged_in_kind(desk: Office, kind: str, words: str) -> None:
    sending = {
        "voice": lambda: desk.sim.speak(HER, b"sound"),
        "image": lambda: desk.sim.show(HER, b"picture"),
        "video": lambda: desk.sim.show(HER, b"film", "video/mp4"),
        "location": lambda: desk.sim.locate(HER, 31.26, 120.51, "苏州市吴中区木渎镇"),
    }
    pushed = await sending[kind]()
    assert words in (pushed.reply or "")
    line = await _last_line(desk)
    assert line.kind == kind
    if kind != "location":
        assert [one.size for one in await _fetched(desk)] == [{"voice": 5, "image": 7, "video": 4}[kind]]


async def test_a_file_the_platform_no_longer_has_is_given_up(desk: Office) -> None:
    await desk.sim.speak(HER, b"sound")
    desk.sim.platform.media.clear()
    await desk.channel._fetcher.round()
    one = await desk.conversation()
    kept = await desk.store.read(lambda tx: files.of_contact(tx, one.contact_id))
    assert [one.gone for one in kept] == [True]


async def test_a_link_is_read_by_its_title(desk: Office) -> None:
    pushed = await desk.sim.link(HER, "孕妇被公司辞退怎么办", "案例", "https://mp.weixin.qq.com/s/x")
    assert pushed.answers in {("reply",), ("success",)}
    assert (await _last_line(desk)).text.startswith("孕妇被公司辞退怎么办")


async def test_a_kind_we_do_not_know_is_told_like_a_file(desk: Office) -> None:
    pusher = desk.sim.pusher
    pushed = await pusher.push(pusher.fields(HER, "miniprogrampage", Title="x"))
    assert "文件" in (pushed.reply or "")


async def test_events(desk: Office) -> None:
    welcome = await desk.sim.event(HER, "subscribe")
    assert "找人" in (welcome.reply or "")
    assert (await desk.sim.event(HER, "SCAN", "12")).reply == welcome.reply
    assert (await desk.sim.event(HER, "VIEW", "https://example.org/")).answers == ("success",)
    assert (await desk.sim.event(HER, "LOCATION")).answers == ("success",)
    assert desk.slow.calls == []  # nothing is kept of her before she says something
    pressed = await desk.sim.event(HER, "CLICK", "找人")
    assert pressed.answers == ("reply",)
    assert desk.slow.calls == ["找人"]


async def test_an_event_pushed_three_times_is_one(desk: Office) -> None:
    fields = desk.sim.pusher.fields(HER, "event", Event="CLICK", EventKey="找人")
    answers = {(await desk.sim.pusher.once(fields))[1] for _ in range(3)}
    assert len(answers) == 1
    assert desk.slow.fresh == 1


async def test_a_bare_number_is_the_button_it_stood_before(desk: Office) -> None:
    first = await desk.sim.say(HER, "怀孕了公司要辞退我怎么办")
    number = re.search(r"^(\d) 找人$", first.reply or "", re.MULTILINE)
    assert number is not None
    await desk.settled()
    await desk.sim.say(HER, f"回复{number[1]}")
    assert desk.slow.calls[-1] == "找人"
    await desk.sim.say(HER, "9")
    assert desk.slow.calls[-1] == "9"


async def test_danger_is_answered_at_once(desk: Office) -> None:
    pushed = await desk.sim.say(HER, "他拿着刀在砸门")
    assert (pushed.reply or "").startswith("110")


async def test_a_broken_store_makes_the_platform_bring_it_again(desk: Office) -> None:
    desk.slow.fails = 2
    pushed = await desk.sim.say(HER, "怎么离婚")
    assert pushed.answers == ("500", "500", "reply")
    assert desk.slow.fresh == 1


async def _fetched(desk: Office) -> list[files.Kept]:
    await desk.channel._fetcher.round()
    one = await desk.conversation()
    return await desk.store.read(lambda tx: files.of_contact(tx, one.contact_id))


async def _last_line(desk: Office) -> Line:
    one = await desk.conversation()
    lines = await desk.store.read(lambda tx: messages.transcript(tx, one.contact_id))
    return [line for line in lines if line.who == "her"][-1]
