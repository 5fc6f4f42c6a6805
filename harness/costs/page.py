"""The tables of docs/explanation/cost-and-scale.md."""

from collections.abc import Mapping

from harness.costs.model import (
    LIMITS,
    Assumptions,
    PageView,
    Price,
    at_peak,
    costs,
    quantities,
    views_at,
)

SCALES = {"10 thousand": 10_000, "1 million": 1_000_000, "100 million": 100_000_000}
BEGIN, END = "<!-- computed: begin -->", "<!-- computed: end -->"


def computed(view: PageView, prices: Mapping[str, Price]) -> str:
    assumed = Assumptions()
    return "\n\n".join(
        [
            "### Dollars a month",
            cost_table(view, prices, assumed),
            "### Which limit is reached first",
            limit_table(view, assumed),
            "### Prices",
            price_table(prices),
        ]
    )


def cost_table(view: PageView, prices: Mapping[str, Price], assumed: Assumptions) -> str:
    columns = [costs(views, view, prices, assumed) for views in SCALES.values()]
    used = quantities(1_000_000, view, assumed)
    rows = [
        [
            price.name,
            f"{used[key]:,.2f}",
            *(money(column[key]) for column in columns),
        ]
        for key, price in prices.items()
    ]
    total = ["**all**", "", *(f"**{money(sum(c.values()))}**" for c in columns)]
    head = ["", "units per million views", *(f"{name} views" for name in SCALES)]
    return table(head, [*rows, total])


def limit_table(view: PageView, assumed: Assumptions) -> str:
    peaks = [at_peak(views, view, assumed) for views in SCALES.values()]
    met = {key: views_at(key, view, assumed) for key in LIMITS}
    rows = [
        [
            LIMITS[key].name,
            f"{LIMITS[key].most:,.0f}",
            *(f"{peak[key]:,.2f}" for peak in peaks),
            f"{met[key] / 1_000_000:,.0f} million views",
            LIMITS[key].remedy,
        ]
        for key in sorted(met, key=met.__getitem__)
    ]
    head = ["limit", "maximum", *SCALES, "reached at", "what to do"]
    return table(head, rows)


def price_table(prices: Mapping[str, Price]) -> str:
    rows = [
        [
            f"[{price.name}]({price.page})",
            f"{price.usd:.10f}".rstrip("0"),
            f"{price.per:,}",
            f"{price.free:,}",
            price.seen,
        ]
        for price in prices.values()
    ]
    return table(["price", "dollars", "per", "free per month", "last read"], rows)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def money(dollars: float) -> str:
    return f"{dollars:,.0f}" if dollars >= 100 else f"{dollars:,.2f}"


def with_computed(page: str, tables: str) -> str:
    """The page with the text between its markers replaced."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"The page has no {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"
