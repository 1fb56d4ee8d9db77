"""Ending a task that runs for as long as the program does."""

import asyncio
import contextlib


async def end(task: "asyncio.Task[None] | None") -> None:
    """Cancel it and wait until it is gone; None was never started."""
    if task is not None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
