"""Plain computations that the export potential is measured against: no checks, no options, no names."""

from pathlib import Path

import numpy as np
import polars as pl


def sweep_with_numpy(path: Path, top: int = 200) -> dict[str, float]:
    """Compute all exporters × markets × products as the textbook has it, dense, an exporter at a time."""
    table = pl.read_parquet(path, columns=["exporter", "importer", "hs6", "value_usd"])
    economies = sorted({*table["exporter"].unique(), *table["importer"].unique()})
    products = sorted(table["hs6"].unique())
    i, j, k = (
        table[name].cast(pl.Enum(order)).to_physical().to_numpy().astype(np.int64)
        for name, order in (("exporter", economies), ("importer", economies), ("hs6", products))
    )
    v = table["value_usd"].cast(pl.Float64).to_numpy()
    del table
    size, width = len(economies), len(products)
    exports = np.bincount(i * width + k, v, size * width).reshape(size, width)
    imports = np.bincount(j * width + k, v, size * width).reshape(size, width)
    pairs = np.bincount(i * size + j, v, size * size).reshape(size, size)
    order = np.argsort(i, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(i, minlength=size))])
    cells, values = (j * width + k)[order], v[order]
    share = exports / np.maximum(exports.sum(axis=0), 1e-300)
    known = imports.sum(axis=1) > 0
    by_product = imports.sum(axis=0)
    imputed = np.outer(exports.sum(axis=1), by_product / by_product.sum())
    own = np.where(known[:, None], imports, imputed)
    with np.errstate(divide="ignore", invalid="ignore"):
        supply = share * np.where(own > 0, np.minimum(1, exports / own), 1)
        ease = np.nan_to_num(pairs / (share @ imports.T), posinf=0)
        scale = np.nan_to_num(imports / (ease.T @ supply), posinf=0)
    unrealised = best = 0.0
    flat = np.empty(size * width)
    potential = flat.reshape(size, width)
    for row in range(size):
        np.multiply(scale, supply[row], out=potential)
        potential *= ease[row][:, None]
        part = slice(starts[row], starts[row + 1])
        flat[cells[part]] -= values[part]
        above = flat[flat > 0]
        unrealised += above.sum()
        best += np.partition(above, -top)[-top:].sum() if len(above) > top else above.sum()
    return {"unrealised_usd": float(unrealised), "best_usd": float(best)}


def score_with_numpy(path: Path) -> dict[str, float]:
    """Compute ECI, PCI, density and COI of the exports in a file as the textbook has it."""
    table = pl.read_parquet(path, columns=["exporter", "hs6", "value_usd"])
    i, k = (
        table[name].cast(pl.Enum(table[name].unique().sort())).to_physical().to_numpy().astype(np.int64)
        for name in ("exporter", "hs6")
    )
    size, width = int(i.max()) + 1, int(k.max()) + 1
    x = np.bincount(i * width + k, table["value_usd"].to_numpy(), size * width).reshape(size, width)
    m = (x / x.sum(axis=1, keepdims=True) / (x.sum(axis=0) / x.sum()) > 1).astype(float)
    diversity, ubiquity = m.sum(axis=1), np.maximum(m.sum(axis=0), 1)
    root = np.sqrt(diversity)
    values, vectors = np.linalg.eigh((m / ubiquity) @ m.T / np.outer(root, root))
    k_c = vectors[:, -2] / root
    k_p = m.T @ k_c / ubiquity / values[-2]
    phi = m.T @ m
    phi /= np.maximum(ubiquity[:, None], ubiquity)
    np.fill_diagonal(phi, 0)
    density = m @ phi / np.maximum(phi.sum(axis=0), 1e-300)
    coi = ((1 - m) * density) @ k_p
    return {"eci": float(k_c.std()), "coi": float(coi.std())}


SWEEP_QUERY = """
WITH t AS (SELECT exporter i, importer j, hs6 k, value_usd::DOUBLE v FROM read_parquet('{path}')),
x AS (SELECT i, k, sum(v) v FROM t GROUP BY ALL), m AS (SELECT j, k, sum(v) v FROM t GROUP BY ALL),
w AS (SELECT k, sum(v) v FROM x GROUP BY k), b AS (SELECT i, j, sum(v) v FROM t GROUP BY ALL),
total AS (SELECT sum(v) v FROM m), xi AS (SELECT i, sum(v) v FROM x GROUP BY i),
known AS (SELECT DISTINCT j FROM m), mk AS (SELECT k, sum(v) v FROM m GROUP BY k),
s AS (SELECT x.i, x.k, x.v / w.v share, least(1, x.v / coalesce(m.v,
        CASE WHEN known.j IS NULL THEN xi.v * mk.v / total.v END, 1e-300)) tb
      FROM x JOIN w USING (k) JOIN xi USING (i) JOIN mk USING (k) CROSS JOIN total
      LEFT JOIN m ON m.j = x.i AND m.k = x.k LEFT JOIN known ON known.j = x.i),
expected AS (SELECT s.i, m.j, sum(s.share * m.v) v FROM s JOIN m USING (k) GROUP BY ALL),
e AS (SELECT b.i, b.j, b.v / expected.v ease FROM b JOIN expected USING (i, j)),
n AS (SELECT e.j, s.k, sum(s.share * s.tb * e.ease) v FROM s JOIN e USING (i) GROUP BY ALL),
p AS (SELECT s.i, m.j, s.k, greatest(s.share * s.tb * e.ease / n.v * m.v - coalesce(t.v, 0), 0) u
      FROM s JOIN e USING (i) JOIN m ON m.j = e.j AND m.k = s.k JOIN n ON n.j = m.j AND n.k = s.k
      LEFT JOIN t ON t.i = s.i AND t.j = m.j AND t.k = s.k)
SELECT i, sum(u), list(u ORDER BY u DESC)[:200] FROM p GROUP BY i
"""


def sweep_with_duckdb(path: Path, top: int = 200) -> dict[str, float]:
    """Compute the same by one SQL query, where DuckDB is installed."""
    import duckdb

    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    rows = connection.execute(SWEEP_QUERY.format(path=path)).fetchall()
    return {
        "unrealised_usd": sum(row[1] for row in rows),
        "best_usd": sum(sum(row[2][:top]) for row in rows),
    }
