"""Does every schema of a form leave something that can be answered?"""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.catalogue.finding import Finding
from adapters.catalogue.form_walking import schemas
from adapters.catalogue.possible import choices, never_one_of, nothing_between

LISTED = ("enum", "const")


def bound_findings(form: Mapping[str, Any]) -> Iterator[Finding]:
    defs = form.get("$defs", {})
    for where, node in schemas(form, ("form",)):
        if nothing := nothing_between(node):
            yield where, f"can never be answered: {nothing}; correct one of them"
        for word in LISTED:
            if word in node and (what := _unfit(node, word, defs)):
                yield (*where, word), what


def _unfit(node: Mapping[str, Any], word: str, defs: Mapping[str, Any]) -> str:
    """A value that the rest of the same schema refuses."""
    rest = {name: value for name, value in node.items() if name not in LISTED}
    return never_one_of(choices({word: node[word]}), rest, defs)
