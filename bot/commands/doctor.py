"""`halfsky doctor`: says in plain Chinese what is wrong and what to do."""

import argparse
import asyncio
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import chinese_calendar

from bot.channels.wechat import PATH, account_of
from bot.channels.wechat.errand import problem_of
from bot.core import micros
from bot.releases import BrokenModel, load
from bot.settings import Settings, SettingsError
from store import Store, Tx, alarms, duty, open_store, outbox, releases, seats
from store.backup import BadBackup, check
from store.errors import KeysMissing, StoreError
from store.seats import Seat
from tickets.clock import BEIJING
from tickets.org import Org, load_org
from web.auth.roles import PERMISSIONS

HELP = "体检：值班表、告警、模型、账号、谁能批准文章、时钟、日历、磁盘、备份、各渠道"
LEAST_DISK = 1_000_000_000
BACKUP_DAYS = 2
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Finding:
    good: bool
    what: str
    do: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = HELP


def run(args: argparse.Namespace) -> int:
    settings: Settings = args.settings
    try:
        store = open_store(settings.store_url, settings.keys_path)
    except KeysMissing:
        print(f"✗ 数据库里有数据，但找不到密钥 {settings.keys_path}。请把保管的密钥放回去")
        return 1
    except StoreError as error:
        print(f"✗ 数据库打不开：{error}")
        return 1
    try:
        findings = [*asyncio.run(store.read(lambda tx: list(_inside(tx, settings)))), *_outside(settings, store)]
    finally:
        store.close()
    for finding in findings:
        print(f"{'✓' if finding.good else '✗'} {finding.what}{'' if finding.good else f'。{finding.do}'}")
    bad = sum(not finding.good for finding in findings)
    print(f"\n{'一切正常' if not bad else f'{bad} 处需要处理'}")
    return int(bad > 0)


def _inside(tx: Tx, settings: Settings) -> Iterator[Finding]:
    org = load_org(settings.org)
    yield from _duty(tx, org)
    failed = alarms.last_notice(tx)
    if not settings.alarm_webhook and not settings.telegram_staff_group:
        yield Finding(
            False,
            "没有告警外发地址",
            "设 HALFSKY_ALARM_WEBHOOK（企业微信群机器人）或 HALFSKY_TELEGRAM_STAFF_GROUP；否则只在打开的工作台里响铃",
        )
    elif failed and failed[0] == "failed":
        yield Finding(
            False,
            f"上一次告警外发失败（{failed[1]}）",
            "检查 alarm_webhook 或 telegram_staff_group，再运行 halfsky alarm test",
        )
    else:
        yield Finding(True, "告警外发已设置")
    yield _model(tx, org)
    waiting = outbox.backlog(tx)
    yield Finding(waiting < 1000, f"待发回复 {waiting} 条", "看看各渠道是否连得上")
    everybody = seats.listing(tx)
    yield Finding(len(everybody) > 1, "坐席账号", "只有管理员一个账号：在工作台“坐席”里添加")
    if len(everybody) > 1:
        yield _approving(everybody)


def _duty(tx: Tx, org: Org) -> Iterator[Finding]:
    city = duty.of_units(tx, [org.city])
    yield Finding(bool(city), f"市级值班表 {len(city)} 人", "危险来电没有人会响铃：在工作台“值班”里排班")
    empty = [org.unit_name(key) for key in org.units if key != org.city and not duty.of_units(tx, [key])]
    if empty:
        yield Finding(False, f"{len(empty)} 个县级市（区）没有值班表：{'、'.join(empty)}", "它们的告警只响市级")


def _approving(everybody: list[Seat]) -> Finding:
    """Nobody approves an edit of their own, and articles belong to no unit: two are needed in the whole program."""
    able = [one for one in everybody if one.active and one.role in PERMISSIONS["article.approve"]]
    if len(able) > 1:
        return Finding(True, f"能批准文章的 {len(able)} 人")
    what = f"能批准文章的只有{able[0].name}一人，改了的文章没人能批准" if able else "没有人能改文章、批准文章"
    return Finding(False, what, "在工作台“坐席”里再添加单位负责人，至少要有两位（任何单位的都可以）")


