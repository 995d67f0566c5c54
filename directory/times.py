"""Days and parts of the day that somebody names in free words: "Tuesday mornings", "min nos", "penwythnos"."""

import re

from directory.models import BANDS, DAYS
from directory.wording import fold

# Whole words or phrases, without accents, of both languages. "Mawrth" is March as well: only "dydd Mawrth" is Tuesday.
DAY_WORDS = {
    "mon": "mondays? llun",
    "tue": "tuesdays? dydd-mawrth",
    "wed": "wednesdays? mercher",
    "thu": "thursdays? iau",
    "fri": "fridays? gwener wener",
    "sat": "saturdays? weekends? sadwrn penwythnos(?:au)? benwythnos(?:au)?",
    "sun": "sundays? weekends? sul penwythnos(?:au)? benwythnos(?:au)?",
}
BAND_WORDS = {
    "early": "early-mornings? ben-bore",
    "morning": "mornings? bore(?:au)? foreau",
    "lunchtime": "lunch(?:time)?s? dinnertimes? amser-cinio",
    "afternoon": "afternoons? prynhawn(?:iau)? brynhawn",
    "teatime": "teatimes? amser-te",
    "evening": "evenings? tonight noswaith nosweithiau min-nos fin-nos gyda-r-nos",
    "night": "nights? nos(?:au)? dros-nos",
}


def _patterns(words: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {
        key: re.compile(rf"\b(?:{'|'.join(word.replace('-', ' ') for word in listed.split())})\b")
        for key, listed in words.items()
    }


DAY_PATTERNS, BAND_PATTERNS = _patterns(DAY_WORDS), _patterns(BAND_WORDS)


def days_in(text: str) -> tuple[str, ...]:
    words = _words(text)
    return tuple(day for day in DAYS if DAY_PATTERNS[day].search(words))


def bands_in(text: str) -> tuple[str, ...]:
    """The longer phrases are taken out before the shorter ones in them: "early morning" is no morning."""
    words, found = _words(text), set()
    for band in ("early", "evening", "lunchtime", "teatime", "morning", "afternoon", "night"):
        words, count = BAND_PATTERNS[band].subn(" ", words)
        if count:
            found.add(band)
    return tuple(band for band in BANDS if band in found)


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(text)))
