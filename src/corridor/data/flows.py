"""Flows of trade on their way into a dataset: packed to 24 bytes a row, year by year.

A flow's exporter, importer and product fit into one whole number (the key), so that a year of eleven
million rows sorts in little memory and equal flows stand side by side, where they are summed.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from corridor.errors import InputError

_PRODUCTS: Final = 1 << 20
_ECONOMIES: Final = 1 << 12


class FlowParts:
    """Collects parsed flows, in memory or in ``folder``, and gives them back a year at a time."""

    def __init__(self, economies: pl.Enum, folder: Path | None = None) -> None:
        if len(economies.categories) > _ECONOMIES:
            raise InputError(
                f"the data name {len(economies.categories)} economies", rule=f"at most {_ECONOMIES}"
            )
        self._economies, self._folder = economies, folder
        self._frames: dict[int, list[pl.DataFrame]] = {}
        self._paths: dict[int, list[Path]] = {}
        self.duplicates = 0

    def add(self, flows: pl.DataFrame, year: int | None) -> None:
        """Add parsed flows; ``year`` is theirs where they have no such column."""
        packed = flows.select(self._pack(flows.columns))
        if year is None:
            for (found,), part in (
                packed.with_columns(flows["year"])
                .partition_by("year", as_dict=True, include_key=False)
                .items()
            ):
                self._keep(int(found), part)
        else:
            self._keep(year, packed)

    @property
    def years(self) -> list[int]:
        """Return the years that have flows, sorted."""
        return sorted({*self._frames, *self._paths})

    def take(self, year: int) -> pl.LazyFrame:
        """Return one year in the schema ``tables.TRADE``, sorted by its key; equal flows are summed."""
        frames = self._frames.pop(year, [])
        paths = self._paths.pop(year, [])
        frames += [pl.read_ipc(path) for path in paths]
        for path in paths:
            path.unlink()
        packed = pl.concat(frames).sort("key")
        frames.clear()
        return self._unpack(self._sum_equal(packed), year)

    def _pack(self, columns: Sequence[str]) -> Iterator[pl.Expr]:
        number = [pl.col(name).to_physical().cast(pl.UInt64) for name in ("exporter", "importer")]
        yield ((number[0] * (_ECONOMIES * _PRODUCTS)) + (number[1] * _PRODUCTS) + pl.col("product")).alias(
            "key"
        )
        yield pl.col("value_usd")
        if "quantity_t" in columns:
            yield pl.col("quantity_t")

    def _keep(self, year: int, part: pl.DataFrame) -> None:
        if self._folder is None:
            self._frames.setdefault(year, []).append(part)
            return
        paths = self._paths.setdefault(year, [])
        path = self._folder / f"{year}-{len(paths)}.ipc"
        part.write_ipc(path, compression="uncompressed")
        paths.append(path)

    def _sum_equal(self, packed: pl.DataFrame) -> pl.DataFrame:
        key = packed["key"]
        same = key == key.shift(1)
        repeated = int(same.sum())
        if not repeated:
            return packed
        self.duplicates += repeated
        several = same.fill_null(False) | (key == key.shift(-1)).fill_null(False)
        sums = [pl.col("value_usd").sum()]
        if "quantity_t" in packed.columns:
            # a sum with an unknown part is unknown
            quantity = pl.col("quantity_t")
            sums.append(pl.when(quantity.null_count() == 0).then(quantity.sum()))
        summed = packed.filter(several).group_by("key", maintain_order=True).agg(sums)
        return pl.concat([packed.filter(~several), summed]).sort("key")

    def _unpack(self, packed: pl.DataFrame, year: int) -> pl.LazyFrame:
        key = pl.col("key")
        economy = {
            "exporter": key // (_ECONOMIES * _PRODUCTS),
            "importer": key // _PRODUCTS % _ECONOMIES,
        }
        columns = [
            pl.lit(year, dtype=pl.Int32).alias("year"),
            *[
                number.cast(pl.UInt16).cat.to(self._economies).cast(pl.String).alias(name)
                for name, number in economy.items()
            ],
            (key % _PRODUCTS).cast(pl.String).str.zfill(6).alias("product"),
            pl.col("value_usd"),
        ]
        if "quantity_t" in packed.columns:
            columns.append(pl.col("quantity_t"))
        return packed.lazy().select(columns)
