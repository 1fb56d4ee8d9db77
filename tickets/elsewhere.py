"""Recognises that she writes from another city, without mistaking 南京路 or where somebody else is for it."""

import re
from collections.abc import Iterable, Mapping

CLAUSE = re.compile(r"[，,。.！!？?；;、\s…~]+")
PROVINCE = "(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)?"
OPENING = r"(?:你好|您好|请问|那个|就是|但是?|可是?|不过|因为|其实|嗯+|哦+)*"
HER = r"(?:我们?(?:一家|全家|家|人|和孩子|跟孩子|带着?孩子)?|本人|人|家|事情|事|这事)"
WHEN = r"(?:现在|目前|如今|一直|常年|平时|都|就|也|还|已经|又|是)*"
WHERE = r"(?:居住在|定居在?|生活在|住在?|发生在|搬到了?|搬去了?|嫁到了?|户口和人都在|在|是)"
# 上海路, 南京大学, 河南人, 北京话: named after the place, not being there.
AFTER = (
    r"(?!(?:[东南西北中])?(?:路|大道|大街|街|巷|弄|高架|道)|银行|大学|学院|商学院|人(?![民])|话|菜|牌|大众|宾馆|饭店|酒店|商会|家化|岸|"
    r"户口|户籍|口音|女婿|媳妇|老乡|同乡|世界)"
)
WEAK_END = r"(?=市|省|$)"
COUNTY = r"(?:[一-鿿]{1,4}(?:区|县|市|镇|州|旗))?"
REST = r"(?:市|省|那边|这边|这里|的|本地|呢|啊|哦|吧)*"
NO_MORE = re.compile(r"以前|曾经|之前|原来|过年|上大学|读大学|出差|旅游|上学的?时候|打过工|待过|呆过|住过|回来|老家")


class Elsewhere:
    def __init__(self, provinces: Mapping[str, Iterable[str]], weak: Iterable[str], own: str) -> None:
        """`own` is the city of this deployment: it and its province alone are never elsewhere."""
        home = next((name for name, cities in provinces.items() if own in cities), "")
        self._near = frozenset({home, *provinces.get(home, ())}) - {""}
        cities = {city for names in provinces.values() for city in names} | set(provinces)
        cities -= {own, home}
        doubtful = set(weak)
        firm = "|".join(sorted(map(re.escape, cities - doubtful), key=len, reverse=True))
        loose = "|".join(sorted(map(re.escape, cities & doubtful), key=len, reverse=True))
        place = rf"(?:{firm}){AFTER}|(?:{loose}){WEAK_END}"
        self._alone = {name for name, cities in provinces.items() if not list(cities)}  # 北京朝阳 is 北京
        lead = rf"(?:(?P<lead>{'|'.join(map(re.escape, provinces))}){PROVINCE})?"
        self._says = re.compile(
            rf"{OPENING}(?:{HER}{WHEN}{WHERE}|{HER}?{WHEN}(?:人在|住在|住)){lead}(?P<place>{place})"
        )
        self._is = re.compile(rf"(?:在|是)?{lead}(?P<place>(?:{firm}){AFTER}|{loose}){COUNTY}{REST}")

    def find(self, text: str) -> str | None:
        clauses = [clause for clause in CLAUSE.split(text) if clause]
        for clause in clauses:
            found = self._says.match(clause)
            if found and not NO_MORE.search(clause):
                return self._name(found)
        whole = self._is.fullmatch("".join(clauses)) if len(clauses) <= 2 else None
        return self._name(whole) if whole else None

    def same_province(self, place: str) -> bool:
        return place in self._near

    def _name(self, found: re.Match[str]) -> str:
        return found["lead"] if found["lead"] in self._alone else found["place"]
