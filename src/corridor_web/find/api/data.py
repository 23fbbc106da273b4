"""What every answer says of its data."""

from typing import Any

from ninja import Field, Schema

from corridor.find.pair import PairAnalysis


class InputOut(Schema):
    """A dataset of growth, distances, tariffs or elasticities that the figures use."""

    input: str
    dataset: str
    attribution: str
    as_of: str


class GapOut(Schema):
    """A fallback, and the shares (0…1) of the market's imports and the exporter's exports that rest on it."""

    input: str
    fallback: str
    import_share: float
    export_share: float


class CoverageOut(Schema):
    """What the figures leave out."""

    destination_markets: int
    missing_importers: list[str]
    terms_off: list[str]
    absent_products: int = Field(description="Codes of the nomenclature without trade in the data")
    inputs: list[InputOut]
    gaps: list[GapOut]


def describe_data(analysis: PairAnalysis) -> dict[str, Any]:
    coverage = analysis.coverage
    return {
        "coverage": {
            "destination_markets": coverage.destination_markets,
            "missing_importers": list(coverage.missing_importers),
            "terms_off": list(coverage.terms_off),
            "absent_products": len(coverage.absent_products or ()),
            "inputs": list(coverage.inputs),
            "gaps": list(coverage.gaps),
        },
        "source": analysis.source.title,
        "illustrative": analysis.source.illustrative,
    }
