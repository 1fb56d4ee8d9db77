"""Whom she asks for: a sister, a friend, her mother; the wording then speaks of that person where it matters."""

import re
from dataclasses import replace

from handlers.phrases import among, phrases, say
from handlers.turn import OpenTicket, Outcome, Reply, Turn

FACT = "whom"
SHE = (
    "妹妹|姐姐|表妹|表姐|堂妹|堂姐|小妹|大姐|妹|姐|女儿|闺女|妈妈|妈|母亲|嫂子|弟媳|儿媳妇?|婆婆|奶奶|外婆|阿姨|姑姑|小姨|侄女|外甥女|孙女"
    "|闺蜜|女同事|女邻居|女学生"
)
HE = "弟弟|哥哥|弟|哥|儿子|爸爸|爸|父亲|爷爷|外公|侄子|外甥"
ANY = "朋友|同事|邻居|室友|同学|学生|亲戚|工友|房客|病人|客人"
WHO = rf"(?P<who>{SHE}|{HE}|{ANY})"
FOR = re.compile(rf"(?:替|帮|给|代|为)(?:我的?|我家)?(?:一个|个)?{WHO}(?:来|她|他)?(?:问|咨询|打听|求助|说|了解|找)")
IS = re.compile(rf"(?:不是我(?:自己)?[，,]?)?是(?:我的?|我家)(?:一个)?{WHO}(?:的事|遇到|被|要|想|她|他|[，,。]|$)")
OPENS = re.compile(rf"^(?:您好|你好|请问|那个)?[，,。]?(?:我的?|我家|我有个|有个)(?:一个)?{WHO}(?:她|他)?")
MINE = re.compile(
    r"我(?!的?(?:妹|姐|表|堂|小妹|大姐|女|闺|妈|母|嫂|弟|儿|婆|奶|外|阿姨|姑|小姨|侄|孙|哥|爸|父|爷|朋友|同事|邻居|室友|同学|学生|亲戚|工友|房客|病人|客人|家|有个|想问|想帮|帮|替|该|能))"
)
MYSELF = re.compile(r"是我(?:自己|本人)(?:的事)?|我(?:自己|本人)的事|(?:说|问)的(?:是|就是)我(?:自己)?(?:$|[，,。])")


def whom(text: str) -> str | None:
    """The word she uses for the other person; None when it is about herself or she does not say."""
    found = FOR.search(text) or IS.search(text)
    if found is None:
        opening = OPENS.match(text)
        found = opening if opening and not MINE.search(text[opening.end() :]) else None
    return found["who"] if found else None


def remember(turn: Turn) -> Turn:
    """`state.whom` follows what she says last about it."""
    if MYSELF.search(turn.text):
        return replace(turn, state=turn.state.but(whom=None))
    found = whom(turn.text)
    return turn if found is None else replace(turn, state=turn.state.but(whom=found))


def pronoun(who: str) -> str:
    return "他" if re.fullmatch(HE, who) else "她"


def attend(turn: Turn, outcome: Outcome) -> Outcome:
    """The reply in words about that person, an article with one line that says whom its 您 means, the ticket marked."""
    who = outcome.state.whom
    if who is None:
        return outcome
    actions = tuple(
        replace(action, helper=True, facts={**action.facts, FACT: who}) if isinstance(action, OpenTicket) else action
        for action in outcome.actions
    )
    first = who != turn.state.facts.get(FACT)
    replies = tuple(_reworded(reply, pronoun(who)) for reply in outcome.replies)
    if first and any(reply.article for reply in replies):
        at = next(place for place, reply in enumerate(replies) if reply.article)
        line = say("about.reads", who=who)
        replies = (*replies[:at], replace(replies[at], text=f"{line}\n{replies[at].text}"), *replies[at + 1 :])
        outcome = replace(outcome, state=outcome.state.but(facts={**outcome.state.facts, FACT: who}))
    return replace(outcome, replies=replies, actions=actions)


def _reworded(reply: Reply, she: str) -> Reply:
    """Whole phrases only: nothing inside an article or her own words is touched."""
    text = reply.text
    for key, words in among("about.instead").items():
        text = text.replace(phrases()[key.replace("__", ".")], words.replace("她", she))
    return reply if text == reply.text else replace(reply, text=text)
