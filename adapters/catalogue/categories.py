"""The categories that services are found under, with their titles.

A service in another category brings the title with it (`category_title`).
"""

from collections.abc import Mapping

from domain.service.definition import Text

CATEGORIES: Mapping[str, Text] = {
    "health-and-social": {"de": "Gesundheit und Soziales", "en": "Health and social affairs"},
    "family-and-child": {"de": "Familie und Kind", "en": "Family and children"},
    "business-and-development": {
        "de": "Unternehmensführung und Entwicklung",
        "en": "Running and developing a business",
    },
    "culture-and-education": {"de": "Kultur und Bildung", "en": "Culture and education"},
    "certificates-and-identity": {
        "de": "Urkunden und Ausweise",
        "en": "Certificates and identity documents",
    },
    "taxes-and-charges": {"de": "Steuern und Abgaben", "en": "Taxes and charges"},
    "mobility-and-traffic": {"de": "Mobilität und Verkehr", "en": "Mobility and traffic"},
    "building-and-housing": {"de": "Bauen und Wohnen", "en": "Building and housing"},
}
