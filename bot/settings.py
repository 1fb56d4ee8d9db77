"""Settings of one deployment: flag > HALFSKY_* > var/halfsky.toml > default, read once and frozen."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tomllib

SECRETS = frozenset(
    {"telegram_token", "database_url", "alarm_webhook", "wechat_secret", "wechat_token", "wechat_aes_key"}
)
ORIGIN = re.compile(r"https?://([a-z0-9-]+\.)*[a-z0-9-]+(:\d{1,5})?")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SettingsError(ValueError):
    """A setting that cannot work; the message says which one and what to do."""


def _setting(default: Any, explanation: str) -> Any:
    return field(default=default, metadata={"explanation": explanation})


@dataclass(frozen=True, slots=True)
class Settings:
    var: str = _setting("var", "数据目录：数据库、密钥、来访者的文件、模型、备份、缓存、halfsky.toml")
    database_url: str = _setting("", "PostgreSQL 地址；留空用 var 目录里的 SQLite")
    key_file: str = _setting("", "主密钥文件；留空放在 var/keys/，首次启动自动生成")
    org: str = _setting("suzhou", "机构数据目录名（tickets/org/ 下）")
    host: str = _setting("127.0.0.1", "监听地址；不是本机地址时必须设 public_url")
    port: int = _setting(8338, "监听端口")
    public_url: str = _setting("", "对外网址，如 https://example.org；https 时 Cookie 带 Secure")
    page_title: str = _setting("在线咨询", "聊天页标题；默认不出现机构名称")
    quiet_title: str = _setting("天气", "她打开“无痕”后的页面标题")
    embed_origins: str = _setting("", "可以嵌入聊天窗口的网站，逗号分隔，如 https://www.example.org")
    upload_mb: int = _setting(10, "聊天页一个文件最多多少 MB（1—50）")
    leave_url: str = _setting("https://www.baidu.com/", "按“离开”后去的普通网站")
    telegram_token: str = _setting("", "Telegram 机器人令牌；留空不开通（数据会存到境外，见个人信息保护法第38—39条）")
    telegram_api_url: str = _setting("https://api.telegram.org", "Telegram Bot API 地址")
    telegram_mode: str = _setting("polling", "消息怎么来：polling（自己去取）或 webhook（Telegram 推送，要公网 HTTPS）")
    telegram_staff_group: str = _setting("", "收告警的工作人员群编号，如 -1001234567890；在群里发 /id 可得；留空不发")
    wechat_app_id: str = _setting("", "微信公众号 AppID；留空不开通")
    wechat_secret: str = _setting("", "微信公众号 AppSecret")
    wechat_token: str = _setting("", "微信公众号服务器配置里的令牌（Token）")
    wechat_aes_key: str = _setting("", "消息加解密密钥（EncodingAESKey，43 位）；填了就只收加密的消息")
    wechat_api_url: str = _setting("https://api.weixin.qq.com", "微信接口地址；练习时填模拟器的地址")
    # 5 messages within 48 hours of her last one, since 2023-06-12 (20 before). Source: 发送客服消息, 各场景的下发规则,
    # developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
    wechat_replies: int = _setting(5, "她发一条消息后，微信允许下发的客服消息条数（微信规定 5）")
    wechat_hours: int = _setting(48, "上面这个条数的有效小时数（微信规定 48）")
    wechat_notice_template: str = _setting("", "订阅通知模板 ID；条数用完时提醒她回来看，留空则转人工回电")
    wechat_notice_data: str = _setting(
        '{"thing1":{"value":"您有一条新消息"}}', "订阅通知各字段的内容（JSON）；只写中性的话"
    )
    nlu_url: str = _setting("", "改用外部 Rasa 服务（rasa run --enable-api）的地址；留空用本机模型")
    alarm_webhook: str = _setting("", "危险告警外发地址：企业微信群机器人，或接收 JSON 的地址")
    password_rules: str = _setting("nist", "口令规则：nist（至少15位）或 dengbao（8位起，三类字符，90天更换）")
    session_hours: int = _setting(12, "工作台登录最长小时数")
    idle_minutes: int = _setting(30, "工作台无操作退出的分钟数")
    hold_hours: int = _setting(8, "工作人员接过对话后，机器人静默的最长小时数")
    only: str = _setting("", "只运行这些部分，逗号分隔：pages,channels,outbox；留空全部运行")

    def __post_init__(self) -> None:
        self._check_addresses()
        self._check_telegram()
        if self.password_rules not in {"nist", "dengbao"}:
            raise SettingsError("password_rules 只能是 nist 或 dengbao")
        unknown = self.parts - {"pages", "channels", "outbox"}
        if unknown:
            raise SettingsError(f"only 里有不认识的部分：{'、'.join(sorted(unknown))}")
        if self.wechat_replies < 1 or self.wechat_hours < 1:
            raise SettingsError("wechat_replies 和 wechat_hours 至少是 1")
        if not 1 <= self.upload_mb <= 50:
            raise SettingsError("upload_mb 应在 1 到 50 之间")
        stranger = next((one for one in self.embedders if not ORIGIN.fullmatch(one)), None)
        if stranger is not None:
            raise SettingsError(f"embed_origins 里的“{stranger}”应写成 https://www.example.org 这样，后面不带路径")
        if not 1 <= self.hold_hours <= 72:
            raise SettingsError("hold_hours 应在 1 到 72 之间")
        if not 1 <= self.port <= 65535:
            raise SettingsError("port 应在 1 到 65535 之间")

    def _check_telegram(self) -> None:
        if self.telegram_mode not in {"polling", "webhook"}:
            raise SettingsError("telegram_mode 只能是 polling 或 webhook")
        local = urlsplit(self.telegram_api_url).hostname in LOOPBACK
        if self.telegram_token and self.telegram_mode == "webhook" and not (self.secure or (local and self.public_url)):
            raise SettingsError("telegram_mode=webhook 要设 public_url 为 https:// 的公网地址，Telegram 才推得到")
        if self.telegram_staff_group and not re.fullmatch(r"-\d{1,15}", self.telegram_staff_group, re.ASCII):
            raise SettingsError("telegram_staff_group 是负数，如 -1001234567890：把机器人拉进群，在群里发 /id")

    def _check_addresses(self) -> None:
        for name in ("public_url", "leave_url", "telegram_api_url", "wechat_api_url", "nlu_url", "alarm_webhook"):
            if getattr(self, name) and not _is_address(getattr(self, name)):
                raise SettingsError(f"{name} 要是以 https:// 或 http:// 开头的网址")
        exposed = self.host not in LOOPBACK or (
            self.public_url.startswith("http://") and urlsplit(self.public_url).hostname not in LOOPBACK
        )
        if exposed and not self.public_url.startswith("https://"):
            raise SettingsError(
                "不加密的网页只能在本机打开。两个办法：一、前面放一个 HTTPS 反向代理，并设 HALFSKY_PUBLIC_URL=https://…；"
                "二、把 HALFSKY_HOST 改回 127.0.0.1"
            )

    @property
    def parts(self) -> frozenset[str]:
        named = frozenset(part.strip() for part in self.only.split(",") if part.strip())
        return named or frozenset({"pages", "channels", "outbox"})

    @property
    def embedders(self) -> tuple[str, ...]:
        """Origins whose pages may show the chat in a frame."""
        return tuple(one.strip().lower() for one in self.embed_origins.split(",") if one.strip())

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def var_dir(self) -> Path:
        return Path(self.var)

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the store."""
        if self.database_url:
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{(self.var_dir / 'halfsky.db').as_posix()}"

    @property
    def keys_path(self) -> Path:
        return Path(self.key_file) if self.key_file else self.var_dir / "keys" / "master.json"


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def load_settings(
    config: str | None = None, *, flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """Merge the sources; an unknown name in the file or a bad value is refused with its name."""
    env = os.environ if environ is None else environ
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    var = given.get("var") or env.get("HALFSKY_VAR") or "var"
    path = Path(config) if config else Path(var) / "halfsky.toml"
    table = _read_file(path, required=config is not None)
    known = {item.name: item for item in fields(Settings)}
    stranger = sorted(set(table) - set(known))
    if stranger:
        raise SettingsError(f"{path} 里有不认识的项：{'、'.join(stranger)}")
    merged: dict[str, Any] = {**table, **_from_environment(env, known), **given}
    return Settings(**{name: _typed(name, value, known[name].type) for name, value in merged.items()})


def _read_file(path: Path, *, required: bool) -> dict[str, Any]:
    if not path.exists():
        if required:
            raise SettingsError(f"找不到配置文件 {path}")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} 不是正确的 TOML：{error}") from error


def _from_environment(env: Mapping[str, str], known: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in known:
        variable = f"HALFSKY_{name.upper()}"
        if name in SECRETS and env.get(f"{variable}_FILE"):
            found[name] = _secret(f"{variable}_FILE", Path(env[f"{variable}_FILE"]))
        if env.get(variable):
            found[name] = env[variable]
    return found


def _secret(variable: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{variable} 指的文件 {path} 读不出来") from error


def _typed(name: str, value: Any, kind: Any) -> Any:
    if kind not in {int, "int"}:
        return str(value)
    try:
        return int(value)
    except ValueError as error:
        raise SettingsError(f"{name} 应是整数，现在是“{value}”") from error
