"""The figures of ``test_terms.py``, computed again without Corridor's engine: dense loops over the formula.

    PYTHONPATH=src:. python tests/reference/potential_terms_2024/independent.py SHARED

Written from the formulas in docs/methods/find-potential.md; it uses only the readers of the inputs.
"""

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import polars as pl

YEARS = range(2025, 2030)


def load_inputs():
    spec = spec_from_file_location("terms_inputs", Path(__file__).with_name("inputs.py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pivot(table, row, column, rows, columns):
    place_r = {code: place for place, code in enumerate(rows)}
    place_c = {code: place for place, code in enumerate(columns)}
    matrix = np.zeros((len(rows), len(columns)))
    for first, second, value in table.select(row, column, "value_usd").iter_rows():
        matrix[place_r[first], place_c[second]] += value
    return matrix


def main(shared: Path) -> None:
    inputs = load_inputs()
    trade = pl.read_parquet(shared / "data" / "trade" / "baci_hs17_2024_bilateral_hs6.parquet")
    trade = trade.filter(pl.col("exporter") != pl.col("importer"))
    economies = sorted(set(trade["exporter"]) | set(trade["importer"]))
    products = sorted(set(trade["hs6"]))
    by_exporter = trade.group_by("exporter", "hs6").agg(pl.col("value_usd").sum())
    by_importer = trade.group_by("importer", "hs6").agg(pl.col("value_usd").sum())
    v = pivot(by_exporter, "exporter", "hs6", economies, products)
    m = pivot(by_importer, "importer", "hs6", economies, products)
    flows = pivot(trade.filter(importer="CHN"), "exporter", "hs6", economies, products)
    E, P = v.shape
    chn, pak = economies.index("CHN"), economies.index("PAK")
    demand = flows.sum(axis=0)

    # trade balance, unknown imports imputed
    tb = np.ones((E, P))
    world_m = m.sum(axis=0)
    for i in range(E):
        own = m[i] if m[i].sum() > 0 else v[i].sum() * world_m / world_m.sum()
        some = own > 0
        tb[i, some] = np.minimum(1, v[i, some] / own[some])

    # growth
    rates = {}
    for economy, indicator, year, value in inputs.read_growth(shared).iter_rows():
        if indicator == "gdp_growth_percent" and year in YEARS:
            rates.setdefault(economy, []).append(1 + value / 100)
    growth = np.array(
        [np.prod(rates[code]) ** (5 / len(rates[code])) if code in rates else np.nan for code in economies]
    )
    weight = v.sum(axis=1) + m.sum(axis=1)
    known = ~np.isnan(growth)
    growth[~known] = (growth[known] * weight[known]).sum() / weight[known].sum()

    # distance
    table = {(a, b): d for a, b, d in inputs.read_distances(shared).iter_rows()}
    log_d = np.full(E, np.nan)
    for i, code in enumerate(economies):
        if (code, "CHN") in table:
            log_d[i] = np.log(table[code, "CHN"])
    seen = ~np.isnan(log_d)
    by_supplier = flows.sum(axis=1)
    log_d[~seen] = (log_d[seen] * by_supplier[seen]).sum() / by_supplier[seen].sum()
    df = np.ones((E, P))
    for k in np.flatnonzero(demand):
        average = (log_d * flows[:, k]).sum() / demand[k]
        df[:, k] = np.exp(-abs(average - log_d))

    # elasticities
    sigma_table = dict(inputs.read_elasticities(shared).iter_rows())
    sigma = np.array([sigma_table.get(code, np.nan) for code in products])
    chapter = np.array([code[:2] for code in products])
    overall = np.nanmedian(sigma)
    for c in np.unique(chapter):
        inside = chapter == c
        gap = inside & np.isnan(sigma)
        have = sigma[inside & ~np.isnan(sigma)]
        sigma[gap] = np.median(have) if len(have) else overall

    # tariffs: base rate of every market, preferences of Pakistan in China
    tariffs = {}
    for importer, exporter, product, _, rate, _ in inputs.make_tariffs(products).iter_rows():
        tariffs[importer, exporter, product] = rate / 100
    base = np.full((E, P), np.nan)
    for j, market in enumerate(economies):
        if market not in inputs.MFN_MARKETS:
            continue
        for k, product in enumerate(products):
            base[j, k] = tariffs.get((market, "MFN", product), np.nan)
        given = ~np.isnan(base[j])
        filled = base[j].copy()
        for c in np.unique(chapter):
            inside = chapter == c
            some = inside & given
            w = m[j, some] + 1
            filled[inside & ~given] = (base[j, some] * w).sum() / w.sum() if some.any() else np.nan
        w = m[j, given] + 1
        filled[np.isnan(filled)] = (base[j, given] * w).sum() / w.sum()
        base[j] = filled
    stated = ~np.isnan(base[:, 0])
    w = m[stated] + 1
    base[~stated] = (base[stated] * w).sum(axis=0) / w.sum(axis=0)
    faced = np.zeros((E, P))
    for i in range(E):
        others = np.arange(E) != i
        total = m[others].sum(axis=0)
        paid = base[others] * m[others]
        if i == pak:
            place = np.flatnonzero(others).tolist().index(chn)
            for k, product in enumerate(products):
                if ("CHN", "PAK", product) in tariffs:
                    paid[place, k] = m[chn, k] * min(
                        tariffs["CHN", "PAK", product], tariffs.get(("CHN", "MFN", product), np.inf)
                    )
        everywhere = (base * m).sum(axis=0) / np.where(m.sum(axis=0) > 0, m.sum(axis=0), 1)
        faced[i] = np.where(total > 0, paid.sum(axis=0) / np.where(total > 0, total, 1), everywhere)
    vk = v.sum(axis=0)
    gta = ((1 + faced) / (1 + (v * faced).sum(axis=0) / vk)) ** sigma
    t = np.repeat(base[chn][None], E, axis=0)
    for k, product in enumerate(products):
        if ("CHN", "PAK", product) in tariffs:
            mfn = tariffs.get(("CHN", "MFN", product), np.inf)
            t[pak, k] = min(tariffs["CHN", "PAK", product], mfn)
    mta = np.ones((E, P))
    for k in np.flatnonzero(demand):
        average = (t[:, k] * flows[:, k]).sum() / demand[k]
        mta[:, k] = ((1 + average) / (1 + t[:, k])) ** sigma[k]

    ease = by_supplier / ((v / vk) @ demand)
    plain, grown = v / vk, v * growth[:, None] / (v * growth[:, None]).sum(axis=0)
    one = np.ones((E, P))
    cases = {
        "default": (plain, one, one, one, 1.0),
        "growth": (grown, one, one, one, growth[chn]),
        "distance": (plain, one, one, df, 1.0),
        "tariffs": (plain, gta, mta, one, 1.0),
        "all": (grown, gta, mta, df, growth[chn]),
    }
    told = {}
    for name, (share, taken, given_, near, demand_growth) in cases.items():
        claims = share * tb * taken * ease[:, None] * given_ * near
        total = claims.sum(axis=0)
        potential = claims / np.where(total > 0, total, 1) * demand * demand_growth
        unrealised = potential[pak] - np.minimum(potential[pak], flows[pak])
        order = np.lexsort((products, -unrealised))[:5]
        told[name] = {
            "potential_usd": potential[pak].sum(),
            "unrealised_usd": unrealised.sum(),
            "first": [products[k] for k in order],
        }
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
