"""Trains through Rasa and writes the archive the bot serves: `python -m nlu.train`, in the trainer environment."""

import argparse
import gzip
import io
import json
import os
import sys
import tarfile
import tempfile
import time
import warnings
from collections.abc import Mapping
from pathlib import Path

from nlu.archive import CURRENT, RECORD, ROOT, inputs_of, read_archive, read_members
from nlu.domain import DOMAIN_FILE, domain_text
from nlu.taxonomy import taxonomy

QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlu.train", description="训练模型")
    parser.add_argument("--data", metavar="DIR", type=Path, default=ROOT / "nlu" / "data", help="训练数据目录")
    parser.add_argument("--out", metavar="FILE", type=Path, default=CURRENT, help="写到哪个文件")
    args = parser.parse_args(argv)
    started = time.monotonic()
    print(f"正在训练：{len(list(args.data.glob('*.yml')))} 个数据文件，约需两三分钟……", flush=True)
    try:
        model = train(args.data, args.out)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 1
    size = args.out.stat().st_size // 1024
    print(f"完成：{model}，{size} KB，用时 {time.monotonic() - started:.0f} 秒，写入 {args.out}")
    return 0


class TrainingError(RuntimeError):
    """Rasa made no model."""


def train(data: Path, out: Path, config: Path = ROOT / "config.yml") -> str:
    """Returns the model's id."""
    os.environ.update(QUIET)
    warnings.simplefilter("ignore")  # the last Rasa lives among libraries that deprecated it long ago
    from rasa.model_training import train_nlu  # noqa: PLC0415 - TensorFlow takes ten seconds to import

    DOMAIN_FILE.write_text(domain_text(taxonomy()), encoding="utf-8")
    inputs = inputs_of() if data == ROOT / "nlu" / "data" else {}
    with tempfile.TemporaryDirectory() as folder:
        made = train_nlu(str(config), str(data), folder, domain=str(DOMAIN_FILE))
        if made is None:
            raise TrainingError("Rasa 没有生成模型；请用 rasa data validate 检查训练数据")
        repack(Path(made), out, inputs)
    return read_archive(out).model


def repack(made: Path, out: Path, inputs: Mapping[str, str]) -> None:
    """The same members with our record, in a fixed order and without times: equal content, equal bytes."""
    members = read_members(made)
    model = read_archive(made).model
    metadata = json.loads(members["metadata.json"])
    metadata["model_id"] = model.partition("-")[2]
    members["metadata.json"] = _json(metadata)
    members[RECORD] = _json({"model": model, "inputs": dict(inputs)})
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f"{out.name}.partial")
    partial.write_bytes(_packed(members))
    partial.replace(out)


def _packed(members: Mapping[str, bytes]) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in sorted(members):
            header = tarfile.TarInfo(name)
            header.size = len(members[name])
            tar.addfile(header, io.BytesIO(members[name]))
    return gzip.compress(plain.getvalue(), compresslevel=9, mtime=0)


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


if __name__ == "__main__":
    raise SystemExit(main())
