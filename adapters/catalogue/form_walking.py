"""Which parts of a form are schemas, and which of them speak of the answers of one object?"""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.catalogue.toml_lines import Where

LABELS = {"x-title", "x-hint", "x-options"}
PLAIN_VALUES = {"enum", "const", "default", "examples"}
NAMED_PARTS = {"properties", "$defs", "patternProperties", "dependentSchemas"}
ALTERNATIVES = ("allOf", "anyOf", "oneOf")
BRANCHES = ("if", "then", "else", "not")

Part = tuple[Where, Mapping[str, Any]]


def schemas(node: Any, where: Where) -> Iterator[Part]:
    """`node`: a part of the form that is a schema, or a list of such."""
    if isinstance(node, list):
        for row, part in enumerate(node):
            yield from schemas(part, (*where, row))
    elif isinstance(node, Mapping):
        yield where, node
        for name, value in node.items():
            yield from _inside(name, value, (*where, name))


def _inside(name: str, value: Any, where: Where) -> Iterator[Part]:
    if name in NAMED_PARTS and isinstance(value, Mapping):
        for part, schema in value.items():
            yield from schemas(schema, (*where, part))
    elif name not in LABELS | PLAIN_VALUES and not name.startswith("x-"):
        yield from schemas(value, where)


def parts_over(node: Any, where: Where) -> Iterator[Part]:
    """This object, and all conditions over the same answers."""
    if not isinstance(node, Mapping):
        return
    yield where, node
    for word in BRANCHES:
        yield from parts_over(node.get(word), (*where, word))
    for word in ALTERNATIVES:
        for row, part in enumerate(node.get(word, [])):
            yield from parts_over(part, (*where, word, row))
    for name, part in node.get("dependentSchemas", {}).items():
        yield from parts_over(part, (*where, "dependentSchemas", name))
