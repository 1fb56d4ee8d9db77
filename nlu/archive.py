"""A model archive as Rasa writes it, read member by member without unpacking."""

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHTS = "weights.npz"
RECORD = "halfsky.json"  # our own member: what the archive was trained from
INTENTS = "nlu.components.intents.ConsultationClassifier"
DANGER = "nlu.components.danger.DangerClassifier"
SERVED = frozenset(
    {
        INTENTS,
        DANGER,
        "nlu.components.featurizer.SentenceFeaturizer",
        "rasa.nlu.tokenizers.jieba_tokenizer.JiebaTokenizer",
        # Rasa always puts this one in front; it reads /intent{...}, which the bot's own commands take care of.
        "rasa.nlu.classifiers.regex_message_handler.RegexMessageHandler",
        "rasa.graph_components.converters.nlu_message_converter.NLUMessageConverter",
    }
)
MOST_MEMBERS = 200
LARGEST_ARCHIVE = 16 * 2**20
LARGEST_MEMBER = 16 * 2**20
CURRENT = Path(__file__).parent / "models" / "current.tar.gz"
ROOT = Path(__file__).parents[1]
TWO_WAYS = (
    "两个办法：一、用本项目的 config.yml 重新训练（make train）；"
    "二、另开一个 Rasa 服务（rasa run --enable-api），并设 HALFSKY_NLU_URL=它的地址"
)


class ArchiveError(ValueError):
    """An archive that cannot be served; the message says why and what to do."""


@dataclass(frozen=True)
class Archive:
    """`inputs`: sha256 of every file it was trained from, by path from the root; empty if Rasa was called directly."""

    model: str
    intents: Mapping[str, NDArray[np.generic]]
    danger: Mapping[str, NDArray[np.generic]]
    inputs: Mapping[str, str]


def read_archive(path: Path) -> Archive:
    members = read_members(path)
    metadata = _json(path, members, "metadata.json")
    resources = _resources(path, metadata)
    weights = {name: _member(path, members, f"components/{resources[name]}/{WEIGHTS}") for name in (INTENTS, DANGER)}
    record = json.loads(members[RECORD]) if RECORD in members else {}
    return Archive(
        model=model_id(str(metadata["trained_at"]), weights),
        intents=_arrays(path, weights[INTENTS]),
        danger=_arrays(path, weights[DANGER]),
        inputs=record.get("inputs", {}),
    )


def read_members(path: Path) -> dict[str, bytes]:
    """Plain files by name, within the size limits."""
    try:
        if path.stat().st_size > LARGEST_ARCHIVE:
            raise ArchiveError(
                f"模型文件 {path.name} 超过 {LARGEST_ARCHIVE // 2**20} MB，不是本系统训练的模型。{TWO_WAYS}"
            )
        with tarfile.open(path, "r:gz") as tar:
            return dict(_plain_files(path, tar))
    except FileNotFoundError as error:
        raise ArchiveError(f"找不到模型文件 {path}；先运行 make train") from error
    except (OSError, EOFError, tarfile.TarError) as error:
        raise ArchiveError(f"模型文件 {path.name} 已损坏，无法读取；请重新训练或换一个版本") from error


def _plain_files(path: Path, tar: tarfile.TarFile) -> list[tuple[str, bytes]]:
    files: list[tuple[str, bytes]] = []
    for count, member in enumerate(tar):
        if count >= MOST_MEMBERS or member.size > LARGEST_MEMBER:
            raise ArchiveError(f"模型文件 {path.name} 里的内容过多或过大，拒绝读取")
        content = tar.extractfile(member) if member.isfile() else None
        if content is not None:
            files.append((member.name.removeprefix(".").lstrip("/"), content.read()))
    return files


def model_id(trained_at: str, weights: Mapping[str, bytes]) -> str:
    """Day of training and what the weights are, such as 20261123-1a2b3c4d: equal weights have equal names."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(hashlib.sha256(weights[name]).digest())
    return f"{trained_at[:10].replace('-', '')}-{digest.hexdigest()[:8]}"


def inputs_of(root: Path = ROOT) -> dict[str, str]:
    """sha256 of everything a training depends on, by path from the root."""
    nlu = root / "nlu"
    tables = [nlu / name for name in ("taxonomy.yml", "danger_rules.yml", "sounds.txt")]
    files = [root / "config.yml", *tables, *sorted((nlu / "data").glob("*.yml"))]
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def stale(path: Path = CURRENT, root: Path = ROOT) -> list[str]:
    """The files that changed since the archive was trained, empty if it is up to date."""
    trained, now = read_archive(path).inputs, inputs_of(root)
    if not trained:
        return [f"{path.name} 没有训练记录，请用 make train 重新训练"]
    return sorted(name for name in trained.keys() | now.keys() if trained.get(name) != now.get(name))


def _resources(path: Path, metadata: Mapping[str, Any]) -> dict[str, str]:
    """Where each component keeps its weights; refuses what serving cannot compute."""
    nodes = metadata["predict_schema"]["nodes"]
    found: dict[str, str] = {}
    for node in nodes.values():
        component = str(node["uses"])
        if component not in SERVED:
            raise ArchiveError(
                f"模型 {path.name} 用了组件 {component.rpartition('.')[2]}，本机服务不会计算。{TWO_WAYS}"
            )
        if component in (INTENTS, DANGER):
            found[component] = str(node["resource"]["name"])
    missing = {INTENTS, DANGER} - set(found)
    if missing:
        raise ArchiveError(
            f"模型 {path.name} 缺少组件 {'、'.join(name.rpartition('.')[2] for name in sorted(missing))}"
        )
    return found


def _json(path: Path, members: Mapping[str, bytes], name: str) -> dict[str, Any]:
    member = _member(path, members, name)
    try:
        content: dict[str, Any] = json.loads(member)
    except ValueError as error:
        raise ArchiveError(f"模型 {path.name} 里的 {name} 不是正确的 JSON") from error
    return content


def _member(path: Path, members: Mapping[str, bytes], name: str) -> bytes:
    if name not in members:
        raise ArchiveError(f"模型 {path.name} 里没有 {name}，不是完整的模型")
    return members[name]


def _arrays(path: Path, content: bytes) -> dict[str, NDArray[np.generic]]:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (ValueError, OSError, EOFError) as error:
        raise ArchiveError(f"模型 {path.name} 里的权重无法读取") from error
