"""A stock DIET pipeline behind a real Rasa server understands for us, and Rasa's own verbs work on the repository."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml

from nlu.archive import CURRENT, ROOT, ArchiveError
from nlu.remote import RemoteInterpreter
from nlu.serving import Interpreter
from nlu.taxonomy import taxonomy

pytestmark = pytest.mark.trainer

RASA = [str(ROOT / ".venv-trainer" / "bin" / "python"), "-m", "rasa"]
ENVIRONMENT = {
    **os.environ,
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONPATH": str(ROOT),
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
INTENTS = ("marriage_divorce", "job_placement", "loan_rate", "smalltalk_thanks", "rights_land")
STOCK = """
recipe: default.v1
assistant_id: stock
language: zh
pipeline:
- name: JiebaTokenizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 3
- name: DIETClassifier
  epochs: 40
  random_seed: 1
  entity_recognition: false
"""
PATIENCE = 240


def rasa(*words: str, folder: Path = ROOT, stdin: str = "") -> str:
    done = subprocess.run(
        [*RASA, *words], cwd=folder, env=ENVIRONMENT, input=stdin, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of five intents, trained by Rasa alone."""
    folder = tmp_path_factory.mktemp("stock")
    (folder / "config.yml").write_text(STOCK, encoding="utf-8")
    (folder / "data").mkdir()
    for name in INTENTS:
        document = yaml.safe_load((ROOT / "nlu" / "data" / f"{name}.yml").read_text(encoding="utf-8"))
        blocks = [block | {"examples": block["examples"][:25]} for block in document["nlu"] if block["intent"] == name]
        text = yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True)
        (folder / "data" / f"{name}.yml").write_text(text, encoding="utf-8")
    rasa("train", "nlu", "--nlu", "data", "--fixed-model-name", "stock", "--out", "models", folder=folder)
    return folder


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a running `rasa run --enable-api`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["run", "--enable-api", "-i", "127.0.0.1", "-p", str(port), "-m", "models/stock.tar.gz"]
    with (folder / "output.txt").open("wb") as output:
        running = subprocess.Popen([*RASA, *words], cwd=folder, env=ENVIRONMENT, stdout=output, stderr=output)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(running, url)
            yield url
        finally:
            running.terminate()
            running.wait(timeout=30)


def _wait(running: "subprocess.Popen[bytes]", url: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and running.poll() is None:
        try:
            if httpx.post(f"{url}/model/parse", json={"text": "您好"}, timeout=20).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise TimeoutError("Rasa did not start")


async def test_a_stock_pipeline_understands_for_us(stock: Path) -> None:
    with served(stock) as url:
        client = RemoteInterpreter(url, places={"吴江": "wujiang"}, client=httpx.AsyncClient(timeout=20))
        divorce = await client.parse("我想离婚，要走什么程序")
        alarm = await client.parse("他拿着刀在砸门", ["我在吴江"])
        await client.close()
    assert (divorce.intent, divorce.group, divorce.danger.kind) == ("marriage_divorce", "marriage", None)
    assert 0 < divorce.confidence <= 1
    assert {other.intent for other in divorce.alternatives} < set(INTENTS)
    assert divorce.needs == ("marriage_divorce",)
    assert (alarm.danger.kind, alarm.danger.sure) == ("violence_now", True), "the rules hear what DIET never learned"


def test_such_a_model_is_not_served_here_but_the_other_way_is_named(stock: Path) -> None:
    with pytest.raises(ArchiveError, match="HALFSKY_NLU_URL"):
        Interpreter(stock / "models" / "stock.tar.gz")


def test_rasa_finds_nothing_wrong_with_the_data() -> None:
    said = rasa("data", "validate", "--data", "nlu/data", "--domain", "nlu/domain.yml", "--fail-on-warnings")
    warned = [line for line in said.splitlines() if "UserWarning" in line]
    assert [line for line in warned if "not used in any story or rule" not in line] == [], "stories are not ours"


def test_rasa_shell_nlu_understands() -> None:
    said = rasa("shell", "nlu", "-m", str(CURRENT), stdin="转人工\n/stop\n")
    assert '"command_human"' in said
    assert len([name for name in taxonomy().intents if f'"{name}"' in said]) == len(taxonomy().intents)
