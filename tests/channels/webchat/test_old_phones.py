"""The scripts in the words of an old web view, and the chat on a line that lets no socket through."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from bot.settings import Settings
from tests.channels.webchat.pictures import photo
from tests.channels.webchat.site import WORDS, Desk, serving, until
from tests.channels.webchat.test_attach import named
from tests.channels.webchat.test_page import say

SCRIPTS = sorted(Path("web/static/chat").glob("*.js"))
QUOTED = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|(?P<before>[(,=:\[!&|?{};]\s?)/(?:\\.|\[[^\]]*\]|[^/\\\n\[*])+/[gim]*""",
    re.DOTALL,
)


def bare(code: str) -> str:
    """Without comments, texts and patterns: what is left is syntax."""
    return QUOTED.sub(lambda found: (found["before"] or "") + "0", code)


# Syntax and built-ins younger than ES5, and parts of the browser that came after Android's 4.4 web view.
YOUNGER = {
    "let or const": r"\b(let|const)\s+[\w{\[]",
    "arrow": r"=>",
    "template": r"`",
    "class": r"\bclass\s+\w+",
    "spread": r"\.\.\.",
    "async": r"\b(async|await)\b",
    "optional": r"\?\.[\w\[(]|\?\?",
    "power": r"\*\*",
    "for of": r"\bfor\s*\([^;)]*\bof\b",
    "import": r"\b(import|export)\b",
    "default value": r"function[^(]*\([^)]*=",
    "unpacking": r"\b(var|function \w*)\s*[\[{(]\s*[\[{]",
    "short method": r"[{,]\s*(?!function\b|if\b|for\b|while\b|switch\b)\w+\s*\([^()]*\)\s*\{",
    "short property": r"[{,]\s*[a-z]\w*\s*[,}](?=\s*[;)])",
    "catch without a name": r"\bcatch\s*\{",
    "built-in": r"\b(Promise|Symbol|Proxy|WeakMap|Map|Set|fetch|AbortController|IntersectionObserver)\b\s*[(.]",
    "method": r"\.(includes|startsWith|endsWith|padStart|padEnd|repeat|find|findIndex|closest|matches|remove|append"
    r"|prepend|replaceWith|flat|flatMap|fill|assign|entries|values|replaceAll|finally|toggleAttribute|sendBeacon)\(",
}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_nothing_younger_than_an_old_phone(path: Path) -> None:
    code = bare(path.read_text(encoding="utf-8"))
    found = {name: match[0] for name, pattern in YOUNGER.items() if (match := re.search(pattern, code))}
    assert found == {}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("let or const", "let a = 1;"),
        ("arrow", "list.map(a => a)"),
        ("template", "var a = `x`;"),
        ("spread", "f(...list)"),
        ("optional", "a?.b"),
        ("for of", "for (var a of list) {}"),
        ("default value", "function f(a = 1) {}"),
        ("catch without a name", "try {} catch { }"),
        ("short property", "f({ a, b });"),
        ("short method", "var a = { b: 1, c() { return 1; } };"),
        ("built-in", "new Promise(f)"),
        ("method", "list.includes(1)"),
    ],
)
def test_the_check_sees_what_is_younger(name: str, code: str) -> None:
    assert re.search(YOUNGER[name], bare(code))


def test_no_script_and_no_style_stands_in_the_page() -> None:
    page = Path("web/static/chat/index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", page) == []
    for path in SCRIPTS:
        code = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", code)
        assert not re.search(r"localStorage|sessionStorage|indexedDB|\bcaches\b|serviceWorker|\.cookie|pushState", code)


BLOCKED = """(() => { const Real = WebSocket;
  window.WebSocket = function (address) { return new Real(address.replace(/:\\d+/, ":1")); }; })()"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("line", ["delete window.WebSocket", BLOCKED, "window.WebSocket = () => { throw Error() }"])
async def test_plain_requests_carry_everything_where_no_socket_opens(phone: Page, line: str) -> None:
    desk = Desk(answer=lambda inbound: [(f"收到：{inbound.text or inbound.kind}", ())])
    async with serving(desk, Settings()) as site:
        policy = "Content-Security-Policy"
        await phone.route(
            f"{site.url}/",
            lambda route: _without_policy(route, policy),  # else the blocked address is refused before it is tried
        )
        await phone.add_init_script(line)
        await phone.goto(site.url)
        await say(phone, "你好")
        await expect(phone.locator(".bot .bubble")).to_have_text("收到：你好", timeout=15_000)
        await phone.set_input_files("#file", named(photo()))
        await expect(phone.locator(".bot .bubble").last).to_have_text("收到：image", timeout=15_000)
        delivery = desk.say(desk.inbounds[0].sender, "我是小李")
        await expect(phone.locator(".bubble").last).to_have_text("我是小李", timeout=15_000)
        await until(lambda: delivery.reply_id in desk.marked)
        await phone.click("#back")
        await phone.fill("#words", WORDS)
        await phone.press("#words", "Enter")
        await expect(phone.locator(".divider").first).to_have_text("之前的对话")
        assert not site.chat._pages


async def _without_policy(route: Route, name: str) -> None:
    answer = await route.fetch()
    headers = {key: value for key, value in answer.headers.items() if key != name.lower()}
    await route.fulfill(response=answer, headers=headers)
