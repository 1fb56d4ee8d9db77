"""Writes nlu/sounds.txt, which characters sound alike to somebody who types by ear: `python tools/sounds.py`."""

import re
from pathlib import Path

from pypinyin import lazy_pinyin

ROOT = Path(__file__).parents[1]
# Her keyboard, and many a southern tongue, keep these apart no more than the ear does: n/l, h/f, zh/z, ch/c, sh/s,
# ang/an, eng/en, ing/in. Before fa, fei … stands the sound of hu: hua, hui.
F_AS_HU = {
    "fa": "hua", "fo": "huo", "fu": "hu", "fei": "hui", "fan": "huan", "fen": "hun", "fang": "huan", "feng": "hon",
    "fou": "hou",
}  # fmt: skip


def fuzzy(syllable: str) -> str:
    """A syllable without tone as the class of all that is confused with it."""
    spelled = F_AS_HU.get(syllable.replace("ü", "v"), syllable.replace("ü", "v"))
    spelled = re.sub(r"^([zcs])h", r"\1", spelled)
    spelled = re.sub(r"^n(?=[aeiouv])", "l", spelled)
    return re.sub(r"(?<=[aeiou])ng$", "n", spelled)


def characters() -> list[str]:
    """Those of GB 2312, frequent ones first, and whatever else stands in the names of places."""
    found = [bytes([high, low]).decode("gb2312", "ignore") for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)]
    names = sorted((ROOT / "tickets" / "org").rglob("*.yml"))
    own = {letter for path in names for letter in path.read_text(encoding="utf-8") if "\u4e00" <= letter <= "\u9fff"}
    return [*filter(None, found), *sorted(own - set(found))]


def text() -> str:
    """A line a class: the ways to spell it in letters, and its characters."""
    spellings: dict[str, set[str]] = {}
    classes: dict[str, list[str]] = {}
    for character in characters():
        syllable = lazy_pinyin(character, v_to_u=False)[0]
        if syllable.isascii():
            spellings.setdefault(fuzzy(syllable), set()).add(syllable)
            classes.setdefault(fuzzy(syllable), []).append(character)
    return "".join(f"{','.join(sorted(spellings[key]))} {''.join(alike)}\n" for key, alike in sorted(classes.items()))


def main() -> int:
    (ROOT / "nlu" / "sounds.txt").write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
