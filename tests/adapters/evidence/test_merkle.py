"""The tree is that of RFC 6962, however it grew, and goes on from its right edge."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.evidence.merkle import Tree, leaf_hash

LEAVES = st.lists(st.binary(max_size=48), max_size=70)
# The inputs and roots that Certificate Transparency's implementations test themselves with.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def as_defined(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + as_defined(leaves[:k]) + as_defined(leaves[k:])).digest()


def grown(leaves: list[bytes]) -> Tree:
    tree = Tree()
    tree.add_all(leaves)
    return tree


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_that_others_publish(size) -> None:
    assert grown(INPUTS[:size]).root.hex() == ROOTS[size]


@given(LEAVES)
def test_the_root_is_the_one_that_the_rfc_defines(leaves) -> None:
    tree = grown(leaves)
    assert (tree.root, tree.size) == (as_defined(leaves), len(leaves))


@given(LEAVES, LEAVES)
def test_a_tree_goes_on_from_its_edge_as_if_it_had_never_stopped(before, after) -> None:
    first = grown(before)
    second = Tree(first.size, list(first.edge))
    second.add_all(after)
    assert second.root == as_defined(before + after)


@given(LEAVES)
def test_the_edge_has_one_node_for_each_set_bit_of_the_size(leaves) -> None:
    assert len(grown(leaves).edge) == len(leaves).bit_count()


@given(st.binary(), st.binary())
def test_a_leaf_is_never_taken_for_a_node(left, right) -> None:
    assert leaf_hash(left + right) != sha256(b"\x01" + left + right).digest()
