"""The conventions of the export potential that published descriptions leave open."""

from dataclasses import dataclass
from typing import Literal, get_args

from corridor.errors import InputError

UnknownTradeBalance = Literal["impute", "one", "range"]
EaseBasis = Literal["static", "projected", "gravity", "off"]
WorldBasis = Literal["all", "without_importer"]
NormaliseAt = Literal["after", "before"]


@dataclass(frozen=True, slots=True)
class PotentialOptions:
    """The conventions that published descriptions leave open, each with its default.

    trade_balance: use the term TB.
    unknown_trade_balance: TB of an economy whose imports the data lack. ``impute``: its imports are taken
        to be as large as its exports and composed as the imports of all known economies; ``one``: TB is 1;
        ``range``: as ``impute``, with the lowest and highest potential of both beside it.
    ease: ``static`` compares trade with world shares; ``projected`` with all other terms; ``gravity`` takes
        the eases of the inputs, which compare expected trade with world shares; ``off``.
    world: world exports with or ``without_importer``'s own.
    normalise: scale so that the potentials of a market and product sum to its (expected) imports.
    normalise_at: ``after`` the terms of tariffs and distance, or ``before`` them: then they shift the sum.
    window: years averaged, weights 1 … n.
    carried_share: what the shortlist must carry of the unrealised potential.
    supply_growth, demand_growth, global_tariff, market_tariff, distance: use the term where its inputs
        are given.
    horizon: years ahead of expected growth. demand_elasticity: of demand to income per head (E).
    elasticity: of substitution between suppliers, for tariffs given without a table of elasticities.
    """

    trade_balance: bool = True
    unknown_trade_balance: UnknownTradeBalance = "impute"
    ease: EaseBasis = "static"
    world: WorldBasis = "all"
    normalise: bool = True
    window: int = 1
    carried_share: float = 0.8
    normalise_at: NormaliseAt = "after"
    supply_growth: bool = True
    demand_growth: bool = True
    global_tariff: bool = True
    market_tariff: bool = True
    distance: bool = True
    horizon: int = 5
    demand_elasticity: float = 1.0
    elasticity: float | None = None

    def __post_init__(self) -> None:
        for name, value, known in (
            ("unknown_trade_balance", self.unknown_trade_balance, get_args(UnknownTradeBalance)),
            ("ease", self.ease, get_args(EaseBasis)),
            ("world", self.world, get_args(WorldBasis)),
            ("normalise_at", self.normalise_at, get_args(NormaliseAt)),
        ):
            if value not in known:
                raise InputError(f"option {name} is {value!r}", rule=f"one of {', '.join(known)}")
        if not 0 < self.carried_share <= 1:
            raise InputError(f"option carried_share is {self.carried_share}", rule="above 0 and at most 1")
        for name, count in (("window", self.window), ("horizon", self.horizon)):
            if count < 1:
                raise InputError(f"option {name} is {count}", rule="at least one year")
        if not 0 <= self.demand_elasticity <= 10:
            raise InputError(f"option demand_elasticity is {self.demand_elasticity}", rule="from 0 to 10")
        if self.elasticity is not None and not 0 < self.elasticity <= 100:
            raise InputError(f"option elasticity is {self.elasticity}", rule="above 0 and at most 100")
