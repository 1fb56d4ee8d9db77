"""Who types by ear is read by ear."""

import subprocess
import sys

import pytest

from nlu.archive import ROOT
from nlu.sounds import SOUNDS_FILE, alike, sounding


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("外架女", "外嫁女"),
        ("分哄", "分红"),
        ("路直", "甪直"),
        ("离分", "离婚"),  # h / f
        ("拉他", "那他"),  # l / n
        ("zhongcai", "仲裁"),
        ("粽菜", "仲裁"),  # z / zh
        ("申经", "森金"),
        ("lihun", "离婚"),
        ("想LIHUN", "想离婚"),
    ],
)
def test_the_same_to_the_ear(typed: str, meant: str) -> None:
    assert sounding(typed.lower()) == sounding(meant)


@pytest.mark.parametrize(("one", "other"), [("离婚", "结婚"), ("贷款", "带宽了"), ("syb", "是"), ("wechat", "微信")])
def test_not_the_same(one: str, other: str) -> None:
    assert sounding(one) != sounding(other)


def test_position_by_position() -> None:
    text = "lihun 我在路直🙂"
    assert len(alike(text)) == len(text)
    assert alike(text)[:6] == "lihun "


def test_the_table_is_what_the_tool_writes() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from tools.sounds import text; print(text(), end='')"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert done.stdout == SOUNDS_FILE.read_text(encoding="utf-8")
