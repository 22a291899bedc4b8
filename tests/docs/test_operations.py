"""What docs/operations.md and deploy/ say works: units, proxies, backup and restore."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import httpx
import pytest
import typer
from behind_caddy import behind_caddy
from behind_nginx import NGINX, nginx_config
from served_process import served

import atlas
from api.http import connection_limits, h11_protocol
from api.parameters.items_query import MAXIMUM_LIMIT
from api.routes import items, staff
from api.service.helper_process import BUDGET
from api.service.settings import Settings
from api.service.work_queue import SIZES
from geo.serving.table_join import table

PROJECT = Path(__file__).parents[2]
DEPLOY = PROJECT / "deploy"
OPERATIONS = (PROJECT / "docs" / "operations.md").read_text()
PROGRAM = "/opt/atlas/.venv/bin/atlas"
UNITS = sorted(path.name for path in DEPLOY.glob("atlas*"))


def unit(name):
    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(DEPLOY / name)
    return parser


def commands(name):
    return re.findall(rf"^ExecStart={PROGRAM} (.+)$", (DEPLOY / name).read_text(), re.M)


def test_every_sample_is_named_and_every_name_is_a_sample():
    named = set(re.findall(r"`(deploy/[\w./-]+)`", OPERATIONS))
    assert named == {f"deploy/{path.name}" for path in DEPLOY.iterdir()}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_takes_the_units(tmp_path):
    for name in UNITS:
        text = (DEPLOY / name).read_text().replace(PROGRAM, "/bin/true")
        (tmp_path / name).write_text(text)
    command = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["atlas.service", "atlas-refresh.service"])
def test_commands_and_settings_of_units_are_those_that_there_are(name):
    known = typer.main.get_command(atlas.app).commands
    for command in commands(name):
        words = shlex.split(command)
        known[words[0]].make_context(words[0], words[1:])  # fails on what is no option
    assert commands(name)
    set_here = re.findall(r"^Environment=ATLAS_(\w+)=", (DEPLOY / name).read_text(), re.M)
    assert {item.lower() for item in set_here} <= set(Settings.model_fields)


def test_the_service_is_confined():
    service = unit("atlas.service")["Service"]
    assert (service["User"], service["ProtectSystem"]) == ("atlas", "strict")
    assert service["CapabilityBoundingSet"] == ""
    assert (
        int(service["LimitNOFILE"]) - connection_limits.FILES_BESIDE
        >= connection_limits.MOST_CONNECTIONS
    )
    stops_within = Settings().drain_seconds + h11_protocol.STOP_WITHIN_S
    assert int(service["TimeoutStopSec"]) > stops_within + 5


def test_the_timer_starts_the_unit_of_its_name():
    timer = unit("atlas-refresh.timer")["Timer"]
    assert "Unit" not in timer  # then it is the service of the same name
    assert [words.split()[0] for words in commands("atlas-refresh.service")] == [
        "build",
        "check",
        "prune",
    ]


def upstream_of_the_unit():
    words = shlex.split(commands("atlas.service")[0])
    return f"{words[words.index('--host') + 1]}:{words[words.index('--port') + 1]}"


def caddy_blocks(text):
    """The lines of a Caddyfile by the path of blocks round them."""
    path, found = [], {}
    for line in text.splitlines():
        words = line.split("#")[0].strip()
        if words.endswith("{"):
            path.append(words[:-1].strip())
        elif words == "}":
            path.pop()
        elif words:
            found.setdefault(tuple(path), []).append(words)
    assert path == []
    return found


def test_caddy_passes_requests_on_and_keeps_metrics_inside():
    blocks = caddy_blocks((DEPLOY / "Caddyfile").read_text())
    proxy = blocks["atlas.example", f"reverse_proxy {upstream_of_the_unit()}"]
    assert "health_uri /health/ready" in proxy
    site = blocks["atlas.example",]
    assert "@inner path /metrics /health/*" in site
    assert "respond @inner 404" in site


@pytest.mark.skipif(not shutil.which("caddy"), reason="needs caddy")
def test_caddy_takes_its_file():
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"]
    assert subprocess.run(command, capture_output=True).returncode == 0


@pytest.mark.skipif(not shutil.which("caddy"), reason="needs caddy")
def test_behind_a_real_caddy_pages_are_reached_and_metrics_are_not(home, tmp_path):
    with (
        behind_caddy(home, tmp_path) as public,
        httpx.Client(base_url=public, timeout=60) as client,
    ):
        page = client.get("/eat?lang=ko", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["Strict-Transport-Security"]) == (
            200,
            "max-age=31536000",
        )
        links = client.get("/collections").json()["links"]
        assert {link["href"].startswith(public) for link in links} == {True}
        inner = ("/metrics", "/health/live", "/health/ready")
        assert [client.get(path).status_code for path in inner] == [404, 404, 404]
        rows = "dong,n\n" + "원곡동,1\n" * 400_000
        refused = client.post("/maps/join", files={"table": ("large.csv", rows.encode())})
        assert (refused.status_code, refused.json()["parameter"]) == (400, "table")


def test_nginx_passes_requests_on_and_keeps_metrics_inside():
    sample = (DEPLOY / "nginx.conf").read_text()
    assert f"server {upstream_of_the_unit()};" in sample
    assert "location = /atlas/metrics { return 404; }" in sample


@pytest.mark.skipif(NGINX is None, reason="needs nginx")
def test_nginx_takes_the_sample(tmp_path):
    sample = re.sub(r"ssl_certificate\w* .*\n", "", (DEPLOY / "nginx.conf").read_text())
    sample = sample.replace("listen 443 ssl http2;", "listen 127.0.0.1:8443;")
    config = nginx_config(tmp_path, sample.replace("listen 80;", "listen 127.0.0.1:8080;"))
    command = [NGINX, "-t", "-q", "-c", config, "-e", tmp_path / "error.log"]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def dockerfile():
    """Its instructions and their words, by stage."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.M)
    stages = []
    for line in text.replace("\\\n", " ").splitlines():
        instruction, _, rest = line.partition(" ")
        if instruction == "FROM":
            stages.append([])
        if line:
            stages[-1].append((instruction, rest.strip()))
    return stages


