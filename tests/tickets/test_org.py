"""The files of the city are complete, and a broken copy is refused by name."""

import shutil
from pathlib import Path

import pytest

from tickets import org_files
from tickets.org import Org, OrgBroken, load_org

UNITS = {
    "sz",
    "gusu",
    "huqiu",
    "wuzhong",
    "xiangcheng",
    "wujiang",
    "sip",
    "changshu",
    "zhangjiagang",
    "kunshan",
    "taicang",
}
FORBIDDEN = ("16838198", "400", "010-", "33333958", "12110", "12349")


@pytest.fixture(scope="module")
def org() -> Org:
    return load_org("suzhou")


def test_units_hang_on_the_city(org: Org) -> None:
    assert set(org.units) == UNITS
    assert (org.city, org.prefix) == ("sz", "SZ")
    assert set(org.children("sz")) == UNITS - {"sz"}
    assert all(unit.body and unit.name for unit in org.units.values())


@pytest.mark.parametrize(
    ("key", "body"), [("sip", "园区妇工委"), ("huqiu", "高新区（虎丘区）妇联"), ("kunshan", "昆山市妇联")]
)
def test_bodies_have_their_own_names(org: Org, key: str, body: str) -> None:
    assert org.body(key) == body


def test_every_street_and_town_is_there(org: Org) -> None:
    """46 streets and 51 towns, with the towns that the statistics hide in zones."""
    names = [place.name for place in org.places]
    assert len(names) == len(set(names))
    assert sum(name.endswith("街道") for name in names) == 46
    assert sum(name.endswith("镇") for name in names) == 51
    assert {"浒墅关镇", "东渚街道", "淀山湖镇", "周庄镇", "锦溪镇", "娄东街道"} <= set(names)


def test_every_place_is_found_by_its_full_name_and_by_its_other_names(org: Org) -> None:
    for place in org.places:
        for name in (place.name, *place.aliases):
            assert org.find_unit(name) == place.unit, name
        for name in place.weak:
            assert org.find_unit(name, asked=True) == place.unit, name


def test_every_unit_is_found_by_all_its_names(org: Org) -> None:
    for unit in org.units.values():
        for name in (unit.name, *unit.aliases, *unit.weak):
            assert org.find_unit(name, asked=True) == unit.key, name


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("320500", "sz"),
        ("320571", "sip"),
        ("320576", "sip"),
        ("320505400", "huqiu"),
        ("320581105", "changshu"),
        ("1", None),
    ],
)
def test_codes_are_aliases(org: Org, code: str, unit: str | None) -> None:
    assert org.by_code(code) == unit


def test_the_gazetteer_holds_only_names_safe_without_context(org: Org) -> None:
    names = org.gazetteer()
    assert names["木渎"] == "wuzhong"
    assert names["常熟市"] == "changshu"
    assert not {"太平", "新区", "凤凰", "常熟", "同里", "苏州", "城南"} & set(names)
    assert set(names.values()) == UNITS - {"sz"}


def test_help_lines_are_the_allowed_ones_and_none_claims_to_be_confirmed(org: Org) -> None:
    assert {line.number for line in org.lines} == {
        "110", "119", "120", "122", "12338", "12345", "12348", "12356", "12333", "12355", "12309",
    }  # fmt: skip
    text = "".join(path.read_text(encoding="utf-8") for path in (org_files.ROOT / "suzhou").glob("lines.yml"))
    assert not any(number in text for number in FORBIDDEN)
    assert all(line.confirmed_by is None and line.confirmed_on is None for line in org.lines)
    shown = {line.number for line in org.shown_lines()}
    assert {"110", "120", "12356", "12338"} <= shown
    assert not {"12355", "12309"} & shown
    always = {line.number for line in org.lines if line.hours == "24小时"}
    assert always == {"110", "119", "120", "122", "12345", "12356"}  # 12338 is no emergency line


def test_service_hours_wait_for_the_federation(org: Org) -> None:
    assert [f"{start:%H:%M}-{end:%H:%M}" for start, end in org.hours.shifts] == ["09:00-12:00", "13:30-17:00"]
    assert not org.hours.confirmed
    assert "市妇联确认" in org.hours.note
    assert org.depts["rights"] == "权益部"


def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "org"
    shutil.copytree(org_files.ROOT, root)
    monkeypatch.setattr(org_files, "ROOT", root)
    load_org.cache_clear()
    return root / "suzhou"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("units.yml", "city: sz", "city: nowhere", "nowhere"),
        ("units.yml", "parent: sz", "parent: mars", "mars"),
        ("units.yml", "body: 姑苏区妇联", "about: x", "body"),
        ("units.yml", "['320508']", "[320508]", "引号"),
        ("units.yml", "prefix: SZ", "x: y", "prefix"),
        ("places.yml", "  gusu:", "  atlantis:", "atlantis"),
        ("places.yml", "places:", "places: [", "YAML"),
        ("service.yml", "['13:30', '17:00']", "['11:30', '17:00']", "不重叠"),
        ("service.yml", "['13:30', '17:00']", "['13h', '17:00']", "hours.shifts"),
        ("service.yml", "hours:", "times:", "hours"),
        ("lines.yml", "what: 公安报警", "wat: 公安报警", "lines.yml"),
        ("words.yml", "hehua 荷花", "hehua 荷", "读音"),
        ("words.yml", "hehua 荷花", "yusan 荷花", "重复"),
    ],
)
def test_a_broken_file_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str, says: str
) -> None:
    path = copy(tmp_path, monkeypatch) / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(OrgBroken, match=says):
        load_org("suzhou")
    load_org.cache_clear()


def test_a_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copy(tmp_path, monkeypatch) / "lines.yml").unlink()
    with pytest.raises(OrgBroken, match=r"lines\.yml"):
        load_org("suzhou")
    load_org.cache_clear()


@pytest.mark.parametrize("name", ["nanjing", "../suzhou", "", "/etc"])
def test_an_unknown_organisation_names_the_known_ones(name: str) -> None:
    with pytest.raises(OrgBroken, match="suzhou"):
        load_org(name)
