"""Read catalogues, import pages and compile templates, for processes that are forked from this one.

Nothing of it is looked at as garbage, so that memory stays shared.
"""

import gc
from importlib import import_module
from typing import Final

from maps.i18n import FALLBACK, LANGUAGES, translator
from maps.web.render import environment
from maps.wording.prose import CONTEXT, REFUSAL, message_patterns, plain_messages

_PAGES: Final = (
    "analyse.page", "density", "food_streets", "home", "place_cards", "plan.page", "residents",
)  # fmt: skip

for _page in _PAGES:
    import_module(f"maps.pages.{_page}")
for _language in LANGUAGES:
    translator(_language)
for _context in (CONTEXT, REFUSAL):
    plain_messages(_context)
    message_patterns(_context)
_templates = environment(FALLBACK)
for _template in _templates.list_templates():
    _templates.get_template(_template)
gc.freeze()
