"""What people deploy with: each name in these files is one that the program knows, and what they promise holds."""

import asyncio
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from bot import cli
from bot.clock import system_clock
from bot.gateway.tally import Result
from bot.metrics import Metrics
from bot.roles import Role
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from bot.version import VERSION
from bot.vitals import Vitals
from db.models import Status
from jobs.lane import Lane
from tests.ports import free_port
from tests.world import TOKEN

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
SETTINGS = {name.upper() for name in Settings.model_fields}
PYTHONS = {"PATH", "PYTHONPATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
MANIFESTS = [
    part for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")) for part in yaml.safe_load_all(path.read_text())
]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}
ALERTS = [rule for group in yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())["groups"]
          for rule in group["rules"]]  # fmt: skip
PANELS = json.loads((DEPLOY / "grafana/cramp-coach.json").read_text())["panels"]
EXPRESSIONS = [rule["expr"] for rule in ALERTS] + [
    target["expr"] for panel in PANELS for target in panel.get("targets", [])
]
OPERATIONS = (ROOT / "docs/operations.md").read_text()


def _dockerfile() -> list[tuple[str, str]]:
    """Instruction and argument of each line."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _space, rest in (line.partition(" ") for line in lines)]


def _of_stage(stage: int, instruction: str) -> list[str]:
    """The arguments of this instruction in the first (0) or last (1) stage of the Dockerfile."""
    froms = [number for number, (word, _rest) in enumerate(_dockerfile()) if word == "FROM"]
    lines = _dockerfile()[froms[0] : froms[1]] if stage == 0 else _dockerfile()[froms[1] :]
    return [rest for word, rest in lines if word == instruction]


def _environment() -> dict[str, str]:
    """What ENV says in the image."""
    return dict(pair.partition("=")[::2] for pair in shlex.split(_of_stage(1, "ENV")[0]))


def _ignored(path: Path) -> bool:
    """Whether .dockerignore keeps this file out; the last pattern that fits decides."""
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    names = path.relative_to(ROOT).as_posix().split("/")
    parents = ["/".join(names[: count + 1]) for count in range(len(names))]
    verdict = False
    for rule in rules:
        pattern = rule.removeprefix("!").removeprefix("**/")
        subjects = [parent.rpartition("/")[2] for parent in parents] if "**/" in rule else parents
        if any(fnmatch(subject, pattern) for subject in subjects):
            verdict = not rule.startswith("!")
    return verdict


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not _ignored(path))


def _image(folder: Path) -> Path:
    """/app as the image has it: what the build stage copies there."""
    for line in _of_stage(0, "COPY"):
        source, target = line.split()
        if target.startswith("/app/"):
            for path in _files(ROOT / source):
                copy = folder / target.lstrip("/") / path.relative_to(ROOT / source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)
    return folder / "app"


def test_the_image_is_built_in_two_stages_from_one_pinned_base() -> None:
    """And its packages are those of the lock, by their hashes."""
    bases = [rest.partition(" AS ")[0] for word, rest in _dockerfile() if word == "FROM"]
    (argument,) = [rest for word, rest in _dockerfile() if word == "ARG"]

    assert ["python:${PYTHON}"] * 2 == bases
    assert re.fullmatch(r"PYTHON=3\.\d+-slim-[a-z]+", argument)
    assert any("--require-hashes" in line and "requirements.lock" in line for line in _of_stage(0, "RUN"))


def test_the_image_runs_as_a_user_of_its_own() -> None:
    """By number, which Kubernetes can check; only /data is for writing."""
    assert ["10001:10001"] == _of_stage(1, "USER")
    assert ["/data"] == _of_stage(1, "VOLUME")
    assert ["SIGTERM"] == _of_stage(1, "STOPSIGNAL")
    assert ["python", "-m", "bot"] == json.loads(_of_stage(1, "ENTRYPOINT")[0])
    assert set(_environment()) <= SETTINGS | PYTHONS
    assert "DATABASE_URL" not in _environment()  # it would win over a secret's file


def test_the_image_gets_what_it_copies_and_no_secret() -> None:
    """A whitelist, so that nothing gets in by accident."""
    sources = [line.split()[0] for line in _of_stage(0, "COPY")]

    assert ["requirements.lock", "bot", "jobs", "db"] == sources
    assert [] == [source for source in sources if _ignored(ROOT / source)]
    assert all(_ignored(ROOT / name) for name in (".env", ".git", "data", "tests", "secrets", "bot/__pycache__/x.pyc"))


async def test_the_image_needs_nothing_but_what_is_in_it(tmp_path: Path) -> None:
    """The app from a copy of just those folders, with just that environment: it runs, is healthy, writes to data only,
    and stops in time.
    """
    app = _image(tmp_path)
    before = sorted(path.relative_to(tmp_path) for path in app.rglob("*"))
    for path in (app, *app.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    address = f"127.0.0.1:{free_port()}"
    server = Sandbox(token=TOKEN, clock=system_clock)
    settings = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": await server.start(), "HEALTH_LISTEN": address}
    env = _environment() | {"PATH": os.environ["PATH"], "PYTHONPATH": str(app)} | settings
    work = tmp_path / "work"
    work.mkdir()
    command = [sys.executable, *json.loads(_of_stage(1, "ENTRYPOINT")[0])[1:], *json.loads(_of_stage(1, "CMD")[0])]
    process = await asyncio.create_subprocess_exec(*command, cwd=work, env=env, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        await asyncio.wait_for(process.stdout.readline(), 60)
        healthy = await _health_check(env)
        answers = await _answers(address)
        process.send_signal(signal.SIGTERM)
        status = await asyncio.wait_for(process.wait(), 10)
        stopped = await _health_check(env)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await server.stop()

    assert (0, 0) == (healthy, status)
    assert 0 != stopped
    assert (200, 200) == (answers["/healthz"], answers["/metrics"])
    assert answers["/readyz"] in {200, 503}  # not before the first tick
    assert before == sorted(path.relative_to(tmp_path) for path in app.rglob("*"))
    assert ["data"] == [path.name for path in work.iterdir()]


async def _health_check(env: Mapping[str, str]) -> int:
    """Exit status of HEALTHCHECK's command."""
    (check,) = _of_stage(1, "HEALTHCHECK")
    command = json.loads(check.partition("CMD")[2])
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command[1:], env=dict(env), stderr=asyncio.subprocess.DEVNULL
    )
    return await asyncio.wait_for(process.wait(), 10)


