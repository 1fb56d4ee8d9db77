"""Shuts the loggers that would print the access token, which stands in every address."""

import logging

TALKERS = ("httpx", "httpcore")


def silence() -> None:
    """Call it once, before the first request."""
    for name in TALKERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
        if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            logger.addHandler(logging.NullHandler())
