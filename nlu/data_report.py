"""What the training data look like, and which of its rules they break: `python -m nlu.data_report`."""

import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.archive import ROOT
from nlu.duplicates import bare, near_within
from nlu.examples import Example, read_examples
from nlu.taxonomy import NOT_CONSULTATIONS, taxonomy
from nlu.text import normal

GRAM, COMMON = 6, 5  # a run of so many characters is common when so many sentences share it
MOST_COMMON = 0.06  # share of the sentences that may hold a common run: above it, they come from a template
LEAST = {"all": 6000, "consultation": 70, "other_out_of_scope": 800, "small": 40, "danger": 700, "resembles": 1500}
LENGTHS = (6, 12, 20, 40, 80, 160)
STYLES = (
    ("公文信访", r"尊敬的|领导[:：您好]|兹|特此|贵单位|恳请|此致|反映如下|予以"),
    ("搜索词", r"^[^，。？！,.?!吗呢啊吧我你他她]{2,16}$"),
    ("表情", r"[\U0001f300-\U0001faff☀-➿]"),
    ("方言", r"侬|伊|阿拉|吾|勿|弗|囡|俺|咋|啥|恁|咱|娃|咯|伐"),
    ("问句", r"[吗呢么?？]$|怎么|如何|多少|哪"),
    ("无标点长句", r"^[^，。？！,.?!;；、]{24,}$"),
    ("替人问", r"我(?:妈|姐|妹|女儿|闺蜜|朋友|同事|邻居|嫂子|阿姨|学生)"),
)


@dataclass(frozen=True)
class Findings:
    """`broken`: one line a broken rule."""

    broken: tuple[str, ...]
    common: float
    lengths: dict[str, int]
    styles: dict[str, int]


def training_examples(folder: Path = ROOT / "nlu" / "data") -> list[Example]:
    return read_examples(sorted(folder.glob("*.yml")))


def examine(examples: Sequence[Example]) -> Findings:
    texts = [bare(normal(item.text).text) or item.text for item in examples]
    common = common_share(texts)
    broken = [*_too_few(examples), *_doubled(examples, texts)]
    if common > MOST_COMMON:
        broken.append(f"{common:.1%} 的句子有 {COMMON} 句以上共有的 {GRAM} 字串，最多 {MOST_COMMON:.0%}")
    return Findings(tuple(broken), common, _lengths(examples), _styles(examples))


def _too_few(examples: Sequence[Example]) -> list[str]:
    counts = Counter(item.intent for item in examples)
    kinds = Counter(item.danger for item in examples if item.danger is not None)
    book = taxonomy()
    wanted = {
        name: LEAST["small"] if intent.group in NOT_CONSULTATIONS else LEAST.get(name, LEAST["consultation"])
        for name, intent in book.intents.items()
    }
    found = [f"{name}：{counts[name]} 句，至少 {least}" for name, least in wanted.items() if counts[name] < least]
    totals = {
        "all": len(examples),
        "danger": sum(kinds.values()),
        "resembles": sum(item.resembles is not None for item in examples),
    }
    found += [f"{name}：{count} 句，至少 {LEAST[name]}" for name, count in totals.items() if count < LEAST[name]]
    return found + [f"危险 {kind} 没有例句" for kind in book.danger if not kinds[kind]]


def _doubled(examples: Sequence[Example], texts: Sequence[str]) -> list[str]:
    """The same sentence twice, or nearly the same one under two intents."""
    found = []
    for one, other in near_within(texts):
        first, second = examples[one], examples[other]
        if normal(first.text).text == normal(second.text).text:
            found.append(f"重复：{first.text}（{first.intent}、{second.intent}）")
        elif first.intent != second.intent and (first.danger is None) == (second.danger is None):
            found.append(f"几乎相同：{first.text}（{first.intent}） / {second.text}（{second.intent}）")
    return found


def common_share(texts: Sequence[str]) -> float:
    runs = [{text[start : start + GRAM] for start in range(len(text) - GRAM + 1)} for text in texts]
    counts = Counter(run for own in runs for run in own)
    return sum(any(counts[run] >= COMMON for run in own) for own in runs) / max(len(texts), 1)


def _lengths(examples: Sequence[Example]) -> dict[str, int]:
    counts = Counter(next((f"≤{most}" for most in LENGTHS if len(item.text) <= most), "更长") for item in examples)
    return {name: counts[name] for name in (*(f"≤{most}" for most in LENGTHS), "更长")}


def _styles(examples: Sequence[Example]) -> dict[str, int]:
    patterns = [(name, re.compile(pattern)) for name, pattern in STYLES]
    return {name: sum(bool(pattern.search(item.text)) for item in examples) for name, pattern in patterns}


def main() -> int:
    examples = training_examples()
    found = examine(examples)
    print(f"{len(examples)} 句，{len({item.intent for item in examples})} 个意图")
    print("长度（字）：", "，".join(f"{name} {count}" for name, count in found.lengths.items()))
    print("写法：", "，".join(f"{name} {count}" for name, count in found.styles.items()))
    print(f"含常见 {GRAM} 字串的句子：{found.common:.2%}")
    for line in found.broken:
        print(f"不合规则：{line}")
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