def test_the_image_has_stages_and_none_of_its_users_is_root():
    stages = dockerfile()
    assert len(stages) > 1
    assert {stage[0][1].split()[0] for stage in stages} == {"python:3.13-slim"}
    for stage in stages:
        words = dict(stage)
        if "ENTRYPOINT" in words:
            assert words["USER"] == "10001:10001"
            after = [name for name, _ in stage[[name for name, _ in stage].index("USER") :]]
            assert "COPY" not in after
    assert "ENTRYPOINT" in dict(stages[-1])


def test_the_image_takes_nothing_that_is_not_pinned_or_in_the_tree():
    for instruction, rest in (line for stage in dockerfile() for line in stage):
        assert instruction != "ADD"
        assert "://" not in rest or "127.0.0.1" in rest
        assert not re.search(r"curl|wget|apt-get|npm install", rest)
        for install in re.findall(r"pip [^&]*install [^&]*", rest):
            pinned = "--require-hashes" in install or "--no-index" in install
            assert pinned or "uninstall" in install, install
        if instruction == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (PROJECT / source).exists(), source


def test_the_image_keeps_tools_and_builders_out_of_what_serves():
    copied = [rest for name, rest in dockerfile()[-1] if name == "COPY"]
    assert copied == [
        "--from=core /opt/atlas /opt/atlas",
        "--from=build --chown=10001:10001 /var/lib/atlas /var/lib/atlas",
    ]
    core = " ".join(rest for _, rest in dockerfile()[0])
    installs = re.findall(r"/opt/atlas/bin/pip install [^&]*", core)
    assert all(
        "-r requirements/core.txt" in install or "/wheels/" in install for install in installs
    )


