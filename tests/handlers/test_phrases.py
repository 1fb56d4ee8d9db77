"""The words she reads: short, calm, without promises, with right numbers; used ones exist, existing ones are used."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers import buttons
from handlers.phrases import HOLE, PhraseFault, load_phrases, phrases, require, say
from nlu.taxonomy import taxonomy

ROOT = Path(__file__).parents[2]
LIMIT = 120
NUMBERS = {"110", "120", "12356", "12338", "12345"}
SMALL = re.compile(r"(?<!\d)(?:7天|5人|18岁)")  # the only other figures
BANNED = Path(__file__).with_name("banned.txt").read_text(encoding="utf-8").split()
MADE_AT_RUN_TIME = (
    "danger.",
    "watch.about.",
    "status.state.",
    "unknown.",
    "intake.",
    "smalltalk.",
    "refuse.",
    "callback.",
    "channels.",
    "about.",
)
PLAIN = {"code.line", "staff.nudge", "duty.calling", "duty.nobody", "danger.nobody_answered"}


@pytest.mark.parametrize(("key", "text"), phrases().items())
def test_every_phrase_is_fit_to_be_read(key: str, text: str) -> None:
    assert len(text) <= LIMIT
    assert [word for word in BANNED if word in text] == []
    figures = re.findall(r"\d+", SMALL.sub("", text))
    assert set(figures) <= NUMBERS
    assert not re.search(r"[,!?;:]|[!！]{1}|\.\.\.", HOLE.sub("", text).replace(". ", "")), (
        "Chinese marks, and no shouting"
    )
    if "12338" in text:
        assert "不是全天" in text
    if "12356" in text and "免费" in text:
        assert "苏州" in text


@pytest.mark.parametrize("kind", [kind for kind in taxonomy().danger if kind != "mass_event"])
@pytest.mark.parametrize("who", ["self", "helper", "minor"])
def test_a_script_is_its_number_alone_and_three_steps(kind: str, who: str) -> None:
    words = phrases().get(f"danger.{kind}.{who}")
    if words is None:
        assert who == "minor"
        return
    number, *steps = words.split("\n")
    assert number in NUMBERS
    assert [step[0] for step in steps] == ["①", "②", "③"]
    assert all(len(step) <= 45 for step in steps)
    assert number in taxonomy().danger[kind].number.split("·") or who == "helper" or not taxonomy().danger[kind].number
    assert "您" not in words if who == "minor" else "你" not in words
    assert not re.search("保密|不告诉|监护人|家长|爸|妈", words)


def test_the_neutral_reply_excites_nobody() -> None:
    assert not re.search("别去|不要去|违法|后果|聚众|闹", say("danger.mass_event.self"))


def test_other_people_s_numbers_are_nowhere() -> None:
    assert "12110" not in "".join(phrases().values())


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for folder in ("handlers", "bot", "web"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "say":
                    yield path.relative_to(ROOT).as_posix(), node


def _keys(node: ast.expr) -> list[str]:
    """All texts in the first argument: a key, or the keys of a choice between two."""
    return [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def test_every_key_that_is_said_exists_and_is_given_what_it_needs() -> None:
    for path, call in _calls():
        if isinstance(call.args[0], ast.JoinedStr | ast.Name):
            continue
        for key in _keys(call.args[0]):
            assert key in phrases(), f"{path}: {key}"
            given = {word.arg for word in call.keywords}
            assert set(HOLE.findall(phrases()[key])) == given, f"{path}: {key}"


def test_every_key_that_exists_is_said() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("handlers", "bot", "web")
        for path in (ROOT / folder).rglob("*.py")
    )
    unused = [
        key
        for key in phrases()
        if not key.startswith(MADE_AT_RUN_TIME) and key not in PLAIN and f'"{key}"' not in sources
    ]
    assert unused == []


@pytest.mark.parametrize("key", sorted(PLAIN))
def test_what_others_say_is_there(key: str) -> None:
    assert key in phrases()


def test_buttons_are_short_and_different() -> None:
    words = [value for name, value in vars(buttons).items() if name.isupper() and isinstance(value, str)]
    assert len(set(words)) == len(words)
    assert all(len(word) <= 8 for word in words)


@pytest.mark.parametrize(
    ("yaml_text", "reason"),
    [
        ("a: ''", "empty"),
        ("a: 您好{whoever}", "hole"),
        ("a: 您好{", "hole"),
        ("a: 12", "not a text"),
    ],
)
def test_a_broken_file_stops_the_start(tmp_path: Path, yaml_text: str, reason: str) -> None:
    file = tmp_path / "phrases.yml"
    file.write_text(yaml_text, encoding="utf-8")
    with pytest.raises(PhraseFault, match=reason):
        load_phrases(file)


def test_missing_keys_and_values_are_errors() -> None:
    with pytest.raises(PhraseFault, match=r"no\.such"):
        say("no.such")
    with pytest.raises(PhraseFault, match="call"):
        say("duty.nobody")
    with pytest.raises(PhraseFault, match="extra"):
        say("pause.quiet", extra="x")
    with pytest.raises(PhraseFault, match=r"no\.such"):
        require("pause.quiet", "no.such")


def test_her_words_are_never_a_pattern() -> None:
    assert (
        say("answer.other", topic="{call}{topic.__class__}%s")
        == "您还说到“{call}{topic.__class__}%s”，想了解就点下面。"
    )
