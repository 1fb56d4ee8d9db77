"""She changes what she wrote: read again, danger counts, nothing is answered twice, no other question is answered."""

from pathlib import Path

from store import alarms, tickets
from tests.channels.telegram.desk import HER, lines, opened, program, read_by, said
from tests.telegram_api import TelegramApi

QUESTION = "怀孕了公司要辞退我怎么办"


async def test_an_edit_is_a_correction(api: TelegramApi, tmp_path: Path) -> None:
    first = api.say(HER, QUESTION)
    place = api.place_of(first)
    async with program(api, tmp_path) as app:
        store = app.core.store
        shown = await said(api, first, 2)  # the answer, and where the channel keeps its data
        assert "依据" in shown[0]

        typo = api.edit(HER, place, QUESTION + "？")
        again = api.edit(HER, place, QUESTION + "啊？")
        last = api.say(HER, "谢谢")
        assert len(await said(api, last, len(shown) + 1)) == len(shown) + 1, "the same answer is not given twice"
        assert {typo, again}.isdisjoint(api.waiting)

        other = api.edit(HER, place, "前夫不给孩子抚养费怎么办")
        shown = await said(api, other, len(shown) + 2)
        assert "抚养费" in shown[-1], "a new question gets its answer"

        danger = api.edit(HER, place, "他拿着刀在砸门")
        shown = await said(api, danger, len(shown) + 1)
        assert "110" in "".join(shown[-2:])
        (ticket,) = await opened(store)
        assert (ticket.danger_kind, ticket.priority) == ("violence_now", "urgent")
        assert len(await store.read(alarms.ringing)) == 1
        kinds = [(line.kind, line.text) for line in await lines(store) if line.who == "her"]
        assert ("text", QUESTION) in kinds, "what she wrote first is kept as well"
        assert ("edit", "他拿着刀在砸门") in kinds


async def test_a_changed_answer_is_no_answer_to_the_next_question(api: TelegramApi, tmp_path: Path) -> None:
    async with program(api, tmp_path) as app:
        start = api.say(HER, "找人")
        await said(api, start, 2)
        where = api.say(HER, "我在昆山")
        place = api.place_of(where)
        await said(api, where, 3)
        shown = len(read_by(api))
        changed = api.edit(HER, place, "我在太仓")
        answer = (await said(api, changed, shown + 1))[-1]
        assert "太仓" in answer
        (ticket,) = await opened(app.core.store)
        assert ticket.unit == "taicang"
        what = api.say(HER, "公司拖欠我三个月工资一直不给，说没钱")
        place = api.place_of(what)
        shown = len(read_by(api))
        await said(api, what, shown + 1)
        shown = len(read_by(api))
        changed = api.edit(HER, place, "公司拖欠我五个月工资一直不给，说没钱")
        assert (await said(api, changed, shown + 1))[shown] == "好的，按您改的来。"
        (ticket,) = await opened(app.core.store)
        facts = await app.core.store.read(lambda tx: tickets.facts(tx, ticket))
        assert "五个月" in facts["what"]
        assert "三个月" not in facts["what"]


async def test_an_edit_of_what_never_came_is_a_message(api: TelegramApi, tmp_path: Path) -> None:
    async with program(api, tmp_path):
        changed = api.edit(HER, 1, QUESTION)
        assert "依据" in (await said(api, changed, 1))[0]
