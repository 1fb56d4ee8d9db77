"""What every screen of hers offers a dialogue, and the plainest one: straight into the pipeline."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.channels.base import Delivery
from bot.core import Core
from bot.message import Inbound
from store import outbox


@dataclass(frozen=True)
class Shown:
    text: str
    buttons: tuple[str, ...] = ()


class Screen(Protocol):
    """Where she types and reads."""

    async def says(self, text: str) -> list[Shown]: ...

    async def sends(self, kind: str) -> list[Shown]: ...

    async def reads(self) -> list[Shown]:
        """What came since she last looked."""
        ...


class HandsOver(Protocol):
    """Whoever can let everything that is due leave now."""

    async def hand_over(self) -> None: ...


@dataclass
class Written:
    """The channel of a screen without a network: what is handed over is what she reads."""

    inbox: str
    fetched: bool = False
    problem: str | None = None
    got: list[Shown] = field(default_factory=list)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, delivery: Delivery) -> bool:
        self.got.append(Shown(delivery.text, delivery.buttons))
        return True


@dataclass
class PipelineScreen:
    """Straight into the pipeline, as the web inbox; every kind of message can be expressed."""

    core: Core
    channel: Written
    count: int = 0

    async def says(self, text: str) -> list[Shown]:
        return await self._in(text, "text")

    async def sends(self, kind: str) -> list[Shown]:
        return await self._in("", kind)

    async def reads(self) -> list[Shown]:
        new, self.channel.got = self.channel.got, []
        return new

    async def _in(self, text: str, kind: str) -> list[Shown]:
        self.count += 1
        inbound = Inbound(
            self.channel.inbox, str(self.count), "her-page", text, self.core.clock(), kind=kind, same_breath=True
        )
        receipt = await self.core.pipeline.receive(inbound)
        shown = [sent.id for sent in receipt.replies]
        await self.core.store.unit(lambda tx: outbox.handed(tx, shown, now=self.core.clock()))
        return [Shown(sent.text, sent.buttons) for sent in receipt.replies]
