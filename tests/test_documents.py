"""The README and docs/ say what the program does."""

from __future__ import annotations

import contextlib
import io
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from engine.lesson import Lesson
from gui.actions import ACTIONS

ROOT = Path(__file__).resolve().parent.parent


def test_the_python_of_engine_md_runs_and_prints_document_004s_values() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "engine.md").read_text("utf-8"), re.DOTALL)
    printed = io.StringIO()
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(printed):
        for block in blocks:
            exec(block, names)  # noqa: S102 - our own documentation
    assert "1 forward, layer 1: z1 = x W1 + b1" in printed.getvalue()
    assert re.search(r"^a3 \[\[(1\.0|0\.99999)", printed.getvalue(), re.MULTILINE), "the toy has learned its target"
    assert len(blocks[0].splitlines()) <= 11


def test_every_shortcut_stands_in_the_readme() -> None:
    table = (ROOT / "README.md").read_text("utf-8").split("## Shortcuts")[1].split("##")[0]
    for info in ACTIONS:
        if info.shortcut:
            assert re.search(rf"(\| |, ){re.escape(info.shortcut)}( \||,)", table), info


def test_every_key_of_the_lesson_file_is_documented() -> None:
    text = (ROOT / "docs" / "lesson-format.md").read_text("utf-8")
    for section, values in Lesson.load("toy-bias").to_table().items():
        for key in values if isinstance(values, dict) else [""]:
            name = f"{section}.{key}".rstrip(".")
            assert f"`{name}`" in text, name


def test_every_link_and_picture_exists() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_constraints_meet_the_declared_ranges(python: str) -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    versions = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = project["dependencies"], *project["optional-dependencies"].values()
    wanted = [Requirement(text) for texts in groups for text in texts]
    assert python in SpecifierSet(project["requires-python"])
    met = set()
    for requirement in wanted:
        if requirement.marker is None or requirement.marker.evaluate({"python_version": python}):
            assert versions[canonicalize_name(requirement.name)] in requirement.specifier, str(requirement)
            met.add(requirement.name)
    assert met == {requirement.name for requirement in wanted}
    fitting = {"torch": "2.13.0", "torchvision": "0.28.0", "pyside6-essentials": "6.11.3"}  # to each other, and to 3.11
    assert {name: versions[name] for name in fitting} == fitting


def test_a_package_that_is_built_has_every_folder_of_the_program() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = [path.parent for top in ("engine", "gui", "resources") for path in (ROOT / top).rglob("__init__.py")]
    assert sorted(listed) == sorted(".".join(folder.relative_to(ROOT).parts) for folder in folders)
