"""What had no answer or did not help, and nothing of who was in danger or asked to be forgotten."""

from typing import Any

import pytest

from store import Store, Tx, contacts, conversations, messages, unanswered

NOW = 1_795_400_000_000_000


def ask(tx: Tx, text: str, *, handler: str = "unsure", danger: str | None = None, **about: Any) -> int:
    contact_id = contacts.create(tx, now=NOW, demo=about.get("demo", False))
    conversation = conversations.create(
        tx, inbox="web", address=text, token=text, contact_id=contact_id, now=NOW, demo=about.get("demo", False)
    )
    judged = {"level": "watch" if danger else "none", "kind": danger, "sure": True}
    message_id = messages.take(
        tx,
        inbox="web",
        external_id=text,
        conversation_id=conversation.id,
        contact_id=contact_id,
        kind=about.get("kind", "text"),
        body=text,
        sent_at=None,
        now=about.get("at", NOW),
        handled=messages.Handled(
            {"intent": "rights_dv", "confidence": 0.9, "danger": judged, "model": "m"},
            handler,
            about.get("article"),
            waits=False,
        ),
    )
    assert message_id is not None
    if about.get("unsolved"):
        messages.followed(tx, conversation.id, "unsolved")
    if about.get("hidden"):
        contacts.hide(tx, contact_id, now=NOW, erase_at=NOW)
    return message_id


CASES = [
    pytest.param({"handler": "unsure"}, True, id="unsure"),
    pytest.param({"handler": "unknown"}, True, id="unknown"),
    pytest.param({"handler": "answer", "article": "a", "unsolved": True}, True, id="unsolved"),
    pytest.param({"handler": "answer", "article": "a"}, False, id="answered"),
    pytest.param({"danger": "violence_now"}, False, id="danger"),
    pytest.param({"demo": True}, False, id="demo"),
    pytest.param({"hidden": True}, False, id="forgotten"),
    pytest.param({"kind": "voice"}, False, id="voice"),
    pytest.param({"at": NOW - 10}, False, id="too-old"),
]


@pytest.mark.parametrize(("about", "there"), CASES)
async def test_which_are_shown(store: Store, about: dict[str, Any], there: bool) -> None:
    message_id = await store.unit(lambda tx: ask(tx, "雨伞怎么修", **about))
    found = await store.read(lambda tx: unanswered.recent(tx, since=NOW))
    assert [one.text for one in found] == (["雨伞怎么修"] if there else [])
    one = await store.read(lambda tx: unanswered.one(tx, message_id))
    assert (one is not None) == (there or "at" in about)


async def test_newest_first_and_not_more_than_asked_for(store: Store) -> None:
    for text in ("一", "二", "三"):
        await store.unit(lambda tx, text=text: ask(tx, text))  # type: ignore[misc]  # bound early
    found = await store.read(lambda tx: unanswered.recent(tx, since=0, limit=2))
    assert [one.text for one in found] == ["三", "二"]
