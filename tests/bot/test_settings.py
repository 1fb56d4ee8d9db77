"""Every setting is documented, typed, and refused with its name when it cannot work."""

from dataclasses import fields
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings


def test_every_setting_stands_in_both_readmes() -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        text = Path(readme).read_text(encoding="utf-8")
        missing = [item.name for item in fields(Settings) if f"HALFSKY_{item.name.upper()}" not in text]
        assert not missing, f"{readme} does not mention {missing}"


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    (tmp_path / "halfsky.toml").write_text('port = 1111\npage_title = "文件"\nleave_url = "https://a.example/"\n')
    environ = {"HALFSKY_VAR": str(tmp_path), "HALFSKY_PORT": "2222", "HALFSKY_PAGE_TITLE": "环境"}
    settings = load_settings(flags={"port": 3333}, environ=environ)
    assert (settings.port, settings.page_title, settings.leave_url) == (3333, "环境", "https://a.example/")
    assert settings.host == "127.0.0.1"


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("12:abc\n")
    settings = load_settings(
        environ={"HALFSKY_VAR": str(tmp_path), "HALFSKY_TELEGRAM_TOKEN_FILE": str(tmp_path / "token")}
    )
    assert settings.telegram_token == "12:abc"


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"port": "abc"}, "port"),
        ({"port": "0"}, "port"),
        ({"host": "0.0.0.0"}, "HALFSKY_PUBLIC_URL"),
        ({"public_url": "ftp://x"}, "public_url"),
        ({"public_url": "http://example.org"}, "HALFSKY_HOST"),
        ({"password_rules": "none"}, "password_rules"),
        ({"only": "pages,everything"}, "everything"),
        ({"upload_mb": "0"}, "upload_mb"),
        ({"upload_mb": "51"}, "upload_mb"),
        ({"embed_origins": "https://a.example, https://b.example/page"}, "https://b.example/page"),
        ({"embed_origins": "*"}, "embed_origins"),
        ({"embed_origins": "https://a.example; script-src *"}, "embed_origins"),
    ],
)
def test_what_cannot_work_is_refused_with_its_name(values: dict[str, str], named: str, tmp_path: Path) -> None:
    environ = {"HALFSKY_VAR": str(tmp_path), **{f"HALFSKY_{key.upper()}": value for key, value in values.items()}}
    with pytest.raises(SettingsError, match=named):
        load_settings(environ=environ)


def test_an_unknown_name_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "halfsky.toml").write_text("prot = 1\n")
    with pytest.raises(SettingsError, match="prot"):
        load_settings(environ={"HALFSKY_VAR": str(tmp_path)})
