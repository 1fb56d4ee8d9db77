"""The verbs for machines as processes of their own: CONTRACT.md line by line, and bad lines that stop nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from nlu.taxonomy import group_of, taxonomy
from tickets.states import STATES

UNITS = {
    *("sz", "gusu", "huqiu", "wuzhong", "xiangcheng", "wujiang", "sip"),
    *("changshu", "zhangjiagang", "kunshan", "taicang"),
}
Run = Callable[..., "Ran"]


class Ran:
    """What came back: every byte of standard output is a JSON line."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.code = done.returncode
        self.errors = done.stderr.decode()
        assert done.stdout == b"" or done.stdout.endswith(b"\n"), done.stdout[-200:]
        self.lines: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A foreign locale, as a scheduled job on an office machine may have: the contract says UTF-8 all the same."""
    var = tmp_path_factory.mktemp("var")
    environ = {key: value for key, value in os.environ.items() if not key.startswith("HALFSKY_")}
    environ |= {"HALFSKY_VAR": str(var), "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    def go(*words: str, lines: list[bytes] | None = None, **more: str) -> Ran:
        return Ran(
            subprocess.run(
                [sys.executable, "-m", "bot", *words],
                env={**environ, **more},
                input=b"".join(line + b"\n" for line in lines or []),
                capture_output=True,
                check=False,
                timeout=120,
            )
        )

    return go


def line(**fields: Any) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode()


# Each bad line, and the id its error must carry.
BAD: list[tuple[bytes, str | None]] = [
    (b"not json", None),
    (b"", None),
    (b"[1]", None),
    (b'"text"', None),
    (b"null", None),
    (b"\xff\xfe{}", None),
    (b'{"id":"half","text":"\xed\xa0\x80","turns":["\xed\xa0\x80"]}', None),  # no UTF-8, though json would take it
    (line(text="没有编号", turns=["没有编号"]), None),
    (line(id=7, text="编号不是字符串", turns=["编号不是字符串"]), None),
    (line(id="no-text"), "no-text"),
    (line(id="text-7", text=7, turns=7), "text-7"),
    (line(id="turns-text", text=["你好"], turns="你好"), "turns-text"),
    (line(id="turns-mixed", text=None, turns=["你好", 7]), "turns-mixed"),
    (line(id="turns-none", turns=[]), "turns-none"),
    (b'{"id":"deep","text":' + b"[" * 200_000 + b"]" * 200_000 + b"}", None),
    (b'{"id":"cut","text":"\xe4\xbd', None),
    (b'{"id":"surrogate \\ud800","text":7,"turns":7}', "surrogate \ud800"),
]
# Odd, but to be answered like any other.
ODD = {
    "nul": '"你好\\u0000吗"',
    "surrogate": '"救\\ud800命"',
    "empty": '""',
    "blank": '" \\n "',
    "megabyte": json.dumps("他打我，我想离婚。" * 35_000),
    "emoji": '"😭😭😭"',
}


def mixed(*, turns: bool) -> tuple[list[bytes], list[str | None]]:
    """Good and bad in turn, and the ids in the order they must come back."""
    field = '"turns":[%s]' if turns else '"text":%s'
    good = [(f'{{"id":"{name}",{field % text},"unknown":{{"x":1}}}}'.encode(), name) for name, text in ODD.items()]
    every = [pair for pairs in zip(good, BAD, strict=False) for pair in pairs] + BAD[len(good) :]
    return [one for one, _ in every], [name for _, name in every]


PARSED = {
    "a": "怀孕了公司要辞退我怎么办",
    "b": "他拿着刀在砸门",
    "c": "我在😀吴中区，电话13812345678，他不给孩子抚养费，还想离婚",
    "d": "阿巴阿巴",
}
DECISIONS = {
    "怀孕了公司要辞退我怎么办": "answer",
    "离婚冷静期多久": "answer",
    "今天股票涨了没有": "refuse",
    "你好": "talk",
    "谢谢": "talk",
    "我要找人": "talk",  # a command
    "他拿着刀在砸门": "human",
    "隔壁又在打老婆": "human",
    "我不想活了，药都准备好了": "human",
}
TURNS: dict[str, list[str]] = {
    "danger": ["他拿着刀在砸门"],
    "four": ["在吗", "我老公", "昨晚又", "打我了"],
    "person": ["他不给孩子抚养费，我在吴中区，我要找人"],
    "chat": ["你好"],
}
TIMES = ["gestern", 7, "", "0001-01-01", "9999-12-31T23:59:59+00:00", []]
LINES: dict[str, list[bytes]] = {
    "parse": [line(id=name, text=text) for name, text in PARSED.items()],
    "ask": [line(id=text, text=text) for text in DECISIONS],
    "replay": [
        *(line(id=name, turns=turns) for name, turns in TURNS.items()),
        line(id="night", turns=["我要找人"], at="2026-12-31T23:30:00+08:00"),
        line(id="utc", turns=["我要找人"], at="2026-12-31T15:30:00Z"),
    ],
}
BAD_TIMES = [line(id=f"at {at}", turns=["你好"], at=at) for at in TIMES]


@pytest.fixture(scope="module")
def ran(run: Run) -> dict[str, Ran]:
    """Each verb once: its own table, and between the bad lines the odd ones."""
    done: dict[str, Ran] = {}
    for verb, lines in LINES.items():
        more = BAD_TIMES if verb == "replay" else []
        done[verb] = run(verb, lines=[*mixed(turns=verb == "replay")[0], *more, *lines])
    return done


def own(ran: Ran, verb: str) -> list[dict[str, Any]]:
    """The answers to the verb's own table."""
    return ran.lines[-len(LINES[verb]) :]


