"""Writes the domain file Rasa needs from the taxonomy: `python -m nlu.domain`."""

from pathlib import Path

from nlu.taxonomy import Taxonomy, taxonomy

DOMAIN_FILE = Path(__file__).with_name("domain.yml")


def domain_text(source: Taxonomy) -> str:
    intents = "".join(f"- {name}\n" for name in source.intents)
    return f'# Made from taxonomy.yml by `python -m nlu.domain`.\nversion: "3.1"\nintents:\n{intents}'


def main() -> int:
    DOMAIN_FILE.write_text(domain_text(taxonomy()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
