"""Invented economies: user-assigned codes, and names that say so, in three languages."""

import re
from string import ascii_uppercase
from typing import Final

import polars as pl

from corridor.errors import InputError

#: One stem a letter: Latin, Chinese, Urdu.
STEMS: Final = (
    ("Aldo", "阿尔多", "الدو"),
    ("Belmo", "贝尔莫", "بیلمو"),
    ("Cora", "科拉", "کورا"),
    ("Dunve", "邓韦", "ڈنوے"),
    ("Elsa", "埃尔萨", "ایلسا"),
    ("Fenlo", "芬洛", "فینلو"),
    ("Galva", "加尔瓦", "گلوا"),
    ("Hesti", "赫斯蒂", "ہیستی"),
    ("Ilmo", "伊尔莫", "ایلمو"),
    ("Jorva", "约尔瓦", "یوروا"),
    ("Kelda", "凯尔达", "کیلدا"),
    ("Lumi", "卢米", "لومی"),
    ("Mardo", "马尔多", "مارڈو"),
    ("Nelva", "内尔瓦", "نیلوا"),
    ("Osta", "奥斯塔", "اوستا"),
    ("Perla", "佩尔拉", "پرلا"),
    ("Quima", "基马", "کیما"),
    ("Rovi", "罗维", "رووی"),
    ("Selmo", "塞尔莫", "سیلمو"),
    ("Torva", "托尔瓦", "ٹوروا"),
    ("Ulme", "乌尔梅", "اولمے"),
    ("Vesto", "维斯托", "ویستو"),
    ("Wanda", "万达", "وانڈا"),
    ("Xero", "泽罗", "زیرو"),
    ("Yelma", "耶尔马", "یلما"),
    ("Zonda", "宗达", "زونڈا"),
)
ENDINGS: Final = (
    ("ria", "里亚", "ریا"),
    ("dor", "多尔", "ڈور"),
    ("nia", "尼亚", "نیا"),
    ("via", "维亚", "ویا"),
    ("lund", "伦德", "لنڈ"),
    ("mere", "米尔", "میر"),
    ("ska", "斯卡", "سکا"),
    ("tan", "坦", "تان"),
    ("vale", "瓦勒", "ویل"),
    ("zona", "佐纳", "زونا"),
    ("bria", "布里亚", "بریا"),
    ("cor", "科尔", "کور"),
    ("dale", "戴尔", "ڈیل"),
    ("fria", "弗里亚", "فریا"),
    ("gard", "加德", "گارڈ"),
    ("holm", "霍尔姆", "ہوم"),
    ("ista", "伊斯塔", "ایستا"),
    ("kan", "坎", "کان"),
    ("loma", "洛马", "لوما"),
    ("mond", "蒙德", "مونڈ"),
    ("nor", "诺尔", "نور"),
    ("pola", "波拉", "پولا"),
    ("quel", "奎尔", "کویل"),
    ("rand", "兰德", "رینڈ"),
    ("sund", "松德", "سنڈ"),
    ("tria", "特里亚", "تریا"),
)


def check_code(code: str) -> None:
    """Refuse what is not an economy code of three characters, capital letters or digits after the first."""
    if not re.fullmatch(r"[A-Z][A-Z0-9]{2}", code):
        raise InputError(
            f"{code!r} is not an economy code",
            rule="codes have three capital letters (ISO 3166-1 alpha-3), such as PAK or XAA",
            fix=f"Maybe {code.upper()!r}" if code.upper() != code else "",
        )


def economy_codes(count: int) -> list[str]:
    """Return the first ``count`` user-assigned codes: XAA, XAB … XAZ, XBA …"""
    return [f"X{ascii_uppercase[n // 26]}{ascii_uppercase[n % 26]}" for n in range(count)]


def name_economy(code: str) -> tuple[str, str, str]:
    """Return the English, Chinese and Urdu name of an invented economy, without the mark."""
    middle, last = ascii_uppercase.index(code[1]), ascii_uppercase.index(code[2])
    stem, ending = STEMS[last], ENDINGS[(middle + 7 * last) % 26]
    return stem[0] + ending[0], stem[1] + ending[1], stem[2] + ending[2]


def build_economies(codes: list[str]) -> pl.DataFrame:
    """Return the table of economies; each name ends with the word illustrative in its language."""
    names = [name_economy(code) for code in codes]
    return pl.DataFrame(
        {
            "economy": codes,
            "name_en": [f"{en} (illustrative)" for en, _, _ in names],
            "name_zh": [f"{zh}（示例）" for _, zh, _ in names],
            "name_ur": [f"{ur} (مثالی)" for _, _, ur in names],
            "illustrative": [True] * len(codes),
        }
    )
