"""The house's papers say what is so: README, CI, compose, settings, locks and docs against the code."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from claims.views.moves import OFFERS
from factcheck.demo.newsroom import ACCOUNTS

ROOT = Path(__file__).resolve().parents[1]
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
# Set by docker-compose.yml itself, or of no use there.
NOT_FOR_COMPOSE = {"DEBUG", "STATIC_FROM_SOURCE", "FACTCHECK_VAR", "SNAPSHOT_DIR"}


def read(path: str) -> str:
    return (ROOT / path).read_text()


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def settings_variables() -> set[str]:
    found = set(re.findall(r"""\benv(?:\.\w+)?\(\s*"([A-Z_]+)""", read("factcheck/settings.py")))
    assert len(found) > 10, "the pattern above no longer fits the settings"
    return found


def example_variables() -> set[str]:
    return set(re.findall(r"^#?([A-Z_]+)=", read(".env.example"), re.MULTILINE))


def compose() -> dict:
    return yaml.safe_load(read("docker-compose.yml"))


# --- README and CI


def readme_command(heading: str) -> str:
    section = read("README.md").split(f"## {heading}\n")[1]
    lines = section.split("```sh\n")[1].split("```")[0].strip().splitlines()
    assert len(lines) == 1, f"one line does it all: {lines}"
    return lines[0]


def test_ci_runs_the_readmes_test_command() -> None:
    assert readme_command("Test it") in [line.strip() for line in read(".ci/run").splitlines()]


def test_ci_runs_the_readmes_run_command_once() -> None:
    ran = [line.strip() for line in read(".ci/run").splitlines()]
    assert any(line.startswith(readme_command("Run it") + " --once") for line in ran)


def test_readme_names_the_sample_accounts() -> None:
    for account in ACCOUNTS:
        assert f"`{account.username}`" in read("README.md")
        assert f"`{account.password}`" in read("README.md")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(paper: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", paper.read_text())
    broken = [link for link in links if "://" not in link and not (paper.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_exist(paper: Path) -> None:
    named = set(re.findall(r"manage\.py ([a-z]\w*)", paper.read_text()))
    assert named - set(get_commands()) == set()


def test_every_decision_is_listed() -> None:
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", read("docs/adr/README.md"))
    assert listed == sorted(path.name for path in ROOT.glob("docs/adr/0*.md"))


def test_the_keys_of_the_pages_are_the_keys_of_the_paper() -> None:
    declared = {offer.key for offer in OFFERS.values() if offer.key}
    for page in [*ROOT.glob("templates/**/*.html"), ROOT / "claims/forms.py", ROOT / "articles/forms.py"]:
        text = page.read_text()
        declared |= set(re.findall(r"""data-key(?:="|": ")([^"{]+)\"""", text))
        declared |= set(re.findall(r"""_scale\.html" with [^%]*\bkey="(\w)\"""", text))
    for module in (ROOT / "claims/views").glob("*.py"):  # the parts of the panel
        declared |= set(re.findall(r"""(?:\bkey=|"key": )"([^"{])\"""", module.read_text()))
    cells = re.findall(r"^\| (`[^|]+) \|", read("docs/shortcuts.md"), re.MULTILINE)
    listed = set()
    for cell in cells:
        keys = re.findall(r"`(\S+?)`", cell)
        listed |= {"ctrl+" + keys[1].lower()} if keys[0] == "Ctrl" else set(keys)
    verdicts = {str(number) for number in range(1, 9)}
    assert listed - verdicts == declared


# --- Settings and deployment


def test_every_setting_is_in_the_example() -> None:
    assert settings_variables() - example_variables() == set()


def test_the_example_shows_the_defaults() -> None:
    numbers = re.findall(
        r"""\benv\.(?:int|float)\(\s*"([A-Z_]+)", default=([\d.]+)""", read("factcheck/settings.py")
    )
    shown = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", read(".env.example"), re.MULTILINE))
    assert {name: float(shown[name]) for name, _ in numbers} == {
        name: float(value) for name, value in numbers
    }


def test_the_example_has_no_variable_that_nothing_reads() -> None:
    in_compose = set(re.findall(r"\$\{([A-Z_]+)", read("docker-compose.yml")))
    assert example_variables() - settings_variables() - in_compose == set()


def test_compose_hands_every_setting_on() -> None:
    for name in ("web", "worker", "beat", "migrate"):
        handed_on = set(compose()["services"][name]["environment"])
        assert settings_variables() - NOT_FOR_COMPOSE - handed_on == set(), name


def test_compose_starts_things_in_order_and_watches_them() -> None:
    services = compose()["services"]
    assert {"postgres", "redis", "migrate", "web", "worker", "beat"} <= set(services)
    for name in ("web", "worker", "beat"):
        waits_for = {service: how["condition"] for service, how in services[name]["depends_on"].items()}
        assert waits_for == {
            "postgres": "service_healthy",
            "redis": "service_healthy",
            "migrate": "service_completed_successfully",
        }
    assert "container_name" not in services["worker"], "it could not be scaled"
    for name in ("postgres", "redis", "worker", "beat"):
        assert services[name]["healthcheck"]["test"], name
    assert re.search(r"HEALTHCHECK[^#]+/livez", read("Dockerfile"))


def test_our_containers_have_no_rights_to_spare() -> None:
    for name in ("web", "worker", "beat", "migrate"):
        service = compose()["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    users = re.findall(r"^USER (\w+)", read("Dockerfile"), re.MULTILINE)
    assert users
    assert users[-1] not in ("root", "0")


def test_compose_keeps_what_must_outlive_a_container() -> None:
    services = compose()["services"]
    kept = {name: {volume.split(":")[0] for volume in services[name]["volumes"]} for name in services}
    assert kept["postgres"] == {"postgres"}
    assert kept["redis"] == {"redis"}
    assert kept["web"] == kept["worker"] == {"snapshots"}
    assert set(compose()["volumes"]) == {"postgres", "redis", "snapshots"}


def has_compose() -> bool:
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "compose", "version"], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not has_compose(), reason="`docker compose` is not installed here")
@pytest.mark.parametrize("with_env_file", [False, True])
def test_docker_compose_accepts_the_file(tmp_path: Path, with_env_file: bool) -> None:
    for name in ("docker-compose.yml", "Dockerfile"):
        shutil.copy(ROOT / name, tmp_path)
    if with_env_file:
        shutil.copy(ROOT / ".env.example", tmp_path / ".env")
    ran = subprocess.run(
        ["docker", "compose", "config", "--quiet"], check=False, cwd=tmp_path, capture_output=True, text=True
    )
    assert (ran.returncode, ran.stderr) == (0, "")


# --- Dependencies


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(path: str) -> dict[str, list[str]]:
    """Package to its lines (hashes and all)."""
    packages: dict[str, list[str]] = {}
    current: list[str] = []
    for line in read(path).splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==", line):
            current = packages.setdefault(normal(match[1]), [])
        current.append(line)
    return packages


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", []),
        ("requirements-local.lock", ["local"]),
        ("requirements-dev.lock", ["local", "dev"]),
    ],
)
def test_locks_hold_every_dependency_with_hashes(lock: str, extras: list[str]) -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *(d for e in extras for d in project["optional-dependencies"][e])]
    names = {normal(re.match(r"[A-Za-z0-9._-]+", dependency)[0]) for dependency in wanted}
    packages = locked(lock)
    assert names - set(packages) == set()
    assert [
        name for name, lines in packages.items() if not any("--hash=sha256:" in line for line in lines)
    ] == []


