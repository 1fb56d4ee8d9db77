"""She changes what she wrote: read again, danger counts, nothing is answered twice, no other question is answered."""

from pathlib import Path

from handlers.phrases import say
from store import alarms, tickets
from tests.channels.telegram.desk import HER, lines, opened, program, read_by
from tests.telegram_api import TelegramApi

QUESTION = "怀孕了公司要辞退我怎么办"


async def test_an_edit_is_a_correction(api: TelegramApi, tmp_path: Path) -> None:
    first = api.say(HER, QUESTION)
    place = api.place_of(first)
    async with program(api, tmp_path) as app:
        store = app.core.store
        await heard(api, "依据")
        await heard(api, "境外")

        typos = [api.edit(HER, place, f"{QUESTION}{ending}") for ending in ("？", "啊？")]
        last = api.say(HER, "谢谢")
        await heard(api, "不客气")
        assert not {*typos, last} & set(api.waiting)
        assert len(read_by(api)) == 3, "the same answer is not given twice"

        api.edit(HER, place, "前夫不给孩子抚养费怎么办")
        await heard(api, "抚养费")  # a new question gets its answer

        api.edit(HER, place, "他拿着刀在砸门")
        await heard(api, "110")
        (ticket,) = await opened(store)
        assert (ticket.danger_kind, ticket.priority) == ("violence_now", "urgent")
        assert len(await store.read(alarms.ringing)) == 1
        kinds = [(line.kind, line.text) for line in await lines(store) if line.who == "her"]
        assert ("text", QUESTION) in kinds, "what she wrote first is kept as well"
        assert ("edit", "他拿着刀在砸门") in kinds


async def test_a_changed_answer_is_no_answer_to_the_next_question(api: TelegramApi, tmp_path: Path) -> None:
    async with program(api, tmp_path) as app:
        store = app.core.store
        api.say(HER, "找人")
        await heard(api, say("intake.where"))
        where = api.say(HER, "我在昆山")
        place = api.place_of(where)
        await heard(api, say("intake.what"))
        api.edit(HER, place, "我在太仓")
        await heard(api, "改成太仓")
        (ticket,) = await opened(store)
        assert ticket.unit == "taicang"
        what = api.say(HER, "公司拖欠我三个月工资一直不给，说没钱")
        place = api.place_of(what)
        await heard(api, say("intake.contact"))
        api.edit(HER, place, "公司拖欠我五个月工资一直不给，说没钱")
        await heard(api, say("edited"))
        (ticket,) = await opened(store)
        facts = await store.read(lambda tx: tickets.facts(tx, ticket))
        assert "五个月" in facts["what"]
        assert "三个月" not in facts["what"]
        assert "contact" not in facts, "the open question is still open"


async def test_an_edit_of_what_never_came_is_a_message(api: TelegramApi, tmp_path: Path) -> None:
    async with program(api, tmp_path):
        api.edit(HER, 1, QUESTION)
        await heard(api, "依据")


async def heard(api: TelegramApi, word: str) -> None:
    """She reads it, sooner or later."""
    await api.until(lambda: any(word in text for text in read_by(api)), 60)