async def _answers(address: str) -> dict[str, int]:
    """Status of each path that a probe of these files asks for."""
    probed = set(re.findall(r"path: (/\w+z)", (DEPLOY / "kubernetes/web.yaml").read_text()))
    async with aiohttp.ClientSession(f"http://{address}") as http:
        found = {}
        for path in {*probed, "/metrics"}:
            async with http.get(path) as answer:
                found[path] = answer.status
        return found


def test_compose_starts_one_bot_by_default_and_the_rest_by_profile() -> None:
    """One container with SQLite on a volume; the same lines of .env switch one off and the other on."""
    default = [name for name, service in COMPOSE["services"].items() if "profiles" not in service]
    example = (ROOT / ".env.example").read_text()

    assert ["bot"] == default
    assert ["data:/data"] == COMPOSE["services"]["bot"]["volumes"]
    assert "${SINGLE:-1}" == COMPOSE["services"]["bot"]["deploy"]["replicas"]
    assert {"migrate", "worker", "web", "proxy", "postgres"} == set(COMPOSE["services"]) - {"bot"}
    assert all(["scale"] == COMPOSE["services"][name]["profiles"] for name in set(COMPOSE["services"]) - {"bot"})
    for name in set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text())) - {"VERSION"}:
        assert f"{name}=" in example


@pytest.mark.parametrize("name", OURS)
def test_each_container_of_ours_can_do_little_harm(name: str) -> None:
    """Nothing to write to, nothing to become, and time to finish."""
    service = OURS[name]

    assert service["read_only"] is True
    assert ["ALL"] == service["cap_drop"]
    assert ["no-new-privileges:true"] == service["security_opt"]
    assert int(service["stop_grace_period"].rstrip("s")) > 10
    assert set(service["environment"]) <= SETTINGS
    assert set(service.get("command", [])) <= set(cli.COMMANDS)


def test_compose_migrates_before_it_serves_and_checks_its_database() -> None:
    """In this order."""
    waits = {name: service.get("depends_on", {}) for name, service in COMPOSE["services"].items()}

    assert {"postgres": {"condition": "service_healthy"}} == waits["migrate"]
    assert {"migrate": {"condition": "service_completed_successfully"}} == waits["worker"] == waits["web"]
    assert "pg_isready" in COMPOSE["services"]["postgres"]["healthcheck"]["test"]


def test_the_proxy_leads_to_the_webhook_and_nowhere_else() -> None:
    """Path and port are those that the web role hears on."""
    proxy = (DEPLOY / "caddy/Caddyfile").read_text()
    web = COMPOSE["services"]["web"]["environment"]
    path = "/" + web["WEBHOOK_URL"].rpartition("/")[2]

    assert [path] == re.findall(r"handle (/\S*)", proxy)
    assert [web["LISTEN"].rpartition(":")[2]] == re.findall(r"port (\d+)", proxy)
    assert ["web"] == re.findall(r"name (\w+)", proxy)
    assert "respond 404" in proxy


