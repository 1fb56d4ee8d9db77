"""An article back into the Markdown file it is read from; reading it again gives the same article."""

from datetime import date
from typing import Any

import yaml

from knowledge.article import Article, Source
from knowledge.frontmatter import FENCE
from knowledge.load import KEYS

WIDE = 10_000  # one line a value, so that a difference shows what changed


class _Flow(dict[str, Any]):
    """Written on one line."""


class _Names(list[str]):
    """Written on one line."""


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's signature
        super().increase_indent(flow, False)


_Dumper.add_representer(_Flow, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data, True))
_Dumper.add_representer(_Names, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, True))


def written(article: Article) -> str:
    head = {key: _plain(key, getattr(article, key)) for key in KEYS}
    text = yaml.dump(head, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDE, default_flow_style=False)
    return f"{FENCE}\n{text}{FENCE}\n{article.body}\n"


def _plain(key: str, value: Any) -> Any:
    if key in {"intents", "related"}:
        return _Names(value)
    if key == "sources":
        return [_source(source) for source in value]
    return list(value) if isinstance(value, tuple) else value


def _source(source: Source) -> _Flow:
    day: date = source.date
    return _Flow(title=source.title, article=source.article, date=day, fact=_Names(source.fact))