def _model(tx: Tx, org: Org) -> Finding:
    live = releases.live(tx)
    if live is None:
        return Finding(True, "模型：尚未启动过，启动时自动使用随程序发布的")
    try:
        load(live, org.gazetteer())
    except (BrokenModel, ValueError, KeyError, OSError):  # an archive of another version may lack anything
        return Finding(False, f"模型 {live.model} 的文件缺失或被改动", "halfsky model list 后用 halfsky model use 回退")
    return Finding(True, f"模型 {live.model}")


def _outside(settings: Settings, store: Store) -> Iterator[Finding]:
    yield _calendar()
    yield Finding(time.time() > 1_760_000_000, "系统时钟", "系统时间明显不对，请校时：期限全靠它")
    settings.var_dir.mkdir(parents=True, exist_ok=True)  # with PostgreSQL and keys elsewhere nobody has made it yet
    free = shutil.disk_usage(settings.var_dir).free
    yield Finding(free > LEAST_DISK, f"磁盘剩余 {free // 1_000_000_000} GB", "清理磁盘：写不进去就收不了消息")
    yield _backup(settings)
    yield Finding(True, f"数据库 {store.dialect}")
    if settings.telegram_token:
        yield from _telegram(settings)
    else:
        yield Finding(True, "Telegram 未开通（没有令牌）")
    if settings.wechat_app_id:
        yield from _wechat(settings, store)
    else:
        yield Finding(True, "微信公众号未开通（没有 wechat_app_id）")
    yield Finding(True, f"网页聊天 {settings.public_url or f'http://{settings.host}:{settings.port}'}/")


def _wechat(settings: Settings, store: Store) -> Iterator[Finding]:
    try:
        account = account_of(settings)
    except SettingsError as error:
        yield Finding(False, "微信公众号的配置不全", str(error))
        return
    advice = asyncio.run(problem_of(account, store, micros))
    yield Finding(advice is None, "微信公众号已连通" if advice is None else "微信公众号连不通", advice or "")
    if account.aes_key is None:
        yield Finding(
            False,
            "微信推送没有加密",
            "在公众平台选“安全模式”，并设 HALFSKY_WECHAT_AES_KEY：明文模式的签名不保护内容",
        )
    if shutil.which("ffmpeg") is None:
        yield Finding(False, "语音只能下载来听", "装上 ffmpeg，工作人员就能在工单里直接听微信语音（AMR）")
    if not settings.secure:
        yield Finding(False, "微信推送要公网 HTTPS 地址", f"设 HALFSKY_PUBLIC_URL，服务器地址填 它{PATH}")


def _calendar() -> Finding:
    year = datetime.fromtimestamp(micros() / 1_000_000, BEIJING).year
    last = max(day.year for day in chinese_calendar.holidays)
    if last < year:
        return Finding(
            False, f"{year} 年的放假安排不在日历里", "更新 chinesecalendar，或在日历表里补录；目前暂按周末推算"
        )
    return Finding(True, f"工作日历到 {last} 年" + ("；跨年的期限暂按周末推算" if last == year else ""))


def _backup(settings: Settings) -> Finding:
    copies = sorted((settings.var_dir / "backups").glob("halfsky-*"), key=lambda path: path.stat().st_mtime)
    copies = [path for path in copies if path.suffix not in {".sha256", ".part"}]
    if not copies:
        return Finding(False, "还没有备份", "运行 halfsky backup，并安排每天自动运行")
    try:
        check(copies[-1])
    except BadBackup as error:
        return Finding(False, f"上次备份不能用：{error}", "重新运行 halfsky backup")
    days = int((time.time() - copies[-1].stat().st_mtime) // DAY)
    return Finding(days <= BACKUP_DAYS, f"上次备份 {days} 天前", "运行 halfsky backup，并安排每天自动运行")


def _telegram(settings: Settings) -> Iterator[Finding]:
    from bot.channels import telegram  # noqa: PLC0415 - half a second for who has no token

    try:
        found = asyncio.run(telegram.troubles(telegram.account_of(settings)))
    except SettingsError as error:
        yield Finding(False, "Telegram 的配置不对", str(error))
        return
    for trouble in found:
        yield Finding(False, trouble.what, trouble.do)
    if not found:
        yield Finding(True, "Telegram 已连通；提示：数据存到境外（个人信息保护法第38—39条）")
