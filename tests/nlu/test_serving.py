"""The committed model, served as the bot serves it."""

import subprocess
import sys

import pytest

from nlu.archive import ROOT
from nlu.serving import Interpreter, Request
from nlu.taxonomy import taxonomy
from nlu.understanding import Understanding


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return Interpreter(places={"吴江": "wujiang", "吴江区": "wujiang"})


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("怀孕了公司要辞退我怎么办", "rights_maternity"),
        ("他拿着刀在砸门", "rights_dv"),
        ("在吗", "smalltalk_greet"),
        ("转人工", "command_human"),
        ("离婚冷静期多久", "marriage_divorce"),
        ("老公打我要离婚", "rights_dv"),  # safety before procedure
        ("昨晚又 打我了", "rights_dv"),
    ],
)
def test_intents(interpreter: Interpreter, text: str, intent: str) -> None:
    understood = interpreter.parse(text)
    assert understood.intent == intent
    assert understood.group == intent.partition("_")[0]
    assert 0 < understood.confidence <= 1
    assert [other.confidence for other in understood.alternatives] == sorted(
        (other.confidence for other in understood.alternatives), reverse=True
    )


@pytest.mark.parametrize(
    ("text", "kind", "level", "helper"),
    [
        ("他拿着刀在砸门", "violence_now", "immediate", False),
        ("隔壁又在打老婆", "violence_now", "immediate", True),
        ("昨晚又 打我了", "violence_recent", "watch", False),
        ("我不想活了", "suicide", "immediate", False),
        ("女儿说不想活了", "suicide", "immediate", True),
        ("他\u200b拿\u200b着\u200b刀\u200b在\u200b砸\u200b门", "violence_now", "immediate", False),
        ("他昨晚掐我脖子打我", "violence_recent", "urgent", False),
    ],
)
def test_dangers(interpreter: Interpreter, text: str, kind: str, level: str, helper: bool) -> None:
    understood = interpreter.parse(text)
    assert (understood.danger.kind, understood.danger.level, understood.danger.sure) == (kind, level, True)
    assert understood.helper is helper


@pytest.mark.parametrize(
    "text", ["我想死你了", "打官司要多少钱", "产假多少天", "创业担保贷款利息", "你好", "今天累死我了"]
)
def test_no_alarm(interpreter: Interpreter, text: str) -> None:
    danger = interpreter.parse(text).danger
    assert not (danger.sure and danger.level in {"urgent", "immediate"})


def test_four_messages_are_one(interpreter: Interpreter) -> None:
    understood = interpreter.parse("打我了", ["在吗", "我老公", "昨晚又"])
    assert (understood.danger.kind, understood.danger.sure) == ("violence_recent", True)
    assert understood.intent == "rights_dv"


def test_a_word_of_danger_before_is_not_forgotten(interpreter: Interpreter) -> None:
    assert interpreter.parse("没事了", ["他拿着刀在砸门"]).danger.kind == "violence_now"


def test_entities_belong_to_this_message(interpreter: Interpreter) -> None:
    understood = interpreter.parse("我在吴江区", ["老公打我"])
    assert [(entity.type, entity.value, entity.start) for entity in understood.entities] == [("place", "wujiang", 2)]


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "😀😀", "....", "\ud800", "1", "<script>alert(1)</script>", "a" * 100_000, "啊" * 100_000]
)
def test_anything_gets_an_understanding(interpreter: Interpreter, text: str) -> None:
    understood = interpreter.parse(text)
    assert understood.intent in taxonomy().intents
    assert understood.vector is not None
    assert understood.vector.shape == (512,)


@pytest.mark.parametrize("text", ["", "😀😀", "....", "12345"])
def test_no_words_no_answer(interpreter: Interpreter, text: str) -> None:
    assert interpreter.parse(text).abstain


def test_needs(interpreter: Interpreter) -> None:
    assert interpreter.parse("在吗").needs == ()
    two = interpreter.parse("我想离婚，另外公司拖欠我三个月工资不给怎么办")
    assert two.needs[0] == two.intent
    assert {"marriage_divorce", "job_dispute"} <= set(two.needs)
    assert interpreter.parse("老公打我要离婚").needs[:2] == ("rights_dv", "marriage_divorce")


def test_many_are_like_one_by_one(interpreter: Interpreter) -> None:
    texts = ["离婚怎么办", "昨晚又 打我了", "今天累死我了，老公还打我", "你好", "找工作", "贷款"] * 7
    together = interpreter.parse_many([*texts, Request("打我了", ("我老公",))])
    alone = [*(interpreter.parse(text) for text in texts), interpreter.parse("打我了", ["我老公"])]
    for one, other in zip(together, alone, strict=True):
        assert (one.intent, one.danger.kind, one.needs) == (other.intent, other.danger.kind, other.needs)
        assert one.confidence == pytest.approx(other.confidence, abs=1e-5)


def test_the_dictionary_there_and_back(interpreter: Interpreter) -> None:
    said = interpreter.parse("我在吴江区，老公昨晚打我，电话13812345678").to_dict()
    assert list(said) == [
        "intent", "group", "confidence", "abstain", "alternatives", "needs", "danger", "entities", "model",
    ]  # fmt: skip
    assert Understanding.from_dict(said).to_dict() == said


def test_serving_loads_no_trainer() -> None:
    heavy = ("rasa", "tensorflow", "sklearn", "scipy", "jieba", "sqlalchemy")
    script = (
        "import sys; import nlu.serving, nlu.remote; nlu.serving.Interpreter().parse('你好');"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
