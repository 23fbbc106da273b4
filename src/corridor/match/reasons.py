"""Why a match stands where it stands: what matched, and what it added to the score."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from corridor.match.profiles import Texts
from corridor.match.score import NEED_COMPONENTS, NOT_COMPARABLE, OFFER_COMPONENTS, SHARED_TERMS

TERMS_SHOWN: Final = 3
SEPARATOR: Final = ", "


def list_reasons(
    chosen: pl.DataFrame,
    offers: pl.DataFrame,
    needs: pl.DataFrame,
    offer_texts: Texts,
    need_texts: Texts,
    references: pl.DataFrame | None,
) -> pl.Series:
    """Return the reasons of each row of ``chosen``, the weightiest first.

    chosen: columns offer and need (row numbers) and one for each component, what it adds to the score.
    Reasons without weight are left out, except the one that says why texts could not be compared.
    """
    values = _find_values(chosen, offers, needs, references).with_columns(
        similar_text=_name_similar(chosen, offer_texts, need_texts)
    )
    differ = values["offer_language"] != values["need_language"]
    unread = differ & (chosen["similar_text"] == 0)
    structs = [
        pl.struct(code=_name_code(code, differ), value=pl.lit(values[code]), weight=pl.col(code))
        for code in (*OFFER_COMPONENTS, *NEED_COMPONENTS)
    ]
    told = pl.struct(
        code=pl.lit(NOT_COMPARABLE),
        value=pl.lit(values["offer_language"] + SEPARATOR + values["need_language"]),
        weight=pl.when(pl.lit(unread)).then(0.0).otherwise(-1.0),
    )
    weight = pl.element().struct.field("weight")
    is_told = (pl.element().struct.field("code") == NOT_COMPARABLE) & (weight == 0)
    return chosen.select(
        pl.concat_list(*structs, told)
        .list.eval(pl.element().filter((weight > 0) | is_told))
        .list.eval(pl.element().sort_by(weight, descending=True, maintain_order=True))
        .alias("reasons")
    ).to_series()


def _name_code(component: str, differ: pl.Series) -> pl.Expr:
    """Return the reason code of a component: text across languages is like by glossary terms, not words."""
    if component == "similar_text":
        return pl.when(pl.lit(differ)).then(pl.lit(SHARED_TERMS)).otherwise(pl.lit(component))
    return pl.lit(component)


def _find_values(
    chosen: pl.DataFrame, offers: pl.DataFrame, needs: pl.DataFrame, references: pl.DataFrame | None
) -> pl.DataFrame:
    """Return what matched, one column for each component but the text, and both languages."""
    pairs = pl.concat(
        [
            offers[chosen["offer"]].select(pl.all().name.prefix("offer_")),
            needs[chosen["need"]].select(pl.all().name.prefix("need_")),
        ],
        how="horizontal",
    ).with_columns(done=_list_experience(needs[chosen["need"]], references))
    fields = pl.col("offer_fields")
    same_kind = pl.col("offer_kind") == pl.col("need_kind")
    return pairs.select(
        "offer_language",
        "need_language",
        kind_fits=pl.when(same_kind)
        .then("offer_kind")
        .otherwise(pl.format("{}, {}", "offer_kind", "need_kind")),
        shared_fields=_join(fields.list.set_intersection("need_fields")),
        same_goods=pl.coalesce(*(_share_goods(digits) for digits in (6, 4, 2)), pl.lit("")),
        partner_active_in_field=_join(fields.list.set_intersection("need_owner_fields")),
        partner_kind_suits=pl.col("need_owner_kind"),
        clear_request=pl.lit(""),
        served_partner_economy=pl.col("need_economy"),
        partner_has_experience=_join(fields.list.set_intersection("done")),
    )


def _list_experience(needs: pl.DataFrame, references: pl.DataFrame | None) -> pl.Series:
    """Return the fields in which each need's organisation has delivered."""
    empty = pl.Series([[]], dtype=pl.List(pl.String))
    if references is None:
        return empty.new_from_index(0, needs.height)
    done = references.group_by("organisation").agg(done=pl.col("field").unique())
    return needs.join(done, on="organisation", how="left", maintain_order="left")["done"].fill_null(empty)


def _share_goods(digits: int) -> pl.Expr:
    """Return the HS codes of so many digits that both name, null where there is none."""
    offer, need = (
        pl.col(f"{side}_products").list.eval(
            pl.element().filter(pl.element().str.len_chars() >= digits).str.slice(0, digits)
        )
        for side in ("offer", "need")
    )
    shared = offer.list.set_intersection(need)
    return pl.when(shared.list.len() > 0).then(_join(shared))


def _join(items: pl.Expr) -> pl.Expr:
    return items.list.sort().list.join(SEPARATOR)


def _name_similar(chosen: pl.DataFrame, offer_texts: Texts, need_texts: Texts) -> pl.Series:
    """Return the words or glossary terms that made the texts alike, the weightiest three."""
    rows, columns = chosen["offer"].to_numpy(), chosen["need"].to_numpy()
    same = offer_texts.language[rows] == need_texts.language[columns]
    words = offer_texts.words.rows[rows].multiply(need_texts.words.rows[columns])
    terms = offer_texts.terms.rows[rows].multiply(need_texts.terms.rows[columns])
    plain = np.array([word.split(":", 1)[1] for word in offer_texts.words.terms], dtype=np.str_)
    return pl.select(
        pl.when(pl.lit(pl.Series(same)))
        .then(pl.lit(_name_heaviest(sparse.csr_matrix(words), plain)))
        .otherwise(pl.lit(_name_heaviest(sparse.csr_matrix(terms), offer_texts.terms.terms)))
    ).to_series()


def _name_heaviest(shares: sparse.csr_matrix, names: NDArray[np.str_]) -> pl.Series:
    """Return for each row the names of its largest entries, joined; ties go by name."""
    cells = shares.tocoo()
    heaviest = (
        pl.DataFrame({"row": cells.row.astype(np.int64), "name": names[cells.col], "share": cells.data})
        .sort(["row", "share", "name"], descending=[False, True, False])
        .group_by("row", maintain_order=True)
        .agg(pl.col("name").head(TERMS_SHOWN).str.join(SEPARATOR))
    )
    every = pl.DataFrame({"row": np.arange(shares.shape[0])})
    return every.join(heaviest, on="row", how="left", maintain_order="left")["name"].fill_null("")
