"""What `generate_places.py` can't take from a package, because none holds it, and why it can be trusted.

Canada: the first letters of postal codes by Canada Post's addressing guidelines, the zones by the remarks in
tzdata's `zone.tab`. The United Kingdom: Royal Mail's postcode areas. All of it changes very rarely.
"""

TERRITORIES = {"AS", "GU", "MP", "PR", "VI"}
"""Countries to ISO 3166, states to the law that says when people may be called."""

FREELY_ASSOCIATED = {"FM", "MH", "PW"}
"""Countries that the US Postal Service serves."""

NOBODY_LIVES_THERE = {"569", "888"}
"""ZIP prefixes for returned parcels and for letters to Santa Claus."""

OLD_NAMES = {
    # tzdata.zi links these to a zone in another country that happens to have the same clock.
    "Africa/Asmera": "Africa/Asmara",
    "Africa/Timbuktu": "Africa/Bamako",
    "America/Coral_Harbour": "America/Atikokan",
    "America/Virgin": "America/St_Thomas",
    "Atlantic/Jan_Mayen": "Arctic/Longyearbyen",
    "Iceland": "Atlantic/Reykjavik",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
    "Pacific/Yap": "Pacific/Chuuk",
}

NOWHERE = {"CET", "EET", "EST", "HST", "MET", "MST", "WET"}
"""Names of a clock, not of a place; tzdata.zi links them to places that have it."""

MOST_LIKELY = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
}
"""Where zone.tab's first zone of a country is not the one most people live in."""

PROVINCES = {
    "AB": "Edmonton",
    "BC": "Vancouver Edmonton Creston Dawson_Creek Fort_Nelson",
    "MB": "Winnipeg",
    "NB": "Moncton",
    "NL": "St_Johns Goose_Bay",
    "NS": "Halifax Glace_Bay",
    "NT": "Edmonton Inuvik",
    "NU": "Iqaluit Rankin_Inlet Resolute Cambridge_Bay",
    "ON": "Toronto Winnipeg Atikokan",
    "PE": "Halifax",
    "QC": "Toronto Halifax Blanc-Sablon",
    "SK": "Regina Swift_Current Edmonton",
    "YT": "Whitehorse Dawson",
}
"""The zones of each province, the most likely first. Edmonton's clock is also kept in eastern British
Columbia and in Lloydminster, Winnipeg's in north-western Ontario, Halifax's on the Îles-de-la-Madeleine."""

CA_POSTAL = {
    "A": ("NL", "St_Johns"),
    "A0": ("NL", "St_Johns Goose_Bay"),
    "A0P A0R A2V": ("NL", "Goose_Bay"),
    "B": ("NS", "Halifax"),
    "C": ("PE", "Halifax"),
    "E": ("NB", "Moncton"),
    "G H J": ("QC", "Toronto"),
    "G0G": ("QC", "Toronto Blanc-Sablon"),
    "G4T": ("QC", "Halifax"),
    "K L M N P": ("ON", "Toronto"),
    "P0T P0V P0W P0X P0Y P8 P9": ("ON", "Winnipeg Toronto Atikokan"),
    "R": ("MB", "Winnipeg"),
    "S": ("SK", "Regina"),
    "S0": ("SK", "Regina Edmonton"),
    "S9V": ("SK", "Edmonton"),
    "T": ("AB", "Edmonton"),
    "V": ("BC", "Vancouver"),
    "V0": ("BC", "Vancouver Edmonton Creston Dawson_Creek Fort_Nelson"),
    "V1A V1C": ("BC", "Edmonton"),
    "V1G V1J": ("BC", "Dawson_Creek"),
    "X": ("NT NU", "Edmonton Inuvik Iqaluit Rankin_Inlet Resolute Cambridge_Bay"),
    "X0A": ("NU", "Iqaluit Resolute"),
    "X0B": ("NU", "Cambridge_Bay Rankin_Inlet"),
    "X0C": ("NU", "Rankin_Inlet"),
    "X0E X0G X1": ("NT", "Edmonton Inuvik"),
    "Y": ("YT", "Whitehorse Dawson"),
}
"""First characters of a postal code to its province and zones. The longest match counts."""

CA_AREA_CODE_ZONES = {"ON": "Toronto", "QC": "Toronto", "SK": "Regina Edmonton"}
"""What most area codes of a province have; the exceptions follow."""

CA_AREA_CODE_EXCEPTIONS = {
    "807": PROVINCES["ON"],
    "367": PROVINCES["QC"],
    "418": PROVINCES["QC"],
    "581": PROVINCES["QC"],
    "604": "Vancouver",
}

GB_POSTAL = {"GB-NIR": "BT", "GB-SCT": "AB DD DG EH FK G HS IV KA KW KY ML PA PH TD ZE"}
"""Postcode areas outside England and Wales, whose holidays differ. TD reaches a little into England."""

CALLING_CODES = {
    # What lies beside a calling code's main country and has another clock, or its own numbers within it.
    "262": ("RE YT", None),
    "599": ("CW BQ", None),
    "612": ("AU", "Australia/Sydney"),
    "6126563": ("AU", "Australia/Lord_Howe"),
    "613": ("AU", "Australia/Melbourne"),
    "617": ("AU", "Australia/Brisbane"),
    "618": ("AU", "Australia/Perth Australia/Adelaide Australia/Darwin Australia/Eucla"),
    "6189162": ("CC", None),
    "6189164": ("CX", None),
    "76": ("KZ", None),
    "77": ("KZ", None),
}

STATES = {
    "Alabama": "AL",
    "Alaska": "AK",
    "Arizona": "AZ",
    "Arkansas": "AR",
    "California": "CA",
    "Colorado": "CO",
    "Connecticut": "CT",
    "Delaware": "DE",
    "Florida": "FL",
    "Georgia": "GA",
    "Hawaii": "HI",
    "Idaho": "ID",
    "Illinois": "IL",
    "Indiana": "IN",
    "Iowa": "IA",
    "Kansas": "KS",
    "Kentucky": "KY",
    "Louisiana": "LA",
    "Maine": "ME",
    "Maryland": "MD",
    "Massachusetts": "MA",
    "Michigan": "MI",
    "Minnesota": "MN",
    "Mississippi": "MS",
    "Missouri": "MO",
    "Montana": "MT",
    "Nebraska": "NE",
    "Nevada": "NV",
    "New Hampshire": "NH",
    "New Jersey": "NJ",
    "New Mexico": "NM",
    "New York": "NY",
    "North Carolina": "NC",
    "North Dakota": "ND",
    "Ohio": "OH",
    "Oklahoma": "OK",
    "Oregon": "OR",
    "Pennsylvania": "PA",
    "Rhode Island": "RI",
    "South Carolina": "SC",
    "South Dakota": "SD",
    "Tennessee": "TN",
    "Texas": "TX",
    "Utah": "UT",
    "Vermont": "VT",
    "Virginia": "VA",
    "Washington State": "WA",
    "Washington D.C.": "DC",
    "West Virginia": "WV",
    "Wisconsin": "WI",
    "Wyoming": "WY",
}
"""The names that libphonenumber's geography gives to area codes."""

PROVINCE_NAMES = {
    "Alberta": "AB",
    "British Colombia": "BC",  # spelt so for the newest area code
    "British Columbia": "BC",
    "Manitoba": "MB",
    "New Brunswick": "NB",
    "Newfoundland and Labrador": "NL",
    "Northwest Territories/Nunavut/Yukon": "NT NU YT",
    "Nova Scotia/Prince Edward Island": "NS PE",
    "Ontario": "ON",
    "Quebec": "QC",
    "Saskatchewan": "SK",
}
