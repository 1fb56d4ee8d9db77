"""Until when something must be asked for: one row a limit, each from a dated parameter."""

from datetime import date

from knowledge.calculators.days import days_later, months_later, shown
from knowledge.calculators.result import Calculator, Numbers, Result

CAUTION = "日子紧就早点办，别等到最后一天；算法以受理的单位为准。"


def _limit(name: str, title: str, topic: str, parameter: str, begins: str, what: str, *, years: bool) -> Calculator:
    """`begins` is the day it counts from, `what` is what must be done by then."""

    def work(numbers: Numbers, start: date | None) -> Result:
        assert start is not None
        count = numbers.days(parameter)
        end = months_later(start, 12 * count) if years else days_later(start, count)
        line = f"从{shown(start)}算起{numbers.shown(parameter)}，要在{shown(end)}之前{what}。"
        return Result((line, CAUTION), numbers.sources)

    return Calculator(name, title, topic, f"{begins}是哪天？写个日期，比如3月5日。", work)


def _unverified(numbers: Numbers, start: date | None) -> Result:
    if not numbers.has("limitation_years") or start is None:
        return Result(("一般的诉讼时效是几年，我这里还没有核实，不乱说。",), (), ("一般诉讼时效的年数",))
    end = months_later(start, 12 * numbers.days("limitation_years"))
    return Result((f"从{shown(start)}算起，到{shown(end)}。", CAUTION), numbers.sources)


LIMITS = (
    _limit(
        "arbitration", "劳动仲裁最晚哪天", "job_dispute", "arbitration_years", "您知道权利被侵害的那天",
        "申请劳动仲裁；还在职的欠薪不受这个限制，离职后再算", years=True,
    ),
    _limit(
        "arbitration_sue", "不服仲裁最晚哪天起诉", "job_dispute", "arbitration_sue_days", "您收到仲裁裁决书",
        "向法院起诉", years=False,
    ),
    _limit(
        "order_review", "不服保护令最晚哪天复议", "rights_dv", "protection_order_review_days", "裁定生效",
        "向原法院申请复议", years=False,
    ),
    _limit(
        "coerced", "受胁迫结婚最晚哪天请求撤销", "rights_liberty", "coerced_marriage_years", "胁迫停止（或恢复自由）",
        "向法院请求撤销", years=True,
    ),
    _limit(
        "land", "村集体的决定最晚哪天请求撤销", "rights_land", "land_revoke_years", "您知道这个决定",
        "向法院请求撤销", years=True,
    ),
    _limit(
        "petition_review", "信访最晚哪天请求复查", "other_petition", "petition_review_ask_days", "您收到处理意见",
        "请求复查", years=False,
    ),
    _limit(
        "petition_recheck", "信访最晚哪天请求复核", "other_petition", "petition_recheck_ask_days", "您收到复查意见",
        "请求复核", years=False,
    ),
    _limit(
        "mediation_confirm", "调解协议最晚哪天司法确认", "marriage_crisis", "mediation_confirm_days", "调解协议生效",
        "双方一起向法院申请司法确认", years=False,
    ),
    Calculator("limitation", "一般诉讼时效", "rights_legal_aid", "", _unverified),
)  # fmt: skip