def test_no_file_names_a_package_host_or_a_machine() -> None:
    # Put together here, or this file would name them.
    hosts = [
        ".".join(parts) for parts in (("pythonhosted", "org"), ("npmjs", "org"), ("deb", "debian", "org"))
    ]
    hosts += ["pypi." + "org/simple", "index-" + "url ht"]
    homes = ["/" + name + "/" for name in ("wor" + "k/main", "wor" + "k/shared", "ro" + "ot/.cache")]
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked_files()
        if path.suffix not in {".png", ".onnx", ".woff2", ".ico"} and path.is_file()
        for word in hosts + homes
        if word in path.read_text(errors="replace")
    ]
    assert found == []


def test_no_file_has_two_versions_of_a_passage() -> None:
    begins = ("<" * 7 + " ", ">" * 7 + " ")
    found = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in tracked_files()
        if path.is_file()
        and path.suffix in {"", ".py", ".md", ".html", ".css", ".js", ".toml", ".yml", ".po"}
        for line in path.read_text(errors="replace").splitlines()
        if line.startswith(begins)
    ]
    assert found == []


def test_pages_load_nothing_from_elsewhere() -> None:
    pattern = re.compile(
        r"""(?:src|srcset|action|data)=["']?(?:https?:)?//|<link[^>]+href=["'](?:https?:)?//|url\(["']?(?:https?:)?//"""
    )
    files = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/css/*.css")]
    assert files
    assert [str(path.relative_to(ROOT)) for path in files if pattern.search(path.read_text())] == []


# --- Rules that import-linter cannot tell apart


@pytest.mark.parametrize("module", ["articles/tasks.py", "claims/tasks.py"])
def test_tasks_import_their_services_in_their_bodies(module: str) -> None:
    top = [node for node in ast.parse(read(module)).body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in top]
    ours = [name for name in names if name and name.split(".")[0] in ("articles", "claims", "factcheck")]
    assert ours == []


def test_importing_the_extraction_loads_no_django() -> None:
    script = (
        "import sys, claims.extraction, claims.reanchoring, articles.parsing, articles.fetching, "
        "articles.comparing, articles.notices; print('django' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "False"
