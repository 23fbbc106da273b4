"""The words of the product as codes: one place, so that every stage and the web say the same.

Codes are stored and passed on; ``corridor.locale.label`` turns them into words in three languages.
"""

from typing import Final

#: Sectors (applications) and fields (technologies) in which two economies may cooperate.
SECTORS: Final = (
    "smart_city",
    "safe_city",
    "intelligent_transport",
    "smart_campus",
    "digital_health",
    "digital_education",
    "e_commerce",
    "electric_vehicles",
    "solar_energy",
    "agriculture_food",
    "textiles",
)
TECHNOLOGIES: Final = (
    "artificial_intelligence",
    "internet_of_things",
    "big_data",
    "cloud",
    "robotics",
    "fintech",
    "biotechnology",
    "blockchain",
)
FIELDS: Final = SECTORS + TECHNOLOGIES
#: Groups of goods that are compared as areas of cooperation though no organisation names them as its field.
GOODS: Final = ("ict_goods", "medical_devices")
#: What is compared as a candidate for cooperation, by these criteria.
AREAS: Final = FIELDS + GOODS
AREA_CRITERIA: Final = ("strength", "need", "effect", "readiness")

ORGANISATION_KINDS: Final = (
    "company",
    "university",
    "institute",
    "zone",
    "city",
    "ministry",
    "association",
    "investor",
)
LISTING_SIDES: Final = ("offer", "need")
LISTING_KINDS: Final = (
    "technology",
    "business",
    "research",
    "investment",
    "relocation",
    "expertise",
    "training",
)
#: The life of an engagement; ``ended`` may follow any of them and carries a reason.
STAGES: Final = ("lead", "meeting", "memorandum", "contract", "delivery", "results")
ENDED: Final = "ended"
END_REASONS: Final = (
    "too_early",
    "benefit_unclear",
    "no_commercial_route",
    "too_vague",
    "price",
    "financing",
    "regulation",
    "security",
    "partner_withdrew",
    "no_reply",
)
EVIDENCE_KINDS: Final = ("document", "link", "statement")
ROLES: Final = ("anonymous", "member", "analyst", "desk_officer", "administrator")
LANGUAGES: Final = ("en", "zh-Hans", "ur")
