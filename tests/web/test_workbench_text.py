"""Nothing a woman or a colleague typed can become code on a staff page: only constants reach HTML and JavaScript."""

import ast
import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
# Calls of NiceGUI whose words are read as HTML, CSS or JavaScript.
READ_AS_CODE = {
    "add_body_html",
    "add_css",
    "add_head_html",
    "add_sass",
    "add_scss",
    "html",
    "interactive_image",
    "markdown",
    "mermaid",
    "restructured_text",
    "run_javascript",
    "editor",
    "echart",
}
IN_THE_BROWSER = re.compile(
    r"v-html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setHTML|dangerously|srcdoc"
)
STRINGS_AS_CODE = re.compile(r"\.on\(.*js_handler|\.props\(f['\"]|\.style\(f['\"]")
# A number of ours, never words of anybody, goes into these.
MEASURES = {"web/parts/controls.py": "input-style='min-height:{rows * 24}px'"}


def found(source: str) -> list[str]:
    """Calls whose words are not a constant."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        f"{ast.unparse(call)[:80]} (line {call.lineno})"
        for call in calls
        if _name(call) in READ_AS_CODE and not all(isinstance(one, ast.Constant) for one in call.args)
    ]


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


@pytest.mark.parametrize("path", sorted(WEB.rglob("*.py")), ids=str)
def test_no_typed_word_is_read_as_code(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert found(source) == []
    measured = MEASURES.get(path.relative_to(WEB.parent).as_posix(), "")
    lines = [
        line for line in source.splitlines() if STRINGS_AS_CODE.search(line) and not (measured and measured in line)
    ]
    assert lines == []


@pytest.mark.parametrize("path", sorted((WEB / "parts").glob("*.js")), ids=str)
def test_the_components_put_words_in_as_text(path: Path) -> None:
    assert IN_THE_BROWSER.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "ui.html(text)",
        "ui.markdown(f'{text}')",
        "client.run_javascript('x' + text)",
        "ui.add_head_html(text, shared=True)",
    ],
)
def test_the_rule_sees_what_it_forbids(source: str) -> None:
    assert found(source) != []