@pytest.mark.parametrize("verb", LINES)
def test_bad_lines_are_named_and_the_rest_goes_on(ran: dict[str, Ran], verb: str) -> None:
    names = mixed(turns=verb == "replay")[1]
    assert ran[verb].code == 1, ran[verb].errors
    assert ran[verb].errors == ""
    assert [answer["id"] for answer in ran[verb].lines[: len(names)]] == names
    asked = len(names) + len(LINES[verb]) + (len(TIMES) if verb == "replay" else 0)
    assert len(ran[verb].lines) == asked
    for answer in ran[verb].lines[: len(names)]:
        assert ("error" not in answer) == (answer["id"] in ODD), answer
        if "error" in answer:
            assert set(answer) == {"id", "error"}
            assert any("\u4e00" <= letter <= "\u9fff" for letter in answer["error"])
    assert not any("error" in answer for answer in own(ran[verb], verb))


def test_odd_text_comes_back_as_it_was_written(ran: dict[str, Ran]) -> None:
    for answer in ran["replay"].lines:
        if answer["id"] in ODD:
            assert answer["turns"][0]["text"] == json.loads(ODD[answer["id"]])


def test_a_time_that_is_none_is_refused(ran: dict[str, Ran]) -> None:
    answers = {answer["id"]: answer for answer in ran["replay"].lines}
    for at in TIMES:
        assert "at" in answers[f"at {at}"].get("error", ""), at


def test_no_line_at_all_is_no_error(run: Run) -> None:
    done = run("parse")
    assert (done.code, done.lines, done.errors) == (0, [], "")


def test_parse_has_the_fields_of_the_contract(ran: dict[str, Ran]) -> None:
    intents = set(taxonomy().intents)
    answers = own(ran["parse"], "parse")
    for answer in answers:
        assert list(answer) == [
            *("id", "intent", "group", "confidence", "abstain", "alternatives", "needs", "danger", "entities", "model")
        ]
        assert answer["intent"] in intents
        assert answer["group"] == answer["intent"].partition("_")[0] == group_of(answer["intent"])
        assert 0 <= answer["confidence"] <= 1
        assert isinstance(answer["abstain"], bool)
        assert [set(other) for other in answer["alternatives"]] == [{"intent", "confidence"}] * 3
        ranked = [answer["confidence"], *(other["confidence"] for other in answer["alternatives"])]
        assert ranked == sorted(ranked, reverse=True)
        assert set(answer["needs"]) <= intents
        check_danger(answer["danger"])
        for entity in answer["entities"]:
            assert list(entity) == ["type", "text", "start", "end", "value"]
            if entity["type"] != "helper":
                assert PARSED[answer["id"]][entity["start"] : entity["end"]] == entity["text"]
    assert len({answer["model"] for answer in answers}) == 1
    found = {answer["id"]: answer for answer in answers}
    assert found["a"]["needs"][0] == "rights_maternity"
    assert found["b"]["danger"]["level"] == "immediate"
    assert "13812345678" in {entity["text"] for entity in found["c"]["entities"]}


def check_danger(danger: Mapping[str, Any]) -> None:
    assert list(danger) == ["level", "kind", "sure", "confidence"]
    assert danger["level"] in {"none", "watch", "urgent", "immediate"}
    assert (danger["kind"] is None) == (danger["level"] == "none")
    assert danger["kind"] is None or danger["kind"] in taxonomy().danger
    assert isinstance(danger["sure"], bool)


