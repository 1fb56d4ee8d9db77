"""`halfsky alarm test`: rings the duty list and the webhook as a real danger would, marked as an exercise."""

import argparse
import asyncio
import sys
import time

from bot.core import build_service, micros
from bot.settings import Settings
from store import Store, alarms, duty, open_store

HELP = "告警：test 演练一次（正在运行的程序会响铃并外发）"
PATIENCE = 20.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["test"], metavar="test")
    parser.add_argument("--unit", default="sz", help="演练哪个单位的值班表，默认市妇联")


def run(args: argparse.Namespace) -> int:
    settings: Settings = args.settings
    store = open_store(settings.store_url, settings.keys_path)
    try:
        return asyncio.run(_ring(store, settings, args.unit))
    finally:
        store.close()


async def _ring(store: Store, settings: Settings, unit: str) -> int:
    service = build_service(settings)
    people = await store.read(lambda tx: duty.of_units(tx, [unit]))
    if not people:
        print(f"{unit} 的值班表是空的：真有危险时没有人会听到。请在工作台“值班”里排班。", file=sys.stderr)
    alarm_id = await store.unit(lambda tx: service.test_alarm(tx, units=[unit], now=micros()))
    print("已发出演练告警，等待响铃……")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        alarm = await store.read(lambda tx: alarms.get(tx, alarm_id))
        notice = await store.read(alarms.last_notice)
        if alarm is not None and alarm.step > 0:
            rung = f"已响铃：第 {alarm.step} 步，{len(alarm.rung)} 人" if alarm.rung else "没有人可以响铃"
            print(f"{rung}。外发：{_outgoing(settings, notice)}")
            return 0 if people else 1
        await asyncio.sleep(0.5)
    print("20 秒内没有响铃：程序没有在运行？请先 make run。", file=sys.stderr)
    return 1


def _outgoing(settings: Settings, notice: tuple[str, str | None] | None) -> str:
    if not (settings.alarm_webhook or settings.telegram_staff_group):
        return "没有设置 alarm_webhook"
    return {"sent": "已送达", "queued": "正在发送", "failed": "失败"}.get(notice[0] if notice else "queued", "未知")