def _unit() -> dict[str, list[str]]:
    lines = (DEPLOY / "systemd/cramp-coach.service").read_text().splitlines()
    unit: dict[str, list[str]] = {}
    for line in lines:
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            unit.setdefault(name, []).append(value)
    return unit


def test_the_service_is_confined_and_not_restarted_in_vain() -> None:
    """Status 2 is a wrong setting; a stop takes the bot 10 seconds at most."""
    unit = _unit()

    assert unit["ExecStart"] == ["/opt/cramp-coach/.venv/bin/python -m bot run"]
    assert unit["Restart"] == ["on-failure"]
    assert unit["RestartPreventExitStatus"] == ["2"]
    assert int(unit["TimeoutStopSec"][0]) > 10
    assert ["strict"] == unit["ProtectSystem"]
    assert ["yes"] == unit["DynamicUser"] == unit["NoNewPrivileges"] == unit["ProtectHome"]
    assert {pair.partition("=")[0] for pair in unit["Environment"]} <= SETTINGS | PYTHONS | {"SECRETS_DIR"}
    assert {pair.partition(":")[0].upper() for pair in unit["LoadCredential"]} <= SETTINGS


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_service(tmp_path: Path) -> None:
    """Without a warning; with a program that exists, since this one is not installed here."""
    text = (DEPLOY / "systemd/cramp-coach.service").read_text()
    unit = tmp_path / "cramp-coach.service"
    unit.write_text(text.replace("/opt/cramp-coach/.venv/bin/python", sys.executable))
    verified = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)

    assert (0, "") == (verified.returncode, verified.stderr)


PODS: dict[str, Any] = {
    part["metadata"]["name"]: part["spec"]["template"]["spec"]
    for part in MANIFESTS
    if part["kind"] in {"Deployment", "Job"}
}


@pytest.mark.parametrize("name", PODS)
def test_each_pod_can_do_little_harm_and_knows_its_settings(name: str) -> None:
    """As the restricted profile of Kubernetes demands; this release's image, a command there is, our user."""
    pod = PODS[name]
    (container,) = pod["containers"]
    (settings,) = [part["data"] for part in MANIFESTS if part["kind"] == "ConfigMap"]
    (secrets,) = [part["stringData"] for part in MANIFESTS if part["kind"] == "Secret"]
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}

    assert f"registry.example.org/cramp-coach:{VERSION}" == container["image"]
    assert [name] == container["args"]
    assert name in cli.COMMANDS
    assert f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}" == _of_stage(1, "USER")[0]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert {"drop": ["ALL"]} == container["securityContext"]["capabilities"]
    assert set(settings) <= SETTINGS | {"SECRETS_DIR"}
    assert {key.upper() for key in secrets} <= SETTINGS
    assert {"tmp": "/tmp", "secrets": settings["SECRETS_DIR"]} == mounts  # noqa: S108 - the pod's own


