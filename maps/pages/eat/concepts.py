"""What words mean: dishes, kitchens, kinds of place, services and languages, in every language."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale

from maps.i18n import REGIONS
from maps.pages.eat.folding import fold, squeeze

TABLE: Final = Path(__file__).with_name("search_words.toml")
# Visitors' languages: the names that CLDR gives countries and languages in them can be searched.
SEARCHED: Final = (
    "ko", "en", "zh", "vi", "ru", "uz", "id", "th", "ne", "km", "fil", "mn", "bn", "ur", "my",
)  # fmt: skip
# A country by its code, where asking for it may mean its language.
SPOKEN: Final[Mapping[str, str]] = {
    "vn": "vi", "th": "th", "cn": "zh", "id": "id", "np": "ne", "in": "hi", "pk": "ur", "lk": "si",
    "uz": "uz", "ru": "ru", "mm": "my", "kh": "km", "ph": "fil", "mn": "mn", "bd": "bn", "kg": "ky",
    "jp": "ja", "tr": "tr", "us": "en",
}  # fmt: skip
_COUNTRIES: Final = (*SPOKEN, "kr", "kz", "tj")

Tags = tuple[str, ...]


@cache
def concepts() -> Mapping[str, Tags]:
    """Collect words by their tags: a word, folded and squeezed, to what it means."""
    found: dict[str, Tags] = {}
    for words, tags in (*_of_cldr(), *_of_table()):
        for word in filter(None, map(squeeze, map(fold, words))):
            found[word] = tuple(dict.fromkeys((*tags, *found.get(word, ()))))
    return {word: ("-",) if "-" in tags else tags for word, tags in found.items()}


def _of_table() -> Iterable[tuple[list[str], Tags]]:
    for tags, by_language in tomllib.loads(TABLE.read_text(encoding="utf-8")).items():
        for words in by_language.values():
            yield words, tuple(tags.split())


def _of_cldr() -> Iterable[tuple[list[str], Tags]]:
    locales = [Locale.parse(lang) for lang in SEARCHED]
    spoken_in = {lang: country for country, lang in SPOKEN.items()}
    for lang in dict.fromkeys((*SEARCHED, *SPOKEN.values())):
        names = [str(locale.languages.get(lang, "")) for locale in locales]
        kitchen = [f"c:{spoken_in[lang]}"] if lang in spoken_in and lang != "en" else []
        yield names, (f"l:{lang}", *kitchen)
    for country in _COUNTRIES:
        names = [str(locale.territories.get(country.upper(), "")) for locale in locales]
        language = [f"l:{SPOKEN[country]}"] if country in SPOKEN else []
        yield names, (f"c:{country}", *language)
    for region, code in REGIONS.items():
        yield [str(locale.territories.get(code, "")) for locale in locales], (f"c:{region}",)
