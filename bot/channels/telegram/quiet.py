"""Shuts the loggers that would print the token (in every address) and what she wrote."""

import logging

TALKERS = ("httpx", "httpcore", "telegram")


def silence() -> None:
    """Call it once, before the first request. Not even errors pass: PTB quotes the whole answer it could not parse."""
    for name in TALKERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
        # Without a handler of its own, Python's last resort would print a child's records on stderr.
        if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            logger.addHandler(logging.NullHandler())
