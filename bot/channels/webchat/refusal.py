"""What the door answers when it does not take something, with the HTTP status it carries."""


class Refusal(Exception):
    """`text` is read by her or by an integrator; it never repeats what was sent."""

    def __init__(self, status: int, text: str, *, retry_after: int | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.retry_after = retry_after


def malformed(what: str) -> Refusal:
    return Refusal(400, f"请求格式不对：{what}")


def unknown() -> Refusal:
    return Refusal(404, "没有找到这次对话，请重新开始")


def not_here() -> Refusal:
    return Refusal(410, "文件没有留住，请再传一次")


def too_large() -> Refusal:
    return Refusal(413, "内容太长，请分成几条发送")
