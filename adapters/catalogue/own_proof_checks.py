"""Can the proofs that a town asks for on its own ever be asked for?"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from adapters.catalogue.condition_checks import condition_findings
from adapters.catalogue.finding import Finding


class Conditional(Protocol):
    """As a file, a body of the API or the domain has it."""

    @property
    def kind(self) -> str: ...

    @property
    def when(self) -> Mapping[str, Any]: ...


def own_proof_findings(
    own: Iterable[Conditional], known: Iterable[str], form: Mapping[str, Any]
) -> Iterator[Finding]:
    """`known`: the kinds that the definition asks for; `form` with its facts, if it has one."""
    taken = set(known)
    for row, proof in enumerate(own):
        if proof.kind in taken:
            what = f"{proof.kind} is asked for already; give it another kind"
            yield ("own_proofs", row, "kind"), what
        taken.add(proof.kind)
        if form:
            yield from condition_findings(proof.when, form, ("own_proofs", row, "when"))
        else:
            yield ("own_proofs", row), "is of a service without a form; remove it"
