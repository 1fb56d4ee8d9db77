"""The main job through Telegram: she asks, reads a source, asks for a person, gets three words, reads the reply."""

from pathlib import Path

from bot.app import App, build
from bot.settings import Settings
from store import seats, tickets
from store.rows import Ticket
from tests.telegram_api import TelegramApi
from tickets.actor import Actor
from tickets.casework import talking

HER = 5550002
CITY = None  # every unit


def _texts(api: TelegramApi) -> str:
    return "\n".join(message.text for message in api.messages(HER))


async def test_she_asks_gets_a_person_and_reads_the_reply(api: TelegramApi, tmp_path: Path) -> None:
    settings = Settings(var=str(tmp_path), telegram_token=api.token, telegram_api_url=api.url, only="channels,outbox")
    app = build(settings)
    async with app.running():
        api.say(HER, "怀孕了公司要辞退我怎么办")
        await api.until(lambda: "依据" in _texts(api), 60)
        api.press(HER, "找人")
        await api.until(lambda: "三个词" in _texts(api), 30)
        ticket, actor = await _take_as_staff(app)
        core = app.core
        await core.store.unit(
            lambda tx: talking.reply(core.service, tx, actor, ticket.id, "我们明天陪您去仲裁。", now=core.clock())
        )
        await api.until(lambda: "我们明天陪您去仲裁。" in _texts(api), 30)
    assert _texts(api).count("我们明天陪您去仲裁。") == 1
    assert ticket.source == "telegram"
    assert ticket.topic == "rights_maternity"


async def _take_as_staff(app: App) -> tuple[Ticket, Actor]:
    core = app.core

    def seat(tx: object) -> int:
        from store.unit import Tx

        assert isinstance(tx, Tx)
        made = seats.add(tx, login="lead", name="测试", role="lead", unit="sz", password="-", now=core.clock())
        assert made is not None
        return made

    actor = Actor(await core.store.unit(seat), "lead", "sz", CITY)
    found = await core.store.read(lambda tx: tickets.queue(tx, seat_id=actor.seat_id, units=None, now=core.clock()))
    assert len(found) == 1
    taken = await core.store.unit(lambda tx: talking.accept(tx, actor, found[0].id, now=core.clock()))
    return taken, actor
