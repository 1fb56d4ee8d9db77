"""Fails when the tables in store/models and the migrations do not say the same."""

import sys
import tempfile
from pathlib import Path

from store import migrate
from store.unit import sqlite_engine


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        engine = sqlite_engine(f"sqlite:///{Path(folder) / 'drift.db'}")
        migrate.upgrade(engine)
        differences = migrate.drift(engine)
        engine.dispose()
    for difference in differences:
        print(f"迁移与表定义不一致：{difference}", file=sys.stderr)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
