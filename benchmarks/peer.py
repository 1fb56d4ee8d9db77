"""The peer: a stock Rasa 3.6 bot — Jieba, CountVectors, DIET, RulePolicy, SQL tracker on SQLite, REST channel."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import yaml

from nlu.taxonomy import taxonomy

PYTHON = Path(".venv-trainer/bin/python").absolute()
EPOCHS = 1  # the head's training length does not change what a parse costs
PATIENCE = 180.0

CONFIG = f"""
recipe: default.v1
assistant_id: peer
language: zh
pipeline:
- name: JiebaTokenizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: {EPOCHS}
  constrain_similarities: true
  entity_recognition: false
- name: FallbackClassifier
  threshold: 0.3
policies:
- name: RulePolicy
"""


def write(folder: Path) -> None:
    """The same intents and sentences as ours; one fixed answer an intent."""
    names = list(taxonomy().intents)
    domain = {
        "version": "3.1",
        "intents": names,
        "responses": {f"utter_{name}": [{"text": f"关于{name}的回答"}] for name in names},
    }
    rules = {
        "version": "3.1",
        "rules": [{"rule": name, "steps": [{"intent": name}, {"action": f"utter_{name}"}]} for name in names],
    }
    (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
    (folder / "domain.yml").write_text(yaml.safe_dump(domain, allow_unicode=True), encoding="utf-8")
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "rules.yml").write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    for source in Path("nlu/data").glob("*.yml"):
        (folder / "data" / source.name).write_bytes(source.read_bytes())
    (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    (folder / "endpoints.yml").write_text(
        "tracker_store:\n  type: SQL\n  dialect: sqlite\n  db: tracker.db\n", encoding="utf-8"
    )


def train(folder: Path) -> None:
    _rasa(folder, "train", "--quiet").wait()
    if not list((folder / "models").glob("*.tar.gz")):
        raise RuntimeError("Rasa did not train")


@contextmanager
def server(folder: Path, port: int, *, cores: str | None = None) -> Iterator[int]:
    """A running `rasa run --enable-api`; yields its process id once it parses."""
    process = _rasa(folder, "run", "--enable-api", "-p", str(port), "--log-file", "rasa.log", cores=cores)
    try:
        _wait(process, port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _rasa(folder: Path, *words: str, cores: str | None = None) -> "subprocess.Popen[bytes]":
    pin = ["taskset", "-c", cores] if cores else []
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    with (folder / "output.txt").open("ab") as output:
        return subprocess.Popen(
            [*pin, str(PYTHON), "-m", "rasa", *words],
            cwd=folder,
            env={**os.environ, **quiet},
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError("Rasa ended")
        try:
            answer = httpx.post(f"http://127.0.0.1:{port}/model/parse", json={"text": "您好"}, timeout=10)
            if answer.status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise TimeoutError("Rasa did not start")
