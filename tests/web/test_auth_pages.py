"""The pages before the workbench on a real server: cookie, headers, origins, first sign-in, and a real browser."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.conftest import CHROMIUM
from tests.web.auth_site import PASSWORD, Site, running
from web.auth.forms import EXPIRED, local_path, sign_in_page

NEXT = "a cold brick in november"
PUBLIC = "https://desk.example"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("pages")) as site:
        for login in ("li", "wang", "zhou"):
            site.add_seat(login)
        site.add_seat("chen", role="lead")
        site.add_seat("first", must_change=True)
        site.add_seat("second", must_change=True)
        yield site


@pytest.fixture(scope="module")
def https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("https"), "guarded", PUBLIC) as site:
        site.add_seat("li")
        yield site


def browser_of(site: Site, login: str | None = None) -> httpx.Client:
    browser = site.client()
    if login:
        browser.cookies.set(site.cookie, site.sign_in(login))
    return browser


def test_the_cookie(site: Site) -> None:
    with site.client() as browser:
        cookie = browser.post("/desk/sign-in", data={"login": "li", "password": PASSWORD}).headers["set-cookie"]
    value, *attributes = [part.strip() for part in cookie.split(";")]
    assert re.fullmatch(r"halfsky=[A-Za-z0-9_-]{43}", value)
    assert {one.lower() for one in attributes} == {"httponly", "samesite=strict", "path=/", "max-age=43200"}


def test_the_cookie_over_https_is_bound_to_the_host(https: Site) -> None:
    form = {"login": "li", "password": PASSWORD}
    answer = httpx.post(f"{https.url}/desk/sign-in", data=form, headers={"Origin": PUBLIC})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-halfsky=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}
    assert "domain" not in cookie.lower()
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    # The plain name is not taken there, and the plain address is no origin of ours.
    token = cookie.split("=", 1)[1].split(";")[0]
    plain = httpx.get(f"{https.url}/desk", headers={"Cookie": f"halfsky={token}"})
    assert plain.headers["location"] == "/desk/sign-in?next=/desk"
    assert httpx.get(f"{https.url}/desk", headers={"Cookie": f"__Host-halfsky={token}"}).status_code == 200
    assert httpx.post(f"{https.url}/desk/sign-in", data=form, headers={"Origin": https.url}).status_code == 403


ANSWERS = [
    ("/desk/sign-in", None, 200),
    ("/desk/sign-in.css", None, 200),
    ("/desk/session.js", None, 200),
    ("/desk/session", None, 401),
    ("/desk", None, 303),
    ("/desk/no-such-page", None, 303),
    ("/desk", "li", 200),
    ("/desk/report", "li", 403),
    ("/desk/report", "chen", 200),
    ("/desk/no-such-page", "li", 404),
    ("/desk/password", "li", 200),
    ("/desk/sign-out", "li", 404),
    ("/no-such-page", None, 404),
    ("/test/broken", None, 500),
    ("/test/state", None, 200),
    ("/_nicegui/3/static/nicegui.js", None, 401),
    ("/_nicegui/client/x/upload/1", "li", 403),
    ("/_nicegui_ws/socket.io/?EIO=4&transport=polling", "li", 403),
    ("/_nicegui_ws/socket.io/?EIO=4&transport=polling", None, 401),
]


@pytest.mark.parametrize(("path", "login", "status"), ANSWERS)
def test_every_answer_has_the_headers(site: Site, path: str, login: str | None, status: int) -> None:
    with browser_of(site, login) as browser:
        answer = browser.get(path)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-frame-options"] == "DENY"
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    eval_allowed = path.split("?", maxsplit=1)[0] in {"/desk", "/desk/report", "/desk/no-such-page"}
    assert ("unsafe-eval" in policy) is eval_allowed
    assert "strict-transport-security" not in answer.headers


def test_a_wrong_address_is_plain_and_says_nothing_of_us(site: Site) -> None:
    stranger = httpx.get(f"{site.url}/no-such-page?words=three")
    assert (stranger.status_code, stranger.text) == (404, "没有这个页面")
    with browser_of(site, "li") as browser:
        staff = browser.get("/desk/no-such-page")
    assert (staff.status_code, "没有这个页面，或者您没有打开它的权限" in staff.text) == (404, True)
    assert "_nicegui" not in stranger.text + staff.text
    assert "not found" not in site.log.read_text().lower().replace("404 not found", "")


def test_library_files_may_be_kept_but_only_by_staff(site: Site) -> None:
    with browser_of(site, "li") as browser:
        address = re.search(r'/_nicegui/[^"]+/static/nicegui\.css', browser.get("/desk").text)
        assert address
        answer = browser.get(address[0])
        assert answer.status_code == 200
        assert "max-age" in answer.headers["cache-control"]
        assert browser.get(address[0], headers={"Origin": "https://evil.example"}).status_code == 403
    assert httpx.get(site.url + address[0]).status_code == 401


FOREIGN: list[dict[str, str]] = [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://127.0.0.1"},
]


@pytest.mark.parametrize("path", ["/desk/sign-in", "/desk/sign-out", "/desk/password", "/desk", "/desk/anything"])
@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_change_from_elsewhere_is_refused(site: Site, path: str, headers: dict[str, str]) -> None:
    token = site.sign_in("li")
    form = {"login": "li", "password": PASSWORD, "old": PASSWORD, "new": NEXT, "again": NEXT}
    answer = httpx.post(site.url + path, data=form, headers={**headers, "Cookie": f"halfsky={token}"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert httpx.get(f"{site.url}/desk/session", headers={"Cookie": f"halfsky={token}"}).status_code == 204


def test_a_form_of_ours_comes_without_referrer_and_is_taken(site: Site) -> None:
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    answer = httpx.post(f"{site.url}/desk/sign-in", data={"login": "li", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 303


def test_signing_out_clears_and_ends(site: Site) -> None:
    with browser_of(site, "li") as browser:
        token = browser.cookies["halfsky"]
        assert browser.get("/desk/sign-out").status_code == 404  # looking changes nothing
        assert browser.get("/desk").status_code == 200
        answer = browser.post("/desk/sign-out")
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
        assert answer.headers["clear-site-data"] == '"cache", "storage"'
        assert "max-age=0" in answer.headers["set-cookie"].lower()
    gone = httpx.get(f"{site.url}/desk", headers={"Cookie": f"halfsky={token}"})
    assert gone.headers["location"] == "/desk/sign-in?expired=1&next=/desk"
    assert EXPIRED in httpx.get(site.url + gone.headers["location"]).text


def test_signing_in_again_replaces_the_session(site: Site) -> None:
    with browser_of(site, "wang") as browser:
        old = browser.cookies["halfsky"]
        answer = browser.post("/desk/sign-in", data={"login": "wang", "password": PASSWORD, "next": "/desk/report"})
        assert answer.headers["location"] == "/desk/report"
        assert answer.cookies["halfsky"] != old
    assert httpx.get(f"{site.url}/desk/session", headers={"Cookie": f"halfsky={old}"}).status_code == 401


def test_a_wrong_password_says_so_and_keeps_the_login(site: Site) -> None:
    with site.client() as browser:
        answer = browser.post("/desk/sign-in", data={"login": '"><b>', "password": "secret words of mine"})
    assert answer.status_code == 401
    assert "账号或口令不对" in answer.text
    assert 'role="alert"' in answer.text
    assert 'value="&quot;&gt;&lt;b&gt;"' in answer.text
    assert "secret words of mine" not in answer.text


def test_a_huge_form_is_refused(site: Site) -> None:
    with site.client() as browser:
        assert browser.post("/desk/sign-in", data={"login": "li", "password": "x" * 20_000}).status_code == 413


def test_the_first_sign_in_leads_to_a_new_password_only(site: Site) -> None:
    with browser_of(site, "first") as browser:
        old = browser.cookies["halfsky"]
        for path in ("/desk", "/desk/report"):
            answer = browser.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/password?next={path}")
        assert browser.get("/_nicegui_ws/socket.io/", params={"client_id": "x"}).status_code == 403
        assert "第一次登录" in browser.get("/desk/password").text
        for new, again, why in (
            ("short", "short", "至少 15 位"),
            (NEXT, PASSWORD, "不一样"),
            (PASSWORD, PASSWORD, "现在的一样"),
        ):
            refused = browser.post("/desk/password", data={"old": PASSWORD, "new": new, "again": again})
            assert refused.status_code == 422
            assert why in refused.text
        form = {"old": PASSWORD, "new": NEXT, "again": NEXT, "next": "/desk/report"}
        answer = browser.post("/desk/password", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/report")
        browser.cookies.clear()
        browser.cookies.set("halfsky", answer.cookies["halfsky"])
        assert browser.get("/desk").status_code == 200
    assert httpx.get(f"{site.url}/desk/session", headers={"Cookie": f"halfsky={old}"}).status_code == 401


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/desk", "/desk"),
        ("/desk/tickets/12", "/desk/tickets/12"),
        ("/desk/tickets?state=open&mine=1", "/desk/tickets?state=open&mine=1"),
        ("https://evil.example/", "/desk"),
        ("//evil.example/desk", "/desk"),
        ("/\\evil.example", "/desk"),
        ("/desk//evil.example", "/desk"),
        ("/desk/../admin", "/desk"),
        ("/desk\\evil", "/desk"),
        ("/desk\r\nSet-Cookie: a=b", "/desk"),
        ("/deskevil", "/desk"),
        ("/desk/sign-out", "/desk"),
        ("/desk/sign-in?next=/desk", "/desk"),
        ("/desk/password", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("", "/desk"),
    ],
)
def test_only_local_pages_are_returned_to(site: Site, wanted: str, given: str) -> None:
    assert local_path(wanted) == given
    with site.client() as browser:
        form = {"login": "li", "password": PASSWORD, "next": wanted}
        assert browser.post("/desk/sign-in", data=form).headers["location"] == given


def test_a_signed_in_browser_is_sent_on(site: Site) -> None:
    with browser_of(site, "li") as browser:
        answer = browser.get("/desk/sign-in", params={"next": "/desk/report", "expired": "1"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/report")


def test_a_prefix_named_by_the_browser_is_not_believed(site: Site) -> None:
    with browser_of(site, "li") as browser:
        assert "evil.example" not in browser.get("/desk", headers={"X-Forwarded-Prefix": "//evil.example"}).text


def test_every_field_has_its_label() -> None:
    text = sign_in_page(back="/desk", login="li", problem="账号或口令不对")
    fields = re.findall(r'<input id="([^"]+)"', text)
    assert fields == ["login", "password"]
    assert all(f'<label for="{name}">' in text for name in fields)
    assert 'aria-describedby="problem"' in text
    assert "<script" not in text


@pytest.mark.browser
def test_in_a_browser_by_keyboard_until_the_session_ends(site: Site) -> None:
    """First sign-in, new password, a click that counts, and the way out when the session ends elsewhere."""
    before = site.state()["clicks"]
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        view = chromium.new_context().new_page()
        errors: list[str] = []
        view.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
        view.goto(f"{site.url}/desk")
        view.wait_for_selector("#login:focus")
        view.keyboard.type("second")
        view.keyboard.press("Tab")
        view.keyboard.type(PASSWORD)
        view.keyboard.press("Enter")
        view.wait_for_selector("#old:focus")
        assert view.url.endswith("/desk/password?next=/desk")
        view.keyboard.type(PASSWORD)
        for word in (NEXT, NEXT):
            view.keyboard.press("Tab")
            view.keyboard.type(word)
        view.keyboard.press("Enter")
        expect(view).to_have_url(re.compile(r"/desk$"))
        view.get_by_role("button", name="记一次").click()
        view.wait_for_timeout(1000)
        assert site.state()["clicks"] == before + 1
        site.ahead(31 * 60)
        expect(view).to_have_url(re.compile(r"/desk/sign-in\?expired=1&next=/desk$"), timeout=30_000)
        assert EXPIRED in view.inner_text("main")
        assert errors == []
        chromium.close()
