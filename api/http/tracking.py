"""Parameters that campaigns, search engines and social networks add to links.

The list is exact: a name that merely looks like one of these may be a mistake in a real question.
"""

from typing import Final

_NAMES: Final = (
    "utm_source utm_medium utm_campaign utm_term utm_content utm_id utm_source_platform "
    "utm_creative_format utm_marketing_tactic "
    "gclid gclsrc dclid wbraid gbraid gad_source gad_campaignid srsltid _ga _gl "
    "fbclid igsh igshid twclid ttclid li_fat_id msclkid yclid ScCid epik rdt_cid "
    "mc_cid mc_eid _hsenc _hsmi mkt_tok "
    # Naver
    "NaPm n_media n_query n_rank n_ad_group n_ad n_keyword_id n_keyword n_campaign_type "
    "n_ad_group_type n_match"
)
TRACKING: Final = frozenset(_NAMES.split())


def is_tracking(name: str) -> bool:
    """Tell whether a parameter only counts who follows a link.

    Args:
        name: of the parameter.
    """
    return name in TRACKING
