"""What is vendored stands unmodified, and the lock file says what it is."""

import hashlib
import json
import re
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "lock.json").read_text())["packages"]
FILES = {path: facts for package in PACKAGES for path, facts in package["files"].items()}


def test_every_file_has_the_hash_of_the_lock_file() -> None:
    found = {path: hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() for path in FILES}
    assert found == {path: facts["sha256"] for path, facts in FILES.items()}


def test_no_file_stands_there_unlocked() -> None:
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert there == FILES.keys() | {"lock.json"}


def test_each_package_is_pinned_with_integrity_and_licence() -> None:
    for package in PACKAGES:
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", package["integrity"])
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        folder = f"{package['name']}-{package['version']}"
        assert f"{folder}/LICENSE" in package["files"]
        assert all(path.startswith(f"{folder}/") for path in package["files"])


def test_bootstrap_stays_below_6_and_echarts_at_6() -> None:
    versions = {package["name"]: package["version"].split(".")[0] for package in PACKAGES}
    assert versions == {"bootstrap": "5", "echarts": "6"}


def test_source_maps_that_files_name_are_there() -> None:
    """Manifest storage refuses a stylesheet whose map is missing."""
    for path in FILES:
        if path.endswith((".css", ".js")):
            text = (VENDOR / path).read_text()
            for name in re.findall(r"sourceMappingURL=(\S+?)[\s*]", text):
                assert str(Path(path).parent / name) in FILES


def test_templates_name_vendored_files_that_exist() -> None:
    templates = Path(__file__).parents[2] / "templates"
    named = {
        match
        for path in templates.rglob("*.html")
        for match in re.findall(r'static "vendor/([^"]+)"', path.read_text())
    }
    assert "bootstrap-5.3.9/bootstrap.min.css" in named
    assert named <= FILES.keys()
