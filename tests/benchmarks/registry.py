"""Every benchmark by name; some measure several figures in one go."""

from collections.abc import Callable, Mapping

from tests.benchmarks.append import append_1, append_32, append_128
from tests.benchmarks.append_secured import append_secured
from tests.benchmarks.command import command_32
from tests.benchmarks.figure import Figure
from tests.benchmarks.http_submit import http_submit_1, http_submit_8, http_submit_32
from tests.benchmarks.load_fold import load_fold
from tests.benchmarks.memory import memory
from tests.benchmarks.million import million
from tests.benchmarks.portal_listing import portal_listing
from tests.benchmarks.projection_steady import projection_steady
from tests.benchmarks.proof_inspection import proof_inspection
from tests.benchmarks.rebuild import rebuild_worklist
from tests.benchmarks.reconcile import reconcile_10k
from tests.benchmarks.relay import relay
from tests.benchmarks.relay_outage import relay_catch_up
from tests.benchmarks.scenario import scenario_at_scale
from tests.benchmarks.server import Bench
from tests.benchmarks.verify import verified
from tests.benchmarks.visible import visible
from tests.benchmarks.worklist import worklist

MILLION = [
    f"{prefix}{name}{suffix}"
    for prefix, suffix in (("memory_", ""), ("", "_1m"))
    for name in ("verify", "export", "verify_offline", "rebuild")
]
Benchmark = Callable[[Bench], list[Figure]]

BENCHMARKS: Mapping[str, Benchmark] = {
    "append_1": append_1,
    "append_32": append_32,
    "append_128": append_128,
    "append_secured": append_secured,
    "append_secured_submission": append_secured,
    "command_32": command_32,
    "load_fold": load_fold,
    "http_submit_1": http_submit_1,
    "http_submit_8": http_submit_8,
    "http_submit_32": http_submit_32,
    "projection_steady": projection_steady,
    "proof_inspection": proof_inspection,
    "rebuild": rebuild_worklist,
    "visible_p99": visible,
    "worklist_p99": worklist,
    "memory_api": memory,
    "memory_worker": memory,
    "verify": verified,
    "portal_listing": portal_listing,
    "portal_listing_p99": scenario_at_scale,
    "scenario_100": scenario_at_scale,
    "scenario_commands": scenario_at_scale,
    "adoption_p99": scenario_at_scale,
    "reconcile_10k": reconcile_10k,
    "relay": relay,
    "relay_lag_p99": relay,
    "relay_catch_up": relay_catch_up,
    **dict.fromkeys(MILLION, million),
}
