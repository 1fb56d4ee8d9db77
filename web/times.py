"""Times as staff read them: Beijing, short when near, whole on hover."""

from datetime import UTC, datetime

from tickets.clock import BEIJING


def local(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1_000_000, UTC).astimezone(BEIJING)


def short(at: int, now: int) -> str:
    """10:32, 昨天 10:32, 11月20日 10:32, 2025年3月1日."""
    then, today = local(at), local(now)
    days = (today.date() - then.date()).days
    clock = f"{then:%H:%M}"
    if days == 0:
        return clock
    if days in {1, -1}:
        return f"{'昨天' if days == 1 else '明天'} {clock}"
    if then.year == today.year:
        return f"{then.month}月{then.day}日 {clock}"
    return f"{then.year}年{then.month}月{then.day}日"


def whole(at: int) -> str:
    then = local(at)
    return f"{then.year}年{then.month}月{then.day}日 {then:%H:%M:%S}"


def ago(at: int, now: int) -> str:
    """刚刚, 5 分钟前, 3 小时前, else the time."""
    minutes = max(0, now - at) // 60_000_000
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes} 分钟前"
    return f"{minutes // 60} 小时前" if minutes < 12 * 60 else short(at, now)
