"""Pictures of a measurement as SVG, drawn here: the report loads nothing from anywhere."""

from collections.abc import Mapping, Sequence
from html import escape

from nlu.measure import Bin

SIDE, EDGE = 320, 40
INK, SOFT, ACCENT = "#333", "#ccc", "#2a6f6f"


def calibration_plot(bins: Sequence[Bin]) -> str:
    """Confidence against the share that was right; on the diagonal they agree."""
    points = [(one.chance, one.right) for one in bins]
    dots = "".join(
        f'<circle cx="{_x(one.chance):.1f}" cy="{_y(one.right):.1f}" r="{3 + min(one.count, 400) ** 0.5 / 3:.1f}" '
        f'fill="{ACCENT}" fill-opacity="0.6">'
        f"<title>{one.count} 句：把握 {one.chance:.2f}，对 {one.right:.2f}</title></circle>"
        for one in bins
    )
    diagonal = f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="{SOFT}" stroke-dasharray="4"/>'
    return _plot("把握", "答对", diagonal + _line(points) + dots, 0.0)


def coverage_plot(curve: Sequence[tuple[float, float]], wanted: float) -> str:
    """Share answered against the share of those that was right, from 0.5 up."""
    step = max(1, len(curve) // 200)
    points = [(share, max(right, 0.5)) for share, right in curve[::step]]
    goal = f'<line x1="{_x(0)}" y1="{_y(wanted, 0.5):.1f}" x2="{_x(1)}" y2="{_y(wanted, 0.5):.1f}" stroke="#b55"/>'
    return _plot("作答的比例", "大类答对", goal + _line(points, 0.5), 0.5)


def confusion(counts: Mapping[tuple[str, str], int], names: Sequence[str], labels: Mapping[str, str]) -> str:
    """Rows what it was, columns what was said; the darker, the greater the share of its row."""
    cell = 34 if len(names) < 20 else 9
    left = 130 if len(names) < 20 else 160
    totals = {name: sum(counts.get((name, other), 0) for other in names) for name in names}
    parts = [
        f'<text x="{left - 6}" y="{(row + 0.7) * cell + EDGE:.0f}" text-anchor="end" font-size="{min(12, cell)}">'
        f"{escape(labels.get(name, name))}</text>"
        for row, name in enumerate(names)
    ]
    for row, gold in enumerate(names):
        for column, said in enumerate(names):
            count = counts.get((gold, said), 0)
            if count:
                parts.append(_cell(left + column * cell, EDGE + row * cell, cell, count, totals[gold], gold, said))
    size = len(names) * cell
    frame = f'<rect x="{left}" y="{EDGE}" width="{size}" height="{size}" fill="none" stroke="{SOFT}"/>'
    return _svg(left + size + 10, size + EDGE + 10, frame + "".join(parts))


def _cell(x: int, y: int, cell: int, count: int, total: int, gold: str, said: str) -> str:
    colour = ACCENT if gold == said else "#b55"
    shade = 0.08 + 0.92 * count / total
    box = (
        f'<rect x="{x}" y="{y}" width="{cell}" height="{cell}" fill="{colour}" fill-opacity="{shade:.2f}">'
        f"<title>{escape(gold)} → {escape(said)}：{count} / {total}</title></rect>"
    )
    if cell < 20:
        return box
    ink = "#fff" if shade > 0.55 else INK
    place = f'x="{x + cell / 2}" y="{y + cell * 0.62:.0f}"'
    return f'{box}<text {place} text-anchor="middle" font-size="11" fill="{ink}">{count}</text>'


def _plot(across: str, up: str, content: str, lowest: float) -> str:
    ticks = "".join(
        f'<text x="{_x(part / 4):.0f}" y="{SIDE + EDGE + 14}" text-anchor="middle" font-size="11">{part / 4:g}</text>'
        f'<text x="{EDGE - 4}" y="{SIDE + EDGE - part / 4 * SIDE + 4:.0f}" text-anchor="end" font-size="11">'
        f"{lowest + part / 4 * (1 - lowest):g}</text>"
        for part in range(5)
    )
    frame = f'<rect x="{EDGE}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="{SOFT}"/>'
    names = (
        f'<text x="{EDGE + SIDE / 2}" y="{SIDE + 2 * EDGE - 4}" text-anchor="middle" font-size="12">{across}</text>'
        f'<text x="{EDGE}" y="{EDGE - 10}" font-size="12">{up}</text>'
    )
    return _svg(SIDE + 2 * EDGE, SIDE + 2 * EDGE, frame + ticks + names + content)


def _line(points: Sequence[tuple[float, float]], lowest: float = 0.0) -> str:
    path = " ".join(f"{_x(across):.1f},{_y(up, lowest):.1f}" for across, up in points)
    return f'<polyline points="{path}" fill="none" stroke="{ACCENT}" stroke-width="1.5"/>'


def _x(value: float) -> float:
    return EDGE + value * SIDE


def _y(value: float, lowest: float = 0.0) -> float:
    return EDGE + SIDE - (value - lowest) / (1 - lowest) * SIDE


def _svg(width: int, height: int, content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" fill="{INK}">{content}</svg>'
    )
