"""What a password must be, under both sets of rules, and how it is hashed."""

import asyncio
import time

import pytest

from web.auth.errors import Busy
from web.auth.password_rules import DENGBAO_AGE, advice, expired, normal, problem
from web.auth.passwords import WAITING, Passwords, generate

NAMES = ("liming", "李明")

NIST = [
    ("purple tiger eats noodles", None),
    ("正确的马电池订书钉今天也要下雨", None),
    ("今天 早上 巷口 有 一只 橘猫", None),
    ("🐈🌧️🚲🍜🎈🧶📮🪁🐟🌵🥢🛶🎐🪑🧺🎏", None),
    ("xK9#vq\t \x00Lm2!wPz~", None),
    ("a cold brick in november" * 5, None),  # 120 characters
    ("ＰＵＲＰＬＥ　tiger eats", None),
    ("", "至少 15 位"),
    ("short but okay", "现在 14 位"),
    ("a cold brick in november" * 6, "最长 128 位"),
    ("ﷺ" * 15, "最长 128 位"),  # one character that is eighteen
    ("123456789012345", "太常见"),
    ("543210987654321", "太常见"),
    ("aaaaaaaaaaaaaaaaaaaa", "太常见"),
    ("abababababababab", "太常见"),
    ("passwordpassword", "太常见"),
    ("Password1234567890", "太常见"),
    ("qwertyuiopasdfghjkl", "太常见"),
    ("QWERTYUIOPasdfghjkl", "太常见"),
    ("1qaz2wsx3edc4rfv", "太常见"),
    ("iloveyou5201314woaini", "太常见"),
    ("correcthorsebatterystaple", "太常见"),
    ("我爱你我爱你我爱你我爱你我爱你", "太常见"),
    ("一二三四五六七八九十一二三四五", "太常见"),
    ("abcdefghijklmnopqrst", "太常见"),
    ("adminadminadmin123456", "太常见"),
    ("suzhou rain on the roof", "单位名"),
    ("SuZhou rain on the roof", "单位名"),
    ("ｓｕｚｈｏｕ rain on the roof", "单位名"),
    ("妇联的院子里有一棵很老的桂花树", "单位名"),
    ("call 12338 before the rain", "单位名"),
    ("半边天的院子里有一棵老桂花树啊", "单位名"),
    ("my halfsky in november", "单位名"),
    ("liming eats cold noodles", "账号或姓名"),
    ("LiMing eats cold noodles", "账号或姓名"),
    ("李明每天早上都要去河边跑一大圈", "账号或姓名"),
]

DENGBAO = [
    ("Xk9#vq2L", None),
    ("Rain4Roof", None),
    ("雨Rn47屋顶檐", None),
    ("Xk9#vq2", "至少 8 位"),
    ("rainroof47", "三类"),
    ("RAINROOF47", "三类"),
    ("rainroofy!", "三类"),
    ("4839201756", "三类"),
    ("Passw0rd", "太常见"),
    ("P@ssw0rd", "太常见"),
    ("Aa123456", "太常见"),
    ("Qwer1234", "太常见"),
    ("Suzhou2026", "单位名"),
    ("Fulian12#x", "单位名"),
    ("Xx12338yz", "单位名"),
    ("Liming47x", "账号或姓名"),
    ("Xk9#" * 40, "最长 128 位"),
]


@pytest.mark.parametrize(
    ("rules", "password", "refused"),
    [("nist", *row) for row in NIST] + [("dengbao", *row) for row in DENGBAO],
)
def test_the_rules(rules: str, password: str, refused: str | None) -> None:
    said = problem(password, rules=rules, names=NAMES)
    assert (said is None) is (refused is None), said
    assert refused is None or (said is not None and refused in said)


def test_the_same_password_again_is_refused() -> None:
    password = "purple tiger eats noodles"
    assert problem(password, rules="nist", old=password) == "新口令不能和现在的一样"
    assert problem("ｐurple tiger eats noodles", rules="nist", old=password) == "新口令不能和现在的一样"


@pytest.mark.parametrize("rules", ["nist", "dengbao"])
def test_generated_passwords_pass_both_rules_and_differ(rules: str) -> None:
    words = {generate() for _ in range(200)}
    assert len(words) == 200
    assert {len(word) for word in words} == {20}
    assert [word for word in words if problem(word, rules=rules, names=NAMES)] == []


def test_only_dengbao_asks_for_a_new_one_after_ninety_days() -> None:
    assert not expired(0, rules="dengbao", now=DENGBAO_AGE)
    assert expired(0, rules="dengbao", now=DENGBAO_AGE + 1)
    assert not expired(0, rules="nist", now=DENGBAO_AGE * 100)


def test_the_advice_names_the_number() -> None:
    assert "15" in advice("nist")
    assert "90" in advice("dengbao")


async def test_argon2id_with_the_declared_cost() -> None:
    passwords = Passwords()
    stored = await passwords.hash("purple tiger eats noodles")
    assert stored.startswith("$argon2id$v=19$m=47104,t=2,p=1$")
    assert await passwords.matches(stored, "purple tiger eats noodles")
    assert await passwords.matches(stored, "ｐurple tiger eats noodles")  # typed with a full-width keyboard
    assert not await passwords.matches(stored, "purple tiger eats noodle")
    assert not await passwords.matches(None, "purple tiger eats noodles")
    assert not await passwords.matches("no hash at all", "purple tiger eats noodles")
    passwords.close()


async def test_nothing_is_cut_off() -> None:
    passwords = Passwords(memory=1024, passes=1)
    long = "x" * 127 + "y"
    stored = await passwords.hash(long)
    assert await passwords.matches(stored, long)
    assert not await passwords.matches(stored, "x" * 128)
    assert not await passwords.matches(stored, "x" * 127)
    assert not passwords.outdated(stored)
    assert Passwords(memory=2048, passes=1).outdated(stored)
    passwords.close()


async def test_hashing_does_not_hold_the_loop() -> None:
    passwords = Passwords()
    tasks = [asyncio.ensure_future(passwords.matches(None, "x")) for _ in range(4)]
    longest, last = 0.0, time.perf_counter()
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0.001)
        longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
    assert longest < 0.5
    passwords.close()


async def test_a_flood_waits_outside() -> None:
    passwords = Passwords()
    tries = await asyncio.gather(*(passwords.matches(None, "x") for _ in range(WAITING + 10)), return_exceptions=True)
    assert len([one for one in tries if isinstance(one, Busy)]) == 10
    passwords.close()


def test_full_width_and_composed_forms_are_one() -> None:
    assert normal("Ａ１") == "A1"
    assert normal("e\u0301") == normal("é")