@pytest.mark.parametrize("role", [Role.WORKER, Role.WEB])
def test_pods_are_replaced_one_by_one(role: Role) -> None:
    """A new one is ready before an old one goes, and that has time to finish; a node's upkeep leaves one."""
    (deployment,) = [part for part in MANIFESTS if part["kind"] == "Deployment" and part["metadata"]["name"] == role]
    (budget,) = [p for p in MANIFESTS if p["kind"] == "PodDisruptionBudget" and p["metadata"]["name"] == role]
    pod = deployment["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    probes = {name: probe["httpGet"] for name, probe in container.items() if name.endswith("Probe")}
    waits = int(container.get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", ["", "0"])[1])

    assert {"maxSurge": 1, "maxUnavailable": 0} == deployment["spec"]["strategy"]["rollingUpdate"]
    assert pod["spec"]["terminationGracePeriodSeconds"] > 10 + waits
    assert deployment["spec"]["replicas"] > budget["spec"]["minAvailable"]
    assert pod["metadata"]["labels"] == deployment["spec"]["selector"]["matchLabels"]
    assert pod["metadata"]["labels"] == budget["spec"]["selector"]["matchLabels"]
    assert {"path": "/readyz", "port": "health"} == probes["readinessProbe"]
    assert {"path": "/healthz", "port": "health"} == probes["livenessProbe"] == probes["startupProbe"]


def test_the_ingress_leads_to_the_webhook_and_nowhere_else() -> None:
    """Host, path and port, through the service to the container."""
    kinds = {part["kind"]: part for part in MANIFESTS}
    settings = kinds["ConfigMap"]["data"]
    (rule,) = kinds["Ingress"]["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    service = kinds["Service"]["spec"]
    ports = {port["name"]: port["containerPort"] for port in PODS["web"]["containers"][0]["ports"]}

    assert settings["WEBHOOK_URL"] == f"https://{rule['host']}{path['path']}"
    assert path["backend"]["service"] == {"name": "web", "port": {"name": service["ports"][0]["name"]}}
    assert settings["LISTEN"] == f"0.0.0.0:{ports[service['ports'][0]['targetPort']]}"
    assert settings["HEALTH_LISTEN"] == f"0.0.0.0:{ports['health']}"
    assert {"app": "cramp-coach", "role": "web"} == service["selector"]


def _exposed() -> set[str]:
    """The names of all series that a process exposes, once each thing has happened."""
    metrics = Metrics(Vitals(monotonic=lambda: 0.0), role=Role.RUN, rate=30)
    metrics.settled("stretch", Status.SENT, late_by=None)
    metrics.permitted(Lane.BULK, waited=0)
    metrics.updated(Result.HANDLED, seconds=0)
    metrics.failed("telegram")
    return {re.split(r"[ {]", line)[0] for line in metrics.exposition().decode().splitlines() if line[:1] != "#"}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_alerts_and_dashboard_ask_for_what_the_program_exposes(expression: str) -> None:
    """Names, and the values of labels that the program defines."""
    lanes = {lane.name.lower() for lane in Lane}
    known: dict[str, set[str]] = {"role": {*Role}, "status": {*Status}, "result": {*Result}, "lane": lanes}
    chosen = re.findall(r'(role|status|result|lane)(?:=|=~|!=|!~)"([^"]+)"', expression)

    assert set(re.findall(r"\b(?:cramp_coach|process)_\w+", expression)) <= _exposed()
    assert re.search(r"\b(cramp_coach|process)_|^up\{", expression)
    assert all(set(values.split("|")) <= known[label] for label, values in chosen)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="Prometheus is not installed")
def test_prometheus_understands_the_alerts() -> None:
    """As its own tool says."""
    checked = subprocess.run(
        ["promtool", "check", "rules", DEPLOY / "prometheus/alerts.yaml"], check=False, capture_output=True
    )

    assert 0 == checked.returncode


def test_the_dashboard_hides_nothing_behind_something_else() -> None:
    """No two panels share a place, and none is wider than the page."""
    places = [
        (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
        for panel in PANELS
        for x in range(panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["h"])
    ]

    assert len(places) == len(set(places))
    assert max(x for x, _y in places) < 24
    assert len(PANELS) == len({panel["id"] for panel in PANELS})


@pytest.mark.parametrize("alert", [rule["alert"] for rule in ALERTS])
def test_each_alert_says_what_to_do(alert: str) -> None:
    """In the operator's manual."""
    assert f"| `{alert}` |" in OPERATIONS


def test_the_manual_names_commands_and_files_that_exist() -> None:
    """Of the program, and of the project."""
    commands = re.findall(r"python -m bot ([a-z-]+)", OPERATIONS)
    files = re.findall(r"`((?:deploy|docs)/[\w./-]+|compose\.yaml|Dockerfile|\.env\.example)`", OPERATIONS)

    assert set(commands) <= set(cli.COMMANDS)
    assert {"migrate", "backup", "doctor", "new-key", "rotate-key"} <= set(commands)
    assert [] == [name for name in files if not (ROOT / name).exists()]


@pytest.mark.parametrize(
    ("secrets", "sentence"),
    [
        ({"bot_token": "hello\n"}, "BOT_TOKEN cannot be used: it must look like"),
        ({"bot_token": f"{TOKEN}\n", "database_url": "mysql://x"}, "DATABASE_URL cannot be used"),
        (None, "SECRETS_DIR cannot be used: nowhere is not a folder."),
    ],
)
def test_secrets_come_from_files_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    secrets: Mapping[str, str] | None, sentence: str,
) -> None:  # fmt: skip
    """In SECRETS_DIR, each named like its setting; what is wrong with them is one sentence."""
    monkeypatch.chdir(tmp_path)
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SECRETS_DIR", "nowhere" if secrets is None else str(tmp_path))
    for name, text in (secrets or {}).items():
        (tmp_path / name).write_text(text)

    assert 2 == cli.main(["run"])
    assert sentence in capsys.readouterr().err


def test_the_environment_wins_over_a_secrets_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that something can be tried without touching the files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bot_token").write_text(f"{TOKEN}\n")
    (tmp_path / "send_rate").write_text("7\n")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("SEND_RATE", "9")
    monkeypatch.delenv("BOT_TOKEN", raising=False)
    settings = Settings.load()

    assert 9 == settings.send_rate
    assert settings.bot_token is not None
    assert TOKEN == settings.bot_token.get_secret_value()
