"""What the telephone desk hears: the live model on notes that a person types while listening."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core import Core, build_core
from bot.ears import ears_of
from bot.settings import Settings
from handlers.phrases import phrases
from nlu.taxonomy import taxonomy
from store import open_store
from tests.bot.kit import Clock, interpreter, library
from web.ears import Ears

LONG = (
    "她先问生育津贴怎么领。然后问产假多少天。公司在园区，她是做会计的。"
    "合同今年签的。孩子两个月。她还想问社保断了怎么办。"
)


@pytest.fixture
async def ears(tmp_path: Path) -> AsyncIterator[Ears]:
    core: Core = build_core(
        Settings(var=str(tmp_path)),
        open_store(f"sqlite:///{tmp_path / 'h.db'}", tmp_path / "keys.json"),
        clock=Clock(),
        library=library(),
    )
    core.reader.model = interpreter()
    core.reader.patience = 60
    await core.reader.start()
    yield ears_of(core)
    await core.reader.stop()
    core.store.close()


@pytest.mark.parametrize(
    ("text", "level", "who", "unit"),
    [
        ("她说老公拿着刀在砸门，孩子也在，住平江路", "immediate", "self", "gusu"),
        ("邻居家的女人正被她丈夫打，在喊救命，在昆山", "immediate", "helper", "kunshan"),
        ("想问问产假能休多少天", "none", "self", None),
        ("", "none", "self", None),
    ],
)
async def test_danger_place_and_for_whom(ears: Ears, text: str, level: str, who: str, unit: str | None) -> None:
    heard = await ears.hear(text, ())
    assert (heard.level, heard.who, heard.unit) == (level, who, unit)


async def test_one_sentence_does_not_drown_in_a_long_note(ears: Ears) -> None:
    assert (await ears.hear(LONG, ())).level == "none"
    heard = await ears.hear(LONG + "她小声说他现在就在门口拿着刀。", ())
    assert (heard.level, heard.sure) == ("immediate", True)


async def test_what_a_person_judged_is_not_raised_again_and_new_words_are(ears: Ears) -> None:
    first = await ears.hear("他拿着刀在砸门。", ())
    assert first.level == "immediate"
    again = await ears.hear("他拿着刀在砸门。她问保护令怎么申请。", first.judged)
    assert again.level == "none"
    assert (await ears.hear("他拿着刀在砸门。他现在把我关在家里要打死我。", first.judged)).level == "immediate"


async def test_what_it_is_about_comes_with_articles(ears: Ears) -> None:
    heard = await ears.hear("她说饭店欠了她三个月工资不给", ())
    assert heard.topics[0] == "job_dispute"
    assert heard.articles


@pytest.mark.parametrize("kind", taxonomy().danger)
@pytest.mark.parametrize("who", ["self", "helper", "minor"])
async def test_every_kind_has_a_card_with_the_bot_s_own_words(ears: Ears, kind: str, who: str) -> None:
    card = ears.card(kind, who)
    whole = "\n".join(([card.number] if card.number else []) + list(card.lines))
    assert whole in {text for key, text in phrases().items() if key.startswith(f"danger.{kind}.")}
    assert bool(card.number) is (kind != "mass_event")
    assert card.topic in taxonomy().intents
    assert card.questions


async def test_silence_has_a_card(ears: Ears) -> None:
    assert ears.silent.number == "110"
    assert re.search("别急着挂", "".join(ears.silent.lines))
