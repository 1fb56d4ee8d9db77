"""Where her voice and pictures lie with the platform: three days, then the media id is dead."""

from bot.channels.fetching import Gone, Shelf
from bot.channels.wechat.client import MEDIA_LIMIT, Client, Rejected
from store.files import Waiting

KEPT = 3 * 86_400_000_000  # microseconds; source: 获取临时素材, 媒体文件保存3天


def shelf(inbox: str) -> Shelf:
    return Shelf(inbox, KEPT, MEDIA_LIMIT)


class Media:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def __call__(self, wanted: Waiting) -> tuple[bytes, str]:
        """Raises Gone, or Later."""
        try:
            return await self._client.media(wanted.remote_id)
        except Rejected as error:
            raise Gone(f"code {error.answer.code}") from error
