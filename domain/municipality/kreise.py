"""The Kreise and kreisfreie Städte of North Rhine-Westphalia, by their official keys.

Source: Gemeindeverzeichnis, Statistische Ämter des Bundes und der Länder; unchanged since 2009.
"""

from collections.abc import Mapping

from domain.municipality.ags import KREIS_DIGITS, is_ags, names_kreis
from domain.municipality.municipality import TownKind

KREISFREI: Mapping[str, str] = {
    "05111": "Düsseldorf",
    "05112": "Duisburg",
    "05113": "Essen",
    "05114": "Krefeld",
    "05116": "Mönchengladbach",
    "05117": "Mülheim an der Ruhr",
    "05119": "Oberhausen",
    "05120": "Remscheid",
    "05122": "Solingen",
    "05124": "Wuppertal",
    "05314": "Bonn",
    "05315": "Köln",
    "05316": "Leverkusen",
    "05512": "Bottrop",
    "05513": "Gelsenkirchen",
    "05515": "Münster",
    "05711": "Bielefeld",
    "05911": "Bochum",
    "05913": "Dortmund",
    "05914": "Hagen",
    "05915": "Hamm",
    "05916": "Herne",
}
KREISE: Mapping[str, str] = {
    "05154": "Kleve",
    "05158": "Mettmann",
    "05162": "Rhein-Kreis Neuss",
    "05166": "Viersen",
    "05170": "Wesel",
    "05334": "Städteregion Aachen",
    "05358": "Düren",
    "05362": "Rhein-Erft-Kreis",
    "05366": "Euskirchen",
    "05370": "Heinsberg",
    "05374": "Oberbergischer Kreis",
    "05378": "Rheinisch-Bergischer Kreis",
    "05382": "Rhein-Sieg-Kreis",
    "05554": "Borken",
    "05558": "Coesfeld",
    "05562": "Recklinghausen",
    "05566": "Steinfurt",
    "05570": "Warendorf",
    "05754": "Gütersloh",
    "05758": "Herford",
    "05762": "Höxter",
    "05766": "Lippe",
    "05770": "Minden-Lübbecke",
    "05774": "Paderborn",
    "05954": "Ennepe-Ruhr-Kreis",
    "05958": "Hochsauerlandkreis",
    "05962": "Märkischer Kreis",
    "05966": "Olpe",
    "05970": "Siegen-Wittgenstein",
    "05974": "Soest",
    "05978": "Unna",
}


def named(kreis: str) -> str:
    """Return what a Kreis, or a kreisfreie Stadt by the first 5 digits of its key, is called."""
    return KREISE.get(kreis) or KREISFREI.get(kreis, "")


def is_kreisfrei(ags: str) -> bool:
    return ags[:KREIS_DIGITS] in KREISFREI


def kind_of(ags: str) -> tuple[TownKind, str | None]:
    """What its key says, and the key of its Kreis."""
    if names_kreis(ags):
        return TownKind.KREIS, None
    if is_kreisfrei(ags):
        return TownKind.KREISFREI, None
    return TownKind.KREISANGEHOERIG, ags[:KREIS_DIGITS]


def may_take_part(ags: str) -> bool:
    """Whether a Kreis or a town can have this key; a kreisfreie Stadt is no Kreis."""
    return ags in KREISE if names_kreis(ags) else may_be_town(ags)


def may_be_town(ags: str) -> bool:
    """Whether a town can have this key: a kreisfreie Stadt, or a number in a Kreis there is."""
    if not is_ags(ags) or names_kreis(ags):
        return False
    around, number = ags[:KREIS_DIGITS], ags[KREIS_DIGITS:]
    return number == "000" if around in KREISFREI else around in KREISE and number != "000"