def test_the_image_starts_what_there_is():
    last = dict(dockerfile()[-1])
    assert json.loads(last["ENTRYPOINT"]) == ["/opt/atlas/bin/atlas"]
    words = json.loads(last["CMD"])
    typer.main.get_command(atlas.app).commands[words[0]].make_context(words[0], words[1:])
    assert "/health/live" in last["HEALTHCHECK"]
    assert "--read-only --tmpfs /tmp" in OPERATIONS


def test_front_end_files_are_in_what_is_installed():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["maps"]
    maps = PROJECT / "maps"
    packed = {path for pattern in patterns for path in maps.glob(pattern) if path.is_file()}
    own = {path for name in ("static", "templates") for path in (maps / name).rglob("*.*")}
    assert own - packed == set()
    sources = [
        path.read_text()
        for path in [*maps.rglob("*.html"), *maps.rglob("*.py"), *(PROJECT / "api").rglob("*.py")]
    ]
    named = {
        name for text in sources for name in re.findall(r"static/vendor/([\w./-]+\.\w+)", text)
    }
    folders = {"leaflet": "leaflet/dist", "swagger-ui": "swagger-ui-dist"}
    assert len(named) >= 4
    for name in named:
        package, _, rest = name.partition("/")
        assert maps / "node_modules" / folders[package] / rest in packed, name


def test_a_backup_is_restored_and_serves(home, programs, tmp_path):
    block = re.search(r"```sh\n(# backup.*?)```", OPERATIONS, re.S)[1]
    backup, restore = block.split("# restore\n")
    (tmp_path / "backup").mkdir()

    def run(script, place):
        script = script.replace("/var/lib/atlas", str(place))
        script = script.replace("/backup/", f"{tmp_path}/backup/")
        path = f"PATH={programs}:$PATH\nset -e\n"
        return subprocess.run(["/bin/sh", "-c", path + script], capture_output=True, text=True)

    assert run(backup, home).returncode == 0
    restored = run(restore, tmp_path / "restored")
    assert (restored.returncode, "businesses" in restored.stdout) == (0, True), restored.stderr
    with served(tmp_path / "restored", tmp_path / "log") as one:
        answer = httpx.get(f"{one.address}/collections/businesses/items?limit=1").json()
    assert answer["numberMatched"] > 10_000


def test_limits_are_those_of_the_code():
    limits = OPERATIONS.split("## Limits")[1].split("## Settings")[0]
    at_once = [SIZES[kind] for kind in ("pictures", "measures", "joins")]
    expected = (
        f"{connection_limits.MOST_CONNECTIONS:,}, or the file handles of the process less "
        f"{connection_limits.FILES_BESIDE};",
        f"64 kB, within {h11_protocol.REQUEST_WITHIN_S:.0f} s",
        f"at least {h11_protocol.BODY_BYTES // 1000} kB in each {h11_protocol.BODY_PERIOD_S:.0f} s",
        f"{h11_protocol.WRITE_BYTES // 1000} kB in each {h11_protocol.WRITE_PERIOD_S:.0f} s",
        f"| {MAXIMUM_LIMIT:,}, for people {items._MOST_SHOWN:,};",
        f"{table.MOST_BYTES // 1_000_000} MB, {table.MOST_ROWS:,} rows",
        "1 of each in a worker; {}, {} and {} may wait".format(
            *(waiting for _, waiting in at_once)
        ),
        f"{BUDGET.cpu_s:.0f} s of processor time and {BUDGET.memory // 1_000_000} MB of memory",
        staff.ASKED.replace("/", " a "),
        staff.WRONG.replace("/", " a "),
    )
    assert [text for text in expected if text not in limits] == []
    assert [together for together, _ in at_once] == [1, 1, 1]
