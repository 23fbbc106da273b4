"""Short names of the 97 chapters (77 is reserved; 98 and 99 are national) and 21 sections of the Harmonized System, in three languages.

The wording is Corridor's own, for headings and charts; the legal text is the World Customs
Organization's. Names of subheadings (HS6) stay English and come with the data.
"""

from typing import Final

from corridor.errors import InputError
from corridor.locale.catalogue import gettext_noop, translator

CHAPTERS: Final[dict[str, str]] = {
    "01": gettext_noop("Live animals"),
    "02": gettext_noop("Meat"),
    "03": gettext_noop("Fish and seafood"),
    "04": gettext_noop("Dairy, eggs and honey"),
    "05": gettext_noop("Other animal products"),
    "06": gettext_noop("Plants and cut flowers"),
    "07": gettext_noop("Vegetables"),
    "08": gettext_noop("Fruit and nuts"),
    "09": gettext_noop("Coffee, tea and spices"),
    "10": gettext_noop("Cereals"),
    "11": gettext_noop("Flour, malt and starch"),
    "12": gettext_noop("Oil seeds, other seeds and fodder"),
    "13": gettext_noop("Gums, resins and plant extracts"),
    "14": gettext_noop("Plaiting materials and other plant products"),
    "15": gettext_noop("Fats and oils"),
    "16": gettext_noop("Prepared meat and fish"),
    "17": gettext_noop("Sugar and sweets"),
    "18": gettext_noop("Cocoa and chocolate"),
    "19": gettext_noop("Bakery and cereal products"),
    "20": gettext_noop("Prepared vegetables and fruit"),
    "21": gettext_noop("Other food preparations"),
    "22": gettext_noop("Beverages and vinegar"),
    "23": gettext_noop("Food residues and animal feed"),
    "24": gettext_noop("Tobacco"),
    "25": gettext_noop("Salt, stone, lime and cement"),
    "26": gettext_noop("Ores, slag and ash"),
    "27": gettext_noop("Mineral fuels and oils"),
    "28": gettext_noop("Inorganic chemicals"),
    "29": gettext_noop("Organic chemicals"),
    "30": gettext_noop("Pharmaceutical products"),
    "31": gettext_noop("Fertilisers"),
    "32": gettext_noop("Dyes, pigments and paints"),
    "33": gettext_noop("Essential oils and cosmetics"),
    "34": gettext_noop("Soap, detergents and waxes"),
    "35": gettext_noop("Proteins, glues and enzymes"),
    "36": gettext_noop("Explosives and matches"),
    "37": gettext_noop("Photographic goods"),
    "38": gettext_noop("Other chemical products"),
    "39": gettext_noop("Plastics"),
    "40": gettext_noop("Rubber"),
    "41": gettext_noop("Hides and leather"),
    "42": gettext_noop("Leather goods and bags"),
    "43": gettext_noop("Furs"),
    "44": gettext_noop("Wood"),
    "45": gettext_noop("Cork"),
    "46": gettext_noop("Basketware"),
    "47": gettext_noop("Wood pulp and waste paper"),
    "48": gettext_noop("Paper and paperboard"),
    "49": gettext_noop("Printed matter"),
    "50": gettext_noop("Silk"),
    "51": gettext_noop("Wool and animal hair"),
    "52": gettext_noop("Cotton"),
    "53": gettext_noop("Other plant fibres"),
    "54": gettext_noop("Man-made filaments"),
    "55": gettext_noop("Man-made staple fibres"),
    "56": gettext_noop("Felt, nonwovens and ropes"),
    "57": gettext_noop("Carpets"),
    "58": gettext_noop("Special fabrics, lace and embroidery"),
    "59": gettext_noop("Coated and technical textiles"),
    "60": gettext_noop("Knitted fabrics"),
    "61": gettext_noop("Knitted clothing"),
    "62": gettext_noop("Woven clothing"),
    "63": gettext_noop("Home textiles and other made-up textiles"),
    "64": gettext_noop("Footwear"),
    "65": gettext_noop("Headgear"),
    "66": gettext_noop("Umbrellas and sticks"),
    "67": gettext_noop("Feathers and artificial flowers"),
    "68": gettext_noop("Articles of stone, plaster and cement"),
    "69": gettext_noop("Ceramics"),
    "70": gettext_noop("Glass"),
    "71": gettext_noop("Precious stones, metals and jewellery"),
    "72": gettext_noop("Iron and steel"),
    "73": gettext_noop("Articles of iron and steel"),
    "74": gettext_noop("Copper"),
    "75": gettext_noop("Nickel"),
    "76": gettext_noop("Aluminium"),
    # "Lead" alone is the first stage of an engagement.
    "78": gettext_noop("Lead (metal)"),
    "79": gettext_noop("Zinc"),
    "80": gettext_noop("Tin"),
    "81": gettext_noop("Other base metals"),
    "82": gettext_noop("Tools and cutlery"),
    "83": gettext_noop("Miscellaneous metal goods"),
    "84": gettext_noop("Machinery and computers"),
    "85": gettext_noop("Electrical and electronic goods"),
    "86": gettext_noop("Railway equipment"),
    "87": gettext_noop("Road vehicles"),
    "88": gettext_noop("Aircraft and spacecraft"),
    "89": gettext_noop("Ships and boats"),
    "90": gettext_noop("Optical, measuring and medical instruments"),
    "91": gettext_noop("Clocks and watches"),
    "92": gettext_noop("Musical instruments"),
    "93": gettext_noop("Arms and ammunition"),
    "94": gettext_noop("Furniture, bedding and lighting"),
    "95": gettext_noop("Toys, games and sports goods"),
    "96": gettext_noop("Various manufactured articles"),
    "97": gettext_noop("Art and antiques"),
    "98": gettext_noop("Goods of national headings"),
    "99": gettext_noop("Goods not classified elsewhere"),
}
SECTIONS: Final[dict[str, str]] = {
    "I": gettext_noop("Animals and animal products"),
    "II": gettext_noop("Plant products"),
    "III": gettext_noop("Fats and oils"),
    "IV": gettext_noop("Prepared food, beverages and tobacco"),
    "V": gettext_noop("Minerals and fuels"),
    "VI": gettext_noop("Chemicals"),
    "VII": gettext_noop("Plastics and rubber"),
    "VIII": gettext_noop("Hides, leather and furs"),
    "IX": gettext_noop("Wood, cork and basketware"),
    "X": gettext_noop("Pulp, paper and printed matter"),
    "XI": gettext_noop("Textiles and clothing"),
    "XII": gettext_noop("Footwear, headgear and umbrellas"),
    "XIII": gettext_noop("Stone, ceramics and glass"),
    "XIV": gettext_noop("Precious stones and metals"),
    "XV": gettext_noop("Base metals"),
    "XVI": gettext_noop("Machinery and electrical equipment"),
    "XVII": gettext_noop("Vehicles, aircraft and ships"),
    "XVIII": gettext_noop("Instruments, clocks and watches"),
    "XIX": gettext_noop("Arms and ammunition"),
    "XX": gettext_noop("Miscellaneous manufactured goods"),
    "XXI": gettext_noop("Art and antiques"),
}
#: The last chapter of each section.
_LAST_CHAPTER: Final = dict(
    zip(
        SECTIONS,
        (5, 14, 15, 24, 27, 38, 40, 43, 46, 49, 63, 67, 70, 71, 83, 85, 89, 92, 93, 96, 97),
        strict=True,
    )
)


