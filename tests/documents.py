"""What the documents say of the code, as the code has it now.

`python -m tests.documents` writes the tables of docs/api.md, and the contents of
docs/operations.md, anew.
"""

import inspect
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi.routing import APIRoute
from pydantic import AliasChoices, BaseModel
from pydantic_core import PydanticUndefined

from adapters.catalogue.errors import CatalogueIsInvalid
from adapters.personal_data.rotation import RotationRefused
from adapters.settings import Settings
from api.app import ROUTERS
from api.back_offices import back_office
from api.errors import STATUS
from api.monitoring import monitoring
from api.refusals_in_german import kebab
from tests.installation import ROOT

API = ROOT / "docs" / "api.md"
OPERATIONS = ROOT / "docs" / "operations.md"
BLOCK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
CONTENTS = re.compile(r"(<!-- contents -->\n).*?(<!-- end -->)", re.DOTALL)
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
# The process does not start; or it is said at the command line.
NEVER_ANSWERED = {CatalogueIsInvalid, RotationRefused}
MACHINES = {back_office: "back office", monitoring: "monitoring"}
WHO = (
    "anybody",
    "citizen",
    "citizen, clerk",
    "citizen, clerk, auditor",
    "clerk",
    "auditor",
    "operator, auditor",
    "analyst, operator",
    "operator",
    "back office",
    "monitoring",
)


def written(document: str) -> str:
    """The document with each of its blocks as it should be."""
    tables = BLOCK.sub(lambda block: f"{block[1]}{TABLES[block[2]]()}{block[3]}", document)
    return CONTENTS.sub(lambda block: f"{block[1]}{contents(document)}{block[2]}", tables)


def contents(document: str) -> str:
    """One line for each part, and behind it what it has parts for itself."""
    parts: list[list[str]] = []
    for depth, title in re.findall(r"^(###?) (.+)$", FENCE.sub("", document), re.MULTILINE):
        link = f"[{title}](#{anchor(title)})"
        if depth == "##":
            parts.append([f"- **{link}**"])
        else:
            parts[-1].append(link)
    return "".join(f"{' · '.join(part)}\n" for part in parts)


def anchor(title: str) -> str:
    """The name that a heading gets: lower case, without punctuation, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def errors() -> str:
    rows = [
        f"| {status.value} | `{kebab(kind.__name__)}` | {' '.join((kind.__doc__ or '').split())} |"
        for kind, status in _kinds()
    ]
    return "\n".join(["| status | type | what to do |", "|---|---|---|", *rows, ""])


def _kinds() -> Iterator[tuple[type[Exception], HTTPStatus]]:
    """Where the table names a family, its members are what is answered."""
    for kind, status in STATUS.items():
        members = [k for k in kind.__subclasses__() if k not in STATUS and _is_ours(k)]
        for member in members or [kind]:
            yield member, status


def _is_ours(kind: type[Exception]) -> bool:
    return kind not in NEVER_ANSWERED and not kind.__module__.startswith("tests.")


def operations() -> str:
    routes = [route for router in ROUTERS for route in router.routes]
    told = [one for one in routes if isinstance(one, APIRoute) and one.include_in_schema]
    rows = [
        f"| {_who(route)} | `{_call(route)}` | {_purpose(route)} |"
        for route in sorted(told, key=lambda route: WHO.index(_who(route)))
    ]
    return "\n".join(["| who | operation | what it does |", "|---|---|---|", *rows, ""])


def _purpose(route: APIRoute) -> str:
    return route.description.partition("\n")[0] or f"Tell the {route.name.replace('_', ' ')}."


def _call(route: APIRoute) -> str:
    return f"{min(route.methods or ())} {route.path}"


def _who(route: APIRoute) -> str:
    for machine, named in MACHINES.items():
        if any(call is machine for call in _calls(route.dependant)):
            return named
    checks = (call for call in _calls(route.dependant) if call.__name__ == "allowed")
    roles = [role for call in checks for role in inspect.getclosurevars(call).nonlocals["roles"]]
    return ", ".join(roles) or "anybody"


def _calls(dependant: Any) -> Iterator[Any]:
    for inner in dependant.dependencies:
        if inspect.isfunction(inner.call):
            yield inner.call
        yield from _calls(inner)


def settings_defaults() -> dict[str, str]:
    """By the name of the variable, as the table spells them."""
    return {
        _variable(name, field.validation_alias): _spelled(field.get_default(), name)
        for name, field in Settings.model_fields.items()
    }


def defaults(model: type[BaseModel]) -> dict[str, str]:
    return {name: _spelled(field.default, name) for name, field in model.model_fields.items()}


def _variable(name: str, alias: object) -> str:
    return (str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"AMTSWEG_{name}").upper()


def _spelled(default: object, name: str) -> str:
    if name == "home":
        return "`~/.local/share/amtsweg`"
    words = {PydanticUndefined: "required", None: "not set", (): "none", "": "empty"}
    if not isinstance(default, bool) and default in words:
        return words[default]
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


TABLES = {"errors": errors, "operations": operations}

if __name__ == "__main__":
    for path in (API, OPERATIONS):
        path.write_text(written(path.read_text()))
