"""The README and docs/ say what the program does."""

from __future__ import annotations

import contextlib
import io
import re
import tomllib
from pathlib import Path

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


def test_constraints_meet_the_declared_ranges() -> None:
    names = {
        line.split("==")[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    for requirement in wanted:
        name = re.match(r"[A-Za-z0-9_-]+", requirement)[0].lower()
        assert name.replace("-", "_") in {n.replace("-", "_") for n in names}, requirement
