"""Every ink on every paper of the chat page, light and dark, is readable in the sun."""

import re
from pathlib import Path

import pytest


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [
        ("ink", "ground", 7), ("ink", "paper", 7), ("ink", "tint", 7), ("soft", "ground", 4.5), ("soft", "paper", 4.5),
        ("accent", "paper", 4.5), ("accent", "ground", 4.5), ("on-accent", "accent", 4.5), ("trouble", "ground", 4.5),
        ("edge", "paper", 3), ("edge", "ground", 3), ("accent", "tint", 4.5),
    ],
)  # fmt: skip
def test_contrast(scheme: int, ink: str, paper: str, least: float) -> None:
    css = Path("web/static/chat/chat.css").read_text(encoding="utf-8")
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+);", css.split(":root {")[scheme + 1].split("}")[0]))
    light, dark = sorted((luminance(tokens[ink]), luminance(tokens[paper])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least
