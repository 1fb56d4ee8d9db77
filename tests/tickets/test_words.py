"""The code of three everyday words: enough of them, none that sounds like another, read the way people type."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tickets.org import load_org
from tickets.org_files import ROOT
from tickets.words import code_words, normalise

WORDS = load_org("suzhou").words
NEVER = set("死杀血尸鬼坟葬棺战军炸炮剑匪贼盗奸淫妓嫖赌毒屎尿屁乳胸臀癌瘤伤疮疤痛哭泪骂婚妻妾媳婆官警罪狱囚奴党枪")
FINE = {"乳白", "胸针"}


def test_enough_words_each_once() -> None:
    assert len(WORDS) >= 4096
    assert len(set(WORDS)) == len(WORDS)
    assert all(len(word) == 2 and all("\u4e00" <= character <= "\u9fff" for character in word) for word in WORDS)


def test_no_two_words_sound_alike() -> None:
    lines = (ROOT / "suzhou" / "words.yml").read_text(encoding="utf-8").split("words: |\n")[1].splitlines()
    sounds = [line.split()[0] for line in lines]
    assert len(set(sounds)) == len(sounds) == len(WORDS)
    assert sounds == sorted(sounds)


def test_nothing_hard_stands_in_the_list() -> None:
    assert [word for word in WORDS if NEVER & set(word) and word not in FINE] == []


def test_the_example_of_the_papers_works() -> None:
    assert normalise(WORDS, "荷花 雨伞 小桥") == "荷花 雨伞 小桥"


@pytest.mark.parametrize(
    "text",
    [
        "荷花雨伞小桥",
        " 荷花  雨伞 小桥\n",
        "荷花、雨伞、小桥",
        "荷花，雨伞，小桥。",
        "荷花　雨伞　小桥",
        "荷花,雨伞/小桥",
        "“荷花 雨伞 小桥”",
        "荷 花 雨 伞 小 桥",
        "我的暗号是荷花 雨伞 小桥",
        "暗号：荷花雨伞小桥",
        "口令荷花 雨伞 小桥，帮我看看",
        "我的三个词是 荷花 雨伞 小桥 谢谢",
    ],
)
def test_read_as_people_type(text: str) -> None:
    assert normalise(WORDS, text) == "荷花 雨伞 小桥"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "荷花 雨伞",
        "荷花 雨伞 小桥 月亮",
        "我卖荷花、雨伞、小桥的画",
        "荷花 雨伞 妇联",
        "暗号是什么",
        "123456",
        "我忘了暗号，怎么办",
    ],
)
def test_everything_else_is_no_code(text: str) -> None:
    assert normalise(WORDS, text) is None


@given(some.integers(), some.sampled_from(["", " ", "、", "，", "　", " , "]))
def test_every_code_is_read_back(seed: int, between: str) -> None:
    code = code_words(WORDS, random.Random(seed))
    assert normalise(WORDS, between.join(code.split())) == code


@given(some.text(max_size=40))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = normalise(WORDS, text)
    assert found is None or len(found.split()) == 3


def test_draws_spread_over_the_whole_list() -> None:
    rng = random.Random(7)
    drawn = {word for _ in range(10_000) for word in code_words(WORDS, rng).split()}
    assert len(drawn) > 0.99 * len(WORDS)
