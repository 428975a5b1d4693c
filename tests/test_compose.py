"""The files for containers fit the product; checked without a container engine."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from uuid import uuid4

import psycopg
import pytest
import yaml
from pydantic import AliasChoices

from adapters.postgres.binaries import installed_binaries
from adapters.postgres.service_login import SERVICE
from adapters.settings import Settings
from adapters.version import VERSION
from api.sandbox.loopback import require_real_parties
from tests.installation import ROOT
from tests.service_login import MAY_APPEND_AND_WRITE

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
ONCE = {"migrate", "seed", "topics"}
STAYING = {name: service for name, service in SERVICES.items() if name not in ONCE}
PINNED = re.compile(r"^[a-z/]+:v?\d+\.\d+(\.\d+)?(-[a-z-]+)?$")
DEFAULT = re.compile(r"\$\{\w+:-([^}]*)\}")
LEFT_OUT = re.compile(r"### Not in docker-compose\.yml\n(.*?)\n#", re.DOTALL)
AT_FIRST = "/docker-entrypoint-initdb.d"
LOGIN_MADE = ROOT / "deploy/postgres/service-login.sh"
FIELDS = Settings.model_fields


def setting_names() -> set[str]:
    aliases = (field.validation_alias for field in FIELDS.values())
    named = zip(FIELDS, aliases, strict=True)
    return {
        str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"AMTSWEG_{name.upper()}"
        for name, alias in named
    }


def environment_of(service: str) -> dict[str, str]:
    """What the service is given where the shell sets nothing."""
    given = SERVICES[service]["environment"].items()
    return {name: DEFAULT.sub(r"\1", str(value)) for name, value in given if value is not None}


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in setting_names():
        monkeypatch.delenv(name, raising=False)
    for name, value in environment_of("api-1").items():
        monkeypatch.setenv(name, value)
    return Settings()


@pytest.mark.parametrize("service", SERVICES)
def test_every_image_is_pinned_to_a_version(service: str) -> None:
    assert PINNED.match(SERVICES[service]["image"])


def test_the_image_of_the_product_builds_on_a_pinned_one() -> None:
    assert all(map(PINNED.match, re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)))


def test_the_image_of_the_product_bears_its_version() -> None:
    assert {service["image"] for service in OURS.values()} == {f"amtsweg:{VERSION}"}


@pytest.mark.parametrize("service", STAYING)
def test_every_service_that_stays_has_a_health_check(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("service", OURS)
def test_every_dependency_is_waited_for(service: str) -> None:
    for name, dependency in SERVICES[service]["depends_on"].items():
        wanted = "service_healthy" if name in STAYING else "service_completed_successfully"
        assert dependency["condition"] == wanted


def test_there_are_two_of_the_api_and_of_the_worker() -> None:
    assert [s["command"] for s in OURS.values()].count(["serve"]) == 2
    assert SERVICES["worker"]["deploy"]["replicas"] == 2


def test_every_port_is_bound_to_loopback() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_password_comes_from_the_environment_and_its_default_is_marked() -> None:
    environments = [service.get("environment", {}) for service in SERVICES.values()]
    given = [v for env in environments for name, v in env.items() if name.endswith("PASSWORD")]
    assert all(v is None or DEFAULT.sub(r"\1", v) == "development-only" for v in given)
    assert all(v is None or v.startswith("${") for v in given)


def database_of(service: str) -> SplitResult:
    return urlsplit(environment_of(service)["DATABASE_URL"])


def test_only_the_migration_owns_the_database() -> None:
    owner = SERVICES["postgres"]["environment"]["POSTGRES_USER"]
    logins = {name: database_of(name).username for name in OURS}
    assert logins.pop("migrate") == owner
    assert set(logins.values()) == {SERVICE}
    places = {(url.hostname, url.port, url.path) for url in map(database_of, OURS)}
    assert places == {("postgres", 5432, f"/{SERVICES['postgres']['environment']['POSTGRES_DB']}")}


def test_each_login_has_a_password_of_its_own_to_set() -> None:
    given = {name: SERVICES[name]["environment"]["DATABASE_URL"] for name in OURS}
    variables = {name: re.findall(r"\$\{(\w+):-", url) for name, url in given.items()}
    assert variables.pop("migrate") == ["POSTGRES_PASSWORD"]
    assert all(names == ["POSTGRES_SERVICE_PASSWORD"] for names in variables.values())


def test_the_login_of_api_and_workers_is_made_with_a_new_data_folder() -> None:
    mounts = [mount.split(":") for mount in SERVICES["postgres"]["volumes"]]
    (folder,) = [mount[0] for mount in mounts if mount[1:] == [AT_FIRST, "ro"]]
    assert [file.name for file in (ROOT / folder).iterdir()] == [LOGIN_MADE.name]
    assert os.access(LOGIN_MADE, os.X_OK)


def test_that_login_may_work_on_what_the_owner_has_migrated(database_url: str) -> None:
    server = urlsplit(database_url)
    name, password = f"service_{uuid4().hex}", "it's a 'quoted' one"
    environment = {
        "PATH": os.pathsep.join([str(installed_binaries()), os.defpath]),
        "PGHOST": str(server.hostname),
        "PGPORT": str(server.port),
        "PGPASSWORD": str(server.password),
        "POSTGRES_USER": str(server.username),
        "POSTGRES_DB": server.path[1:],
        "POSTGRES_SERVICE_PASSWORD": password,
    }
    script = LOGIN_MADE.read_text().replace(SERVICE, name)  # the role is the whole server's
    for _ in range(2):
        subprocess.run(["/bin/bash", "-c", script], env=environment, check=True)
    with psycopg.connect(database_url, user=name, password=password) as service:
        assert service.execute(MAY_APPEND_AND_WRITE).fetchone() == (True, False)
    with psycopg.connect(database_url) as owner:
        owner.execute(f"DROP ROLE {name}")


def test_api_and_workers_share_the_files_of_proofs() -> None:
    mounts = {name: service["volumes"] for name, service in OURS.items()}
    home = environment_of("api-1")["AMTSWEG_HOME"]
    assert all(mount == [f"amtsweg-home:{home}"] for mount in mounts.values())


def test_every_name_in_the_environment_is_a_setting() -> None:
    named = set(re.findall(r"\b(?:AMTSWEG_[A-Z_]+|DATABASE_URL)\b", DOCKERFILE))
    for service in OURS:
        named |= set(SERVICES[service]["environment"])
    assert named <= setting_names()


def test_every_setting_is_in_compose_or_in_the_list_of_those_left_out() -> None:
    listed = LEFT_OUT.search((ROOT / "docs/operations.md").read_text())
    assert listed
    left_out = set(re.findall(r"^- `(\w+)`", listed[1], re.MULTILINE))
    assert setting_names() - set(SERVICES["api-1"]["environment"]) == left_out


def test_the_api_starts_with_these_settings_and_serves_beyond_loopback(settings: Settings) -> None:
    require_real_parties(settings, settings.host)
    assert settings.host == "0.0.0.0"  # noqa: S104 -- inside a container; its ports are loopback's
    assert str(settings.home) in DOCKERFILE


def test_the_image_holds_the_whole_product_and_nothing_else() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    product = {name.rstrip("*") for name in built["packages"]["find"]["include"]}
    product |= {f"{name}.py" for name in built["py-modules"]}
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    copied = {name for line in lines for name in line.split()}
    assert copied == product | {"LICENSE", "requirements.txt"}
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == copied


def test_the_image_installs_by_hash_and_serves_as_an_ordinary_user() -> None:
    assert "--require-hashes" in DOCKERFILE
    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", DOCKERFILE, re.MULTILINE)
    assert 'ENTRYPOINT ["python", "-m", "amtsweg"]\nCMD ["serve"]' in DOCKERFILE
    assert "\nHEALTHCHECK " in DOCKERFILE


def test_the_file_follows_the_schema_of_the_compose_specification(tmp_path: Path) -> None:
    spoilt = tmp_path / "docker-compose.yml"
    spoilt.write_text(yaml.safe_dump({"services": {"api": {"imag": "amtsweg"}}}))
    verdicts = [follows_the_schema(file) for file in (ROOT / "docker-compose.yml", spoilt)]
    assert verdicts == [True, False]


def follows_the_schema(file: Path) -> bool:
    command = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec")
    return subprocess.run([*command, file], check=False).returncode == 0


def test_compose_itself_understands_the_file() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], check=False).returncode:
        pytest.skip("the docker client has no compose here")
    done = subprocess.run([docker, "compose", "config", "--quiet"], cwd=ROOT, check=False)
    assert done.returncode == 0
