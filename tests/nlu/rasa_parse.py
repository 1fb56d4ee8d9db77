"""Runs in the trainer environment: parses the texts on standard input with real Rasa, one JSON line each."""

import asyncio
import json
import os
import sys
import warnings

os.environ.update(RASA_TELEMETRY_ENABLED="false", SQLALCHEMY_SILENCE_UBER_WARNING="1", TF_CPP_MIN_LOG_LEVEL="3")
warnings.simplefilter("ignore")


async def main(archive: str) -> None:
    from rasa.core.agent import Agent

    agent = Agent.load(archive)
    for line in sys.stdin:
        parsed = await agent.parse_message(json.loads(line))
        kept = {key: parsed.get(key) for key in ("intent", "intent_ranking", "abstain", "needs", "danger")}
        print("PARSED", json.dumps(kept, ensure_ascii=False), flush=True)


asyncio.run(main(sys.argv[1]))
