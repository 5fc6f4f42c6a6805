"""Plot dollars over page views as an SVG, on logarithmic axes; five lines need no library."""

import math
from collections.abc import Mapping
from xml.sax.saxutils import escape

from harness.costs.model import PageView, Price, costs

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 200, 30, 50
VIEWS = (4, 8)  # powers of ten
DOLLARS = (-1, 4)
LINES = {
    "all": ("", "#111827"),
    "CloudFront": ("cloudfront_", "#2563eb"),
    "edge function": ("edge_", "#dc2626"),
    "API and functions": ("api_ lambda_", "#059669"),
    "DynamoDB": ("dynamodb_", "#d97706"),
    "logs": ("log_", "#7c3aed"),
}


def svg(view: PageView, prices: Mapping[str, Price]) -> str:
    steps = [VIEWS[0] + i / 10 for i in range((VIEWS[1] - VIEWS[0]) * 10 + 1)]
    months = {step: costs(round(10**step), view, prices) for step in steps}
    body = [*grid()]
    for number, (name, (prefixes, colour)) in enumerate(LINES.items()):
        wanted = tuple(prefixes.split()) or ("",)
        points = [
            f"{x(step):.1f},{y(dollars):.1f}"
            for step, month in months.items()
            if (dollars := sum(v for k, v in month.items() if k.startswith(wanted)))
            >= 10 ** DOLLARS[0]
        ]
        body.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        place = TOP + 20 + number * 22
        right = WIDTH - RIGHT + 20
        body.append(
            f'<path d="M{right} {place - 4}h24" stroke="{colour}" stroke-width="2"/>'
            f'<text x="{right + 32}" y="{place}">{escape(name)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13" role="img" '
        'aria-label="Dollars a month over page views a month">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>{"".join(body)}</svg>\n'
    )


def grid() -> list[str]:
    lines = []
    for power in range(VIEWS[0], VIEWS[1] + 1):
        at = x(power)
        lines.append(f'<path d="M{at} {TOP}V{HEIGHT - BOTTOM}" stroke="#e5e7eb"/>')
        label = f"{10**power:,}"
        lines.append(
            f'<text x="{at}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{label}</text>'
        )
    for power in range(DOLLARS[0], DOLLARS[1] + 1):
        at = y(10**power)
        lines.append(f'<path d="M{LEFT} {at}H{WIDTH - RIGHT}" stroke="#e5e7eb"/>')
        label = f"${10**power:,g}"
        lines.append(f'<text x="{LEFT - 8}" y="{at + 4}" text-anchor="end">{label}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    lines.append(
        f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">page views a month</text>'
    )
    return lines


def x(power: float) -> float:
    share = (power - VIEWS[0]) / (VIEWS[1] - VIEWS[0])
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def y(dollars: float) -> float:
    share = (math.log10(dollars) - DOLLARS[0]) / (DOLLARS[1] - DOLLARS[0])
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
