"""The small parts by themselves: crypto, XML, text, choices, menu files, settings."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Sent
from bot.channels.wechat import account_of, xml
from bot.channels.wechat.account import aes_key
from bot.channels.wechat.codes import answer_of, problem_of
from bot.channels.wechat.crypto import Unsealed, seal, sign, signed, unseal
from bot.channels.wechat.menu import BadMenu, load
from bot.channels.wechat.packing import pack
from bot.channels.wechat.text import LIMIT, chosen, number_of, size, split, with_choices
from bot.settings import SettingsError, load_settings
from store.budgets import Budget
from tests.channels.wechat.kit import APP, KEY, settings
from web.workbench.budget import budget_words

HOUR = 3_600_000_000
# Made with openssl: 0123456789abcdef, the length, <xml><Content>保护令</Content></xml>, the account, 32-byte padding.
SEALED = (
    "Q3stYC6hdFzMh9T8HCvyDEvUJYZtthhTxl+Y4LMR+0/6Fwt4HenWXnboYcUVUYSvBdkM+wSV76qsbaNYygw0bgvq6MUUhPmnqwow"
    "ZDvtakk5BenrqUPANBt/4PmzvFvd"
)


def test_what_others_sealed_can_be_opened() -> None:
    assert unseal(aes_key(KEY), SEALED, APP) == "<xml><Content>保护令</Content></xml>"
    assert sign("1795399200", "nonce", "t0ken") == "5b0390e89e9735d128c4885dbc1ce5e0507b4f7a"  # the parts stand sorted


@given(st.text(max_size=400))
def test_what_is_sealed_opens_again_for_the_same_account_only(text: str) -> None:
    speakable = text.encode("utf-8", "replace").decode()
    sealed = seal(aes_key(KEY), speakable, APP)
    assert unseal(aes_key(KEY), sealed, APP) == speakable
    with pytest.raises(Unsealed):
        unseal(aes_key(KEY), sealed, "wx_another")


@pytest.mark.parametrize("broken", ["", "AAAA", "?", SEALED[:-4], SEALED[:64], SEALED[4:]])
def test_a_broken_seal_is_refused_and_nothing_else(broken: str) -> None:
    with pytest.raises(Unsealed):
        unseal(aes_key(KEY), broken, APP)


def test_a_signature_of_any_shape_is_only_right_or_wrong() -> None:
    assert signed(sign("a", "b"), "b", "a")
    for wrong in ("", "x", "签名", "\ud800", sign("a", "c")):
        assert not signed(wrong, "a", "b")


@given(st.text(max_size=200))
def test_words_survive_the_xml(text: str) -> None:
    read = xml.read(xml.write({"Content": text, "CreateTime": 5}).encode("utf-8", "replace"))
    assert read["CreateTime"] == "5"
    kept = "".join(one for one in text if not xml.UNSPEAKABLE.match(one))
    assert read["Content"] == kept.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<xml><a>",
        b"<xml><MsgId>1</MsgId><MsgId>2</MsgId></xml>",
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><a>&a;</a></xml>',
        b"<xml>" + b"<a/>" * 500 + b"</xml>",
    ],
)
def test_strange_xml_is_refused(body: bytes) -> None:
    with pytest.raises(xml.BadXml):
        xml.read(body)


def test_deep_xml_does_no_harm() -> None:
    assert "x" not in xml.read(b"<xml>" + b"<a>" * 9000 + b"</a>" * 9000 + b"</xml>")


@given(st.text(alphabet="家暴怎么办。，！\n 🙏a", max_size=3000))
def test_parts_fit_and_nothing_is_lost(text: str) -> None:
    parts = split(text)
    assert all(0 < size(part) <= LIMIT for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("said", "number"),
    [
        *(("1", 1), ("３", 3), ("②", 2), ("回复2", 2), ("选 3", 3), ("第二个", 2), ("2.", 2)),
        *((text, None) for text in ("110", "0", "1个孩子", "我有2个", "", "12")),
    ],
)
def test_bare_numbers(said: str, number: int | None) -> None:
    assert number_of(said) == number


def test_a_number_chooses_what_was_offered() -> None:
    offered = ("方便", "不方便", "找人")
    assert with_choices("您现在方便说话吗？", offered).endswith("1 方便\n2 不方便\n3 找人")
    assert [chosen(text, offered) for text in ("2", "4", "您好")] == ["不方便", None, None]
    assert with_choices("好的。", ("找人",)) == "好的。\n（可以回复：找人）"


def test_only_the_last_buttons_get_numbers() -> None:
    packed = pack([Sent("a", "第一条", ("有帮助", "找人")), Sent("b", "第二条", ("方便", "找人")), Sent("c", "第三条")])
    assert packed.count == 3
    assert packed.plain == "第一条\n（可以回复：有帮助）\n\n第二条\n\n第三条\n\n回复数字或文字：\n1 方便\n2 找人"
    assert pack([Sent("a", "字" * 600), Sent("b", "字" * 200)]).count == 1
    assert pack([Sent("a", "字" * 700)]).count == 0


def test_the_shipped_menu_is_one_the_platform_takes() -> None:
    assert len(load()["button"]) == 3


@pytest.mark.parametrize(
    ("menu", "why"),
    [
        ([], "1 到 3"),
        ({"button": []}, "1 到 3"),
        ({"button": [{"name": "问", "type": "click", "key": ""}]}, "key"),
        ({"button": [{"name": "问", "type": "scancode_push", "key": "x"}]}, "click 或 view"),
        ({"button": [{"name": "问" * 6, "type": "click", "key": "x"}]}, "太长"),
        ({"button": [{"name": "问", "sub_button": []}]}, "1 到 5"),
        ({"button": [{"type": "view", "url": "https://example.org/"}]}, "没有名字"),
    ],
)
def test_a_bad_menu_says_why(menu: object, why: str, tmp_path: Path) -> None:
    path = tmp_path / "menu.json"
    path.write_text(json.dumps(menu), encoding="utf-8")
    with pytest.raises(BadMenu, match=why):
        load(path)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (
            {"errcode": 40164, "errmsg": "invalid ip 58.1.2.3 ipv6 ::ffff:58.1.2.3, not in whitelist"},
            "whitelist:58.1.2.3",
        ),
        ({"errcode": 40164, "errmsg": "?"}, "whitelist"),
        ({"errcode": 40125}, "secret"),
        ({"errcode": 45015}, None),
        ({}, None),
    ],
)
def test_problems_only_the_operator_can_mend(body: dict[str, object], problem: str | None) -> None:
    assert problem_of(answer_of(body)) == problem


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (Budget(5, 2, 11 * HOUR + 59), "还可发 3 条，剩 11 小时"),
        (Budget(5, 4, HOUR // 2), "还可发 1 条，剩 30 分钟"),
        (Budget(5, 5, HOUR), "可发的条数已用完"),
        (Budget(5, 0, -1), "已过可回复的时间"),
        (Budget(5, 0, HOUR, "left"), "她已取消关注"),
        (None, ""),
    ],
)
def test_what_staff_read_beside_the_reply_box(budget: Budget | None, words: str) -> None:
    assert budget_words(budget, now=0).startswith(words)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"wechat_secret": ""}, "wechat_secret"),
        ({"wechat_token": ""}, "wechat_token"),
        ({"wechat_aes_key": "short"}, "EncodingAESKey"),
        ({"wechat_notice_data": "[]"}, "wechat_notice_data"),
        ({"wechat_notice_data": '{"thing1": "x"}'}, "wechat_notice_data"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(values: dict[str, str], named: str, tmp_path: Path) -> None:
    environ = {"HALFSKY_VAR": str(tmp_path), "HALFSKY_WECHAT_APP_ID": APP, "HALFSKY_WECHAT_SECRET": "s"}
    environ |= {"HALFSKY_WECHAT_TOKEN": "t", "HALFSKY_WECHAT_AES_KEY": KEY}
    environ |= {f"HALFSKY_{name.upper()}": value for name, value in values.items()}
    with pytest.raises(SettingsError, match=named):
        account_of(load_settings(environ=environ))


def test_secrets_may_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from-a-file\n")
    loaded = load_settings(
        environ={"HALFSKY_VAR": str(tmp_path), "HALFSKY_WECHAT_SECRET_FILE": str(tmp_path / "secret")}
    )
    assert loaded.wechat_secret == "from-a-file"
    assert account_of(settings(tmp_path, "http://127.0.0.1:1")).limits.replies == 5
