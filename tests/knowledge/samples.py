"""One good article, as data and as a file, from which tests make bad ones."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.article import Article, Source

Encode = Callable[[list[str]], NDArray[np.float32]]

ORDER = Article(
    id="rights-order",
    title="人身安全保护令怎么申请",
    intents=("rights_dv",),
    variants=("怎么申请保护令", "保护令去哪里办", "保护令要钱吗", "几天能下来", "谁能替我申请", "要先离婚吗"),
    answer="向基层法院申请，不用先离婚，不收诉讼费。法院受理后72小时内作出决定，紧急的24小时内。",
    steps=("先到安全的地方，有危险打110", "带上身份证去法院"),
    prepare=("身份证", "报警回执或聊天记录"),
    helper="法院",
    sources=(Source("反家庭暴力法", "第23、25、28条", date(2016, 3, 1), ("R17", "R20", "R21")),),
    region="national",
    status="verified",
    valid_from=date(2016, 3, 1),
    valid_to=None,
    review_by=date(2027, 6, 30),
    reviewed_by=None,
    reviewed_on=None,
    related=(),
    body="- 有效的求助记录都可以交给法院。",
)

LEAVE = replace(
    ORDER,
    id="rights-leave",
    title="产假有多少天",
    intents=("rights_maternity",),
    variants=("产假几天", "生孩子放多久假", "剖腹产多几天", "双胞胎产假", "流产假多少天", "产假能提前休吗"),
    answer="国家规定产假98天，产前可以休15天。",
    steps=("先请医院开证明", "书面向单位请假"),
    sources=(Source("女职工劳动保护特别规定", "第7条", date(2012, 4, 28), ("R39",)),),
    body="- 难产的增加15天。",
)

FILE = """---
id: rights-order
title: 人身安全保护令怎么申请
intents: [rights_dv]
variants: [怎么申请保护令, 保护令去哪里办, 保护令要钱吗, 几天能下来, 谁能替我申请, 要先离婚吗]
answer: 向基层法院申请，法院受理后72小时内作出决定。
steps: [先到安全的地方, 带上身份证去法院]
prepare: [身份证]
helper: 法院
sources:
  - {title: 反家庭暴力法, article: 第28条, date: 2016-03-01, fact: [R21]}
region: national
status: verified
valid_from: 2016-03-01
valid_to: null
review_by: 2027-06-30
reviewed_by: null
reviewed_on: null
related: []
---
- 求助记录可以交给法院。
"""


def written(folder: Path, text: str = FILE, name: str = "rights-order.md") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def changed(**fields: Any) -> Article:
    return replace(ORDER, **fields)