def test_ask_decides_and_names_its_source(ran: dict[str, Ran]) -> None:
    answers = own(ran["ask"], "ask")
    assert {answer["id"]: answer["decision"] for answer in answers} == DECISIONS
    for answer in answers:
        assert list(answer) == ["id", "decision", "article", "title", "score", "text", "sources"]
        known = answer["decision"] == "answer"
        assert [answer[name] is not None for name in ("article", "title", "score")] == [known] * 3
        assert bool(answer["sources"]) == known
        if known:
            assert 0 < answer["score"] <= 1
            assert answer["sources"][0]["date"] in answer["text"]
        for source in answer["sources"]:
            assert list(source) == ["title", "article", "date"]
        assert answer["text"]


def test_replay_twice_is_equal_whatever_was_played_before(run: Run, ran: dict[str, Ran]) -> None:
    """Her code is drawn from a fixed seed, so not even that differs."""
    again = run("replay", lines=list(reversed(LINES["replay"])))
    assert again.code == 0, again.errors
    assert own(ran["replay"], "replay") == list(reversed(again.lines))


def test_replay_shows_turns_and_tickets(ran: dict[str, Ran]) -> None:
    answers = own(ran["replay"], "replay")
    for answer in answers:
        check_replayed(answer)
    found = {answer["id"]: answer for answer in answers}
    assert [turn["text"] for turn in found["four"]["turns"]] == TURNS["four"]
    assert [bool(turn["replies"]) for turn in found["four"]["turns"]] == [True, False, False, True]
    (danger,) = found["danger"]["tickets"]
    assert (danger["number"], danger["priority"], danger["unit"]) == ("SZ20261123-0001", "urgent", "sz")
    assert danger["state"] == "received"
    assert [ticket["intent"] for ticket in found["four"]["tickets"]] == ["rights_dv"]
    assert [ticket["unit"] for ticket in found["person"]["tickets"]] == ["wuzhong"]
    assert found["chat"]["tickets"] == []
    # Beijing's day names the ticket, whatever zone the time was written in.
    assert found["night"]["tickets"] == found["utc"]["tickets"]
    assert found["night"]["tickets"][0]["number"].startswith("SZ20261231-")


def check_replayed(answer: Mapping[str, Any]) -> None:
    assert list(answer) == ["id", "turns", "tickets"]
    for turn in answer["turns"]:
        assert list(turn) == ["text", "intent", "danger", "replies"]
        check_danger(turn["danger"])
        for reply in turn["replies"]:
            assert list(reply) == ["text", "buttons", "article"]
            assert "正在提醒值班人员" not in reply["text"], "nobody is on duty"
    for ticket in answer["tickets"]:
        assert list(ticket) == ["number", "group", "intent", "unit", "cc", "dept", "priority", "state"]
        assert ticket["group"] == ticket["intent"].partition("_")[0]
        assert ticket["unit"] in UNITS
        assert ticket["unit"] not in ticket["cc"]
        assert set(ticket["cc"]) <= UNITS
        assert ticket["priority"] in {"urgent", "green", "normal"}
        assert ticket["state"] in STATES
        assert ticket["dept"] is None or ticket["dept"] in {one.dept for one in taxonomy().intents.values()} | {
            "office"
        }


@pytest.mark.parametrize(
    ("words", "environ", "named"),
    [
        (("nonsense",), {}, "nonsense"),
        (("parse", "--nonsense"), {}, "--nonsense"),
        (("restore",), {}, "备份文件"),
        ((), {}, "命令"),
        (("parse",), {"HALFSKY_PORT": "abc"}, "port"),
        (("parse",), {"HALFSKY_TELEGRAM_TOKEN_FILE": "/nowhere/token"}, "HALFSKY_TELEGRAM_TOKEN_FILE"),
        (("parse",), {"HALFSKY_ALARM_WEBHOOK": "没有这样的地址"}, "alarm_webhook"),
        (("parse",), {"HALFSKY_ALARM_WEBHOOK": "http://["}, "alarm_webhook"),
        (("parse",), {"HALFSKY_PUBLIC_URL": "http://["}, "public_url"),
        (("--config", "/nowhere.toml", "parse"), {}, "/nowhere.toml"),
        (("parse", "--model", "/nowhere.tar.gz"), {}, "/nowhere.tar.gz"),
    ],
)
def test_a_wrong_command_says_so_in_chinese(
    run: Run, words: tuple[str, ...], environ: dict[str, str], named: str, tmp_path: Path
) -> None:
    done = run(*words, **environ, PYTHONUTF8="1")
    assert done.code == 2
    assert done.lines == []
    assert named in done.errors
    assert "Traceback" not in done.errors
    assert any("\u4e00" <= letter <= "\u9fff" for letter in done.errors)
    for english in ("usage", "error:", "invalid", "required"):
        assert english not in done.errors


def test_errors_are_readable_where_the_locale_knows_no_chinese(run: Run) -> None:
    """Escaped is still readable; a crash while saying what is wrong is not."""
    done = run("nonsense")
    assert done.code == 2
    assert "Traceback" not in done.errors
