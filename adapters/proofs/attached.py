"""Takes out of the new PDF what a page can drag along in its resources: attachments and actions.

Looked at is every dictionary, not only those of streams. Resources may be called whatever their
author likes (a font `/AA`), so what is looked like one is kept under any name but `/EF`.
"""

from collections.abc import Iterator
from typing import Any

import pikepdf

# A file inside; nothing else is called like that, whatever its value says it is.
NEVER = "/EF"
OF_NO_PAGE = {
    "/AF", "/MCAF", "/RF", "/EmbeddedFiles", "/Metadata", "/PieceInfo",
    "/AA", "/OpenAction", "/JS", "/JavaScript", "/URI",
}  # fmt: skip
RESOURCES = {"/Font", "/XObject", "/ExtGState", "/Pattern"}
MARKS_OF_RESOURCES = ("/PatternType", "/ShadingType", "/BaseFont")
FILES = {"/Filespec", "/FileSpec", "/EmbeddedFile"}
ACTIONS = {
    "/JavaScript", "/Launch", "/URI", "/GoTo", "/GoToR", "/GoToE", "/GoToDp", "/GoTo3DView",
    "/SubmitForm", "/ResetForm", "/ImportData", "/Rendition", "/Movie", "/Sound", "/Named",
    "/Hide", "/Thread", "/Trans", "/SetOCGState", "/RichMediaExecute",
}  # fmt: skip


def take_out_attachments(pdf: pikepdf.Pdf) -> None:
    for one in _dictionaries_and_arrays(pdf):
        if isinstance(one, pikepdf.Array):
            _take_out_of_array(one)
        else:
            _take_out_of_dictionary(one)


def _dictionaries_and_arrays(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Each of them once, from without to within: what is gone already is not looked into."""
    waiting = list(pdf.objects)
    while waiting:
        one = waiting.pop()
        inner = one.stream_dict if isinstance(one, pikepdf.Stream) else one
        if not isinstance(inner, pikepdf.Dictionary | pikepdf.Array):
            continue
        yield inner
        waiting += (value for value in _values(inner) if not value.is_indirect)


def _values(one: Any) -> Iterator[Any]:
    found = one if isinstance(one, pikepdf.Array) else one.as_dict().values()
    return (value for value in found if isinstance(value, pikepdf.Dictionary | pikepdf.Array))


def _take_out_of_array(array: Any) -> None:
    for place, value in enumerate(array):
        if _acts_or_is_a_file(value):
            array[place] = None


def _take_out_of_dictionary(one: Any) -> None:
    for key, value in list(one.items()):
        named = key in OF_NO_PAGE and not _is_resource(value)
        if key == NEVER or named or _acts_or_is_a_file(value):
            del one[key]


def _acts_or_is_a_file(value: object) -> bool:
    if not isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        return False
    kind, action = value.get("/Type"), value.get("/S")
    return NEVER in value or _is_one_of(kind, FILES) or _is_one_of(action, ACTIONS)


def _is_resource(value: object) -> bool:
    if not isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        return False
    return _is_one_of(value.get("/Type"), RESOURCES) or any(m in value for m in MARKS_OF_RESOURCES)


def _is_one_of(name: object, names: set[str]) -> bool:
    return isinstance(name, pikepdf.Name) and str(name) in names
