"""Words of the field stay whole, sayings meet, and cutting leaves no trace on the machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.words import letters, vocabulary, words


@pytest.mark.parametrize("word", ["人身安全保护令", "告诫书", "冷静期", "富民创业担保贷款", "三八红旗手"])
def test_words_of_the_field_are_not_cut(word: str) -> None:
    assert word in vocabulary()
    assert words(word)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("领证", "结婚登记"),
        ("闺女", "女儿"),
        ("老公", "丈夫"),
        ("户口簿", "户口本"),
        ("仲裁", "劳动仲裁"),
        ("ＳＹＢ", "syb"),
    ],
)
def test_one_thing_has_one_word(one: str, other: str) -> None:
    assert set(words(one)) & set(words(other))


def test_no_word_means_two_things() -> None:
    lines = Path("knowledge/words.txt").read_text(encoding="utf-8").splitlines()
    entries = [word for line in lines if not line.startswith("#") for word in line.split()]
    assert sorted(word for word in set(entries) if entries.count(word) > 1) == []


def test_filler_and_punctuation_do_not_count() -> None:
    assert words("请问我可以吗？？！") == []
    assert letters("好。") == ["好"]


def test_cutting_is_silent_and_shares_no_file(tmp_path: Path) -> None:
    """Jieba would log to stderr and marshal its dictionary into a file in /tmp that any user may have written."""
    code = "from knowledge.words import words; print(words('怎么申请人身安全保护令'))"
    ran = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code],
            stdout=-1,
            stderr=-1,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        )
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=60) for process in ran]
    assert {out.decode().strip() for out, _ in outputs} == {str(words("怎么申请人身安全保护令"))}
    assert [err for _, err in outputs] == [b"", b""]
    assert list(tmp_path.iterdir()) == []
