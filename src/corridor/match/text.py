"""Words of a text in English, Chinese or Urdu, so that texts of one language can be compared.

English: lower case, stop words dropped, plural endings taken off by Harman's S-stemmer (1991, How
effective is suffixing?, JASIS 42:1, 7–15). Chinese: overlapping pairs of characters, which need no
dictionary and retrieve about as well as words (Nie et al. 2000, On the use of words and n-grams for
Chinese information retrieval, IRAL); a single character between other signs stands for itself.
Urdu: the Arabic and Persian forms of one letter are made one (ي ى → ی, ك → ک, ه ة → ہ …), vowel signs,
tatweel and invisible joiners are dropped, digits become Western, and the two commonest plural endings
(وں, and یاں after ی) are taken off. Traditional Chinese is not turned into simplified.

In every language Latin letters and digits are read as English, so that PCR or 4G match across scripts.
"""

import re
import unicodedata
from typing import Final


def _split(words: str) -> frozenset[str]:
    return frozenset(words.split())


ENGLISH_STOPS: Final = _split(
    "a about above after all also an and any are as at be because before below between both but by can "
    "cannot could do does down during each few for from further had has have he her here his how i if in "
    "into is it its itself just me more most must my no nor not now of off on once only or other our ours "
    "out over own per same she should so some such than that the their them then there these they this "
    "those through to too under until up us very was we were what when where which while who whom why "
    "will with without would you your look looking seek want wants need needs offer offers"
)
URDU_STOPS: Final = _split(
    "اور کا کی کے کو سے میں پر نے ہے ہیں ہو تھا تھی تھے یہ وہ اس ان جو کہ تک بھی نہیں نہ یا ایک ہم ہمیں ہمارے "
    "ہماری ہمارا آپ وہی اپنا اپنی اپنے کر کرنا کرنے کرے کریں ہونا ہونے جا جائے جائیں سکے سکیں سکتا سکتی لیے لئے "
    "ساتھ بعد پہلے تاکہ مگر کم زیادہ والا والی والے گا گی گے رہا رہی رہے دے دیں لے لیں چاہیے درکار ایسا ایسے ایسی "
    "جس جن کوئی کچھ ہر تو پھر بہت مل مع"
)
_URDU_LETTERS: Final = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ك": "ک",
        "ه": "ہ",
        "ة": "ہ",
        "ۃ": "ہ",
        "ۂ": "ہ",
        "ۀ": "ہ",
        "أ": "ا",
        "إ": "ا",
        "ٱ": "ا",
        "ؤ": "و",
        "ۓ": "ے",
        "’": "'",
    }
)
#: Vowel signs, Quranic marks, superscript alef, tatweel; joiners, direction marks, byte order mark.
_MARKS: Final = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ARABIC: Final = "\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff"
_RUNS: Final = re.compile(f"[{_HAN}]+|[{_ARABIC}]+|[a-z0-9]+(?:[-'][a-z0-9]+)*")
_HAN_RUN: Final = re.compile(f"[{_HAN}]")
_ARABIC_RUN: Final = re.compile(f"[{_ARABIC}]")


def normalise(text: str) -> str:
    """Return the text in one form of each letter: compatibility forms, case, Urdu letters, no marks."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_URDU_LETTERS)
    western = "".join(str(unicodedata.digit(sign)) if _is_other_digit(sign) else sign for sign in folded)
    return _MARKS.sub("", western.replace("\u200c", " "))


def _is_other_digit(sign: str) -> bool:
    return not sign.isascii() and sign.isdecimal()


def tokenise(text: str) -> list[str]:
    """Return the words of a text in order, as this module's rules make them."""
    words: list[str] = []
    for run in _RUNS.findall(normalise(text)):
        if _HAN_RUN.match(run):
            words += pair_characters(run)
        elif _ARABIC_RUN.match(run):
            if run not in URDU_STOPS:
                words.append(stem_urdu(run))
        else:
            words += [stem_english(part) for part in run.split("-") if part and part not in ENGLISH_STOPS]
    return words


def pair_characters(run: str) -> list[str]:
    """Return the overlapping pairs of a run of Chinese characters, or the one character."""
    return [run] if len(run) == 1 else [run[place : place + 2] for place in range(len(run) - 1)]


def stem_english(word: str) -> str:
    """Take off a plural ending: -ies → -y, -es → -e, -s; Harman's three rules, the first that fits."""
    word = word.removesuffix("'s")
    if len(word) > 3 and word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("es") and word[-3] not in "aeo":
        return word[:-1]
    if len(word) > 2 and word.endswith("s") and word[-2] not in "us":
        return word[:-1]
    return word


def stem_urdu(word: str) -> str:
    """Take off the plural endings وں and, after ی, اں where a word of three letters or more is left."""
    if len(word) >= 5 and word.endswith("وں"):
        return word[:-2]
    if len(word) >= 5 and word.endswith("یاں"):
        return word[:-2]
    return word