def chapter_name(code: str, language: str) -> str:
    """Return the short name of an HS chapter, from its two digits or any longer HS code.

    Raises
    ------
    InputError: no chapter has these digits (77 is reserved).
    """
    return translator(language).gettext(CHAPTERS[_chapter_of(code)])


def section_of(product: str) -> str:
    """Return the section (roman numeral) of an HS code of two to six digits; ``""`` for 98 and 99, which are national.

    Raises
    ------
    InputError: no chapter has these digits.
    """
    chapter = int(_chapter_of(product))
    return next((section for section, last in _LAST_CHAPTER.items() if chapter <= last), "")


def section_name(section: str, language: str) -> str:
    """Return the short name of a section such as ``XI``.

    Raises
    ------
    InputError: there is no such section.
    """
    if section not in SECTIONS:
        raise InputError(f"HS section {section!r} does not exist", rule="I to XXI in roman numerals")
    return translator(language).gettext(SECTIONS[section])


def _chapter_of(code: str) -> str:
    chapter = code[:2]
    if chapter not in CHAPTERS:
        raise InputError(
            f"HS code {code!r} has no chapter {chapter!r}",
            rule="HS codes start with a chapter, 01 to 99 without 77",
            fix="Maybe its leading zero was lost: HS codes are text, not numbers",
        )
    return chapter
