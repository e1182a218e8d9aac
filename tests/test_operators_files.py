"""The files that an operator takes: true to the settings, the commands and Kubernetes' schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]  # it brings no types
import pytest
import yaml

from adapters.prefect_server import LEAN, PRIVATE, SEVERAL_SERVERS
from adapters.settings import PREFIX, Settings
from models.database import reading
from services.alerts.figures import Machine
from tests.served import sqlite_service

__all__ = ["sqlite_service"]

FILES = Path(__file__).parents[1] / "deployments"
SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
KUBERNETES = "1.31"


def example(*, commented: bool) -> dict[str, str]:
    """Return what the example of the environment sets, or what it shows commented out."""
    lines = (FILES / "handrail.env.example").read_text(encoding="utf-8").splitlines()
    mark = "# "
    chosen = [line.removeprefix(mark) for line in lines if line.startswith(mark) == commented]
    pairs = [line.partition("=") for line in chosen if "=" in line and line[:4].isupper()]
    return {name: value for name, _, value in pairs}


def test_the_example_names_every_setting_once_and_no_other() -> None:
    shown = [*example(commented=True), *example(commented=False)]
    ours = [name for name in shown if name.startswith(PREFIX)]
    assert sorted(ours) == sorted(SETTINGS)


def test_the_example_runs_prefect_as_handrail_up_does() -> None:
    given = example(commented=False)
    assert {**LEAN, **PRIVATE}.items() <= given.items()
    assert SEVERAL_SERVERS.items() <= example(commented=True).items()


def compose() -> dict[str, Any]:
    held: dict[str, Any] = yaml.safe_load((FILES / "compose.yaml").read_text(encoding="utf-8"))
    return held


def manifests() -> list[dict[str, Any]]:
    written = (FILES / "kubernetes" / "handrail.yaml").read_text(encoding="utf-8")
    held: list[dict[str, Any]] = yaml.safe_load(written)["items"]
    return held


def pods(one: dict[str, Any]) -> dict[str, Any]:
    """Return what an object says of its pods, if it has any."""
    found: dict[str, Any] = one.get("spec", {}).get("template", {}).get("spec", {})
    return found


def started() -> Iterator[tuple[str, list[str]]]:
    """Yield what every unit, service and container runs."""
    for name, service in compose()["services"].items():
        if "command" in service:
            yield f"compose {name}", service["command"]
    for one in manifests():
        for container in pods(one).get("containers", ()):
            yield f"kubernetes {container['name']}", container["command"]
    for unit in sorted((FILES / "systemd").glob("*.service")):
        (line,) = (one for one in unit.read_text().splitlines() if one.startswith("ExecStart="))
        yield unit.name, line.removeprefix("ExecStart=/opt/handrail/bin/").split()


@pytest.mark.parametrize(("where", "command"), [pytest.param(*one, id=one[0]) for one in started()])
def test_what_is_started_is_there(where: str, command: list[str]) -> None:
    if command[0] == "handrail":
        assert command[1] in {"init", "up"}, where
    else:
        assert command[:3] == ["python", "-P", "-m"], where
        assert find_spec(command[3]) is not None, where


def test_whatever_is_set_is_a_setting() -> None:
    (secret,) = (one["stringData"] for one in manifests() if one["kind"] == "Secret")
    set_there = {*secret, *(name for one in compose()["services"].values() for name in env(one))}
    ours = {name for name in set_there if name.startswith(PREFIX)}
    assert ours <= SETTINGS
    assert {"HANDRAIL_DATABASE_URL", "HANDRAIL_DOCUMENTS", "HANDRAIL_LINK_KEY"} <= ours


def env(service: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = service.get("environment", {}) if "env_file" in service else {}
    return found


def expressions() -> Iterator[tuple[str, str]]:
    """Yield what the alarms and the board ask of Prometheus."""
    rules = yaml.safe_load((FILES / "alarms.yaml").read_text(encoding="utf-8"))
    for rule in rules["groups"][0]["rules"]:
        yield rule["alert"], rule["expr"]
    for panel in json.loads((FILES / "grafana.json").read_text(encoding="utf-8"))["panels"]:
        yield panel["title"], panel["targets"][0]["expr"]


def test_alarms_and_board_ask_for_figures_that_there_are_and_each_alarm_is_explained(
    sqlite_service: str,
) -> None:
    with reading(sqlite_service) as conn:
        there = {
            f"{one.name}_total" if one.type == "counter" else one.name
            for one in Machine(conn).collect()
        }
    asked = {name for _, words in expressions() for name in re.findall(r"handrail_\w+", words)}
    assert asked <= there
    assert there - asked <= {"handrail_outbox_total"}
    guide = (FILES / "scale-out.md").read_text(encoding="utf-8")
    alarms = [name for name, _ in expressions() if name.startswith("Handrail")]
    assert [name for name in alarms if name not in guide] == []
    assert len(alarms) > 4


def named(one: dict[str, Any]) -> str:
    return f"{one['kind']} {one['metadata']['name']}"


@pytest.mark.parametrize("one", manifests(), ids=named)
def test_kubernetes_knows_every_word_of_the_manifests(one: dict[str, Any]) -> None:
    kubernetes_validate.validate(one, KUBERNETES, strict=True)


def test_what_the_manifests_ask_of_each_other_is_there() -> None:
    by_kind = {(one["kind"], one["metadata"]["name"]) for one in manifests()}
    for one in manifests():
        for container in pods(one).get("containers", ()):
            for source in container["envFrom"]:
                assert ("Secret", source["secretRef"]["name"]) in by_kind
        for volume in pods(one).get("volumes", ()):
            claim = volume["persistentVolumeClaim"]["claimName"]
            assert ("PersistentVolumeClaim", claim) in by_kind
        if one["kind"] == "Service":
            assert ("Deployment", one["spec"]["selector"]["app"]) in by_kind
