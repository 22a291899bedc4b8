"""Read the catalogues of all readers once, for processes that are forked from the one that did."""

from maps.i18n import LANGUAGES, translator

for _language in LANGUAGES:
    translator(_language)
