"""Listings are run and held against the Trainer; their lines, against the Steps that they are said to execute."""

from __future__ import annotations

import ast
import dataclasses
import itertools
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.data import SOURCES
from engine.data.toy_sets import FUNCTIONS
from engine.lesson import HIDDEN_ACTIVATIONS, LOSS_NAMES, OUTPUT_ACTIVATIONS, SCHEMES, Lesson
from engine.listing import Dialect, _numpy, _torch, listing
from engine.ops import FUSED_LOSSES
from engine.program import Phase, Program
from engine.trainer import Trainer
from tests.engine.nets import INPUT_COLUMN, Table, points

DIALECTS: tuple[Dialect, ...] = ("numpy", "torch")
BATCHES = 4
ENDS = [
    (output, loss)
    for output in OUTPUT_ACTIVATIONS
    for loss in LOSS_NAMES
    if loss not in FUSED_LOSSES or FUSED_LOSSES[loss][1] == output
]
SHIPPED = [lesson for lesson in Lesson.shipped() if Lesson.load(lesson).data.source != "mnist"]
ON_MNIST = [lesson for lesson in Lesson.shipped() if lesson not in SHIPPED]


def source(lesson: Lesson, dialect: Dialect, batches: int) -> str:
    text, found = re.subn(r"(?m)^batches = \d+$", f"batches = {batches}", listing(lesson, dialect).text)
    assert found == 1
    return text


def run(lesson: Lesson, dialect: Dialect, batches: int, folder: Path) -> dict[str, Any]:
    """The names of a script after it has run, in a namespace of its own."""
    path = folder / "script.py"
    path.write_text(source(lesson, dialect, batches), encoding="utf-8")
    torch.set_default_dtype(torch.float32)
    with np.errstate(all="ignore"):
        return runpy.run_path(str(path))


def arrays(names: dict[str, Any], lesson: Lesson, dialect: Dialect) -> dict[str, np.ndarray]:
    """What a script computed, by the names and in the shapes of the Trainer."""
    found: dict[str, np.ndarray] = {}
    for name, value in names.items():
        if isinstance(value, torch.Tensor):
            found[name] = value.detach().numpy()
            if value.is_leaf and value.grad is not None:
                found[f"d{name}"] = value.grad.numpy()
        elif isinstance(value, np.ndarray | np.number):
            found[name] = np.asarray(value)
    if dialect == "numpy" and lesson.run.orientation == "column":
        found = {name: array.T for name, array in found.items()}
        found |= {name: array[0] for name, array in found.items() if re.fullmatch(r"[dv]?b\d+", name)}
    return found


def compare(lesson: Lesson, dialect: Dialect, trainer: Trainer, folder: Path, rtol: float) -> None:
    batches = trainer.position.batch
    found = arrays(run(lesson, dialect, batches, folder), lesson, dialect)
    steps = Program.of(lesson).steps
    by_autograd = {s.write for s in steps if s.phase is Phase.BACKWARD and not re.match(r"d[Wb]", s.write)}
    expected = {s.write for s in steps} | {"x", "y"}
    for name in expected - by_autograd if dialect == "torch" else expected:
        array = trainer.tensors[name]
        assert found[name].dtype == array.dtype, name
        assert found[name].shape == array.shape, name
        tolerance = rtol * max(1.0, float(np.abs(array).max()))
        np.testing.assert_allclose(found[name], array, rtol=rtol, atol=tolerance, err_msg=f"{dialect}: {name}")


def check(table: Table, folder: Path, batches: int = BATCHES) -> None:
    """Both dialects of a lesson arrive where its Trainer does."""
    lesson = Lesson.from_table(table)
    trainer = Trainer(lesson)
    trainer.run(batches)
    assert trainer.halt is None
    for dialect in DIALECTS:
        # autograd differentiates softmax's epsilon too, which document 003 leaves out
        rounding = 1e-11 if dialect == "numpy" or not lesson.separate else 1e-9
        compare(lesson, dialect, trainer, folder, 1e-4 if lesson.run.dtype == "float32" else rounding)
        check_lines(lesson, dialect)


def written(line: str) -> str | None:
    """The name that a line assigns."""
    statement = ast.parse(line.strip()).body[0]
    if isinstance(statement, ast.Assign):
        (target,) = statement.targets
    elif isinstance(statement, ast.AugAssign):
        target = statement.target
    else:
        return None
    return ast.unparse(target)


def check_lines(lesson: Lesson, dialect: Dialect) -> None:
    """Every Step has one line, which assigns what the Step writes from what the Step reads."""
    code = listing(lesson, dialect)
    steps = Program.of(lesson).steps
    assert sorted(i for line in code.lines for i in line.steps) == [step.index for step in steps]
    for step in steps:
        line = code.text.splitlines()[code.line_of(step)]
        if dialect == "numpy" or step.phase is not Phase.BACKWARD:
            assert written(line) == step.write, f"{step}: {line}"
            in_names_of_steps = re.sub(r"\b(\w+)\.grad\b", r"d\1", line)
            named = set(re.findall(r"\b(?:[A-Za-z]+\d+|x|y|d?logp)\b", in_names_of_steps))
            assert named | {step.write} == {*step.reads, step.write}, f"{step}: {line}"
        elif step.op == "bias_gradient_mean":
            assert line.strip() == f"b{step.layer}.grad /= m"
        else:
            assert re.fullmatch(r" +(loss|\(m \* loss\))\.backward\(\)( +#.*)?", line)


# ---- shipped lessons -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_lesson(name: str, dialect: Dialect, tmp_path: Path) -> None:
    lesson = Lesson.load(name, {"run.executor": "numpy"})
    trainer = Trainer(lesson)
    trainer.run(20)
    compare(lesson, dialect, trainer, tmp_path, 1e-12 if lesson.run.dtype == "float64" else 2e-5)
    check_lines(lesson, dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", ON_MNIST)
def test_a_shipped_lesson_on_mnist(
    name: str, dialect: Dialect, tmp_path: Path, mnist_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKSTEP_DATA", str(mnist_dir))
    lesson = Lesson.load(name, {"run.executor": "numpy"})
    trainer = Trainer(lesson, data_dir=mnist_dir)
    trainer.run(3)
    compare(lesson, dialect, trainer, tmp_path, 1e-10 if lesson.run.dtype == "float64" else 5e-5)
    check_lines(lesson, dialect)


def test_the_toy_run_alone_arrives_where_document_004_does(tmp_path: Path) -> None:
    """After 50 updates: the numbers that the document prints."""
    names = run(Lesson.load("toy"), "numpy", 50, tmp_path)
    printed = {"W1": 0.46395027, "W2": 0.46395027, "W3": 0.38714699}
    assert {name: np.unique(names[name].round(8)).tolist() for name in printed} == {n: [v] for n, v in printed.items()}
    assert names["W1"].shape == (3, 2), "the document's orientation"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", ["toy-bias", "toy-torch", "digits-sigmoid"])
def test_a_script_needs_nothing_of_backstep(name: str, dialect: Dialect, tmp_path: Path) -> None:
    """Run by another interpreter, elsewhere, without this folder on its path: it prints the Trainer's losses."""
    lesson = Lesson.load(name, {"run.executor": "numpy"})
    (tmp_path / "script.py").write_text(listing(lesson, dialect).text, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-I", "-W", "error", "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    trainer = Trainer(lesson)
    trainer.run(3)
    printed = np.array([line.split() for line in ran.stdout.splitlines()], float)
    assert printed[:, 0].tolist() == [1, 2, 3]
    np.testing.assert_allclose(printed[:, 1], trainer.metrics.loss.values(), rtol=1e-5)


def test_mnist_is_found_by_the_first_argument(tmp_path: Path, mnist_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKSTEP_DATA", raising=False)
    monkeypatch.setattr(sys, "argv", ["script.py", str(mnist_dir)])
    names = run(Lesson.load("mnist-sigmoid-777"), "numpy", 1, tmp_path)
    assert names["inputs"].shape == (60_000, 784)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("arguments", [[], ["elsewhere"]])
def test_without_mnist_a_script_says_in_a_sentence_what_it_needs(
    dialect: Dialect, arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "script.py").write_text(listing(Lesson.load("mnist-sigmoid-777"), dialect).text, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "BACKSTEP_DATA"}
    ran = subprocess.run(
        [sys.executable, "script.py", *arguments],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    (said,) = ran.stderr.splitlines()
    assert said.endswith("set BACKSTEP_DATA to the folder that holds it, or name that folder as the first argument"), (
        said
    )


def test_a_dialect_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="'pytorch' is not known; allowed: numpy, torch"):
        listing(Lesson.load("toy"), "pytorch")  # type: ignore[arg-type]


# ---- every lesson there can be ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("output", "loss"), ENDS)
def test_every_output_and_loss(output: str, loss: str, tmp_path: Path) -> None:
    for nodes, orientation, reduction, gradient in itertools.product(
        ("layers", "separate"), ("row", "column"), ("sum", "mean"), ("same", "sum")
    ):
        table = points([3, 4, 2], 5, output=output, loss=loss, reduction=reduction, network={"nodes": nodes})
        table["loss"]["gradient"] = gradient
        table["run"] = {"orientation": orientation}
        check(table, tmp_path)


@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
def test_every_hidden_activation(activation: str, tmp_path: Path) -> None:
    for nodes, orientation, dtype in itertools.product(
        ("layers", "separate"), ("row", "column"), ("float64", "float32")
    ):
        table = points([3, 4, 4, 2], 5, activation=activation, network={"nodes": nodes})
        check({**table, "run": {"orientation": orientation, "dtype": dtype}}, tmp_path)


@pytest.mark.parametrize("bias", [True, False, INPUT_COLUMN])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_every_update_and_bias(bias: bool | str, momentum: float, tmp_path: Path) -> None:
    for form, bias_gradient, orientation, reduction in itertools.product(
        ("torch", "classic"), ("same", "mean"), ("row", "column"), ("sum", "mean")
    ):
        optimizer = {"momentum": momentum, "momentum_form": form, "bias_gradient": bias_gradient}
        table = points([3, 4, 2], 5, bias=bias, reduction=reduction, optimizer=optimizer, data={"batch_size": 2})
        check({**table, "run": {"orientation": orientation}}, tmp_path)


@pytest.mark.parametrize("rng", ["numpy", "torch"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_initialisation(scheme: str, rng: str, tmp_path: Path) -> None:
    for bias, orientation, dtype, shuffle in itertools.product(
        (True, INPUT_COLUMN), ("row", "column"), ("float64", "float32"), (False, True)
    ):
        init: dict[str, Any] = {"scheme": scheme, "rng": rng, "seed": 5, "mean": 0.25, "low": -0.5, "high": 0.75}
        if scheme == "explicit":
            numbers = np.random.default_rng(1).normal(size=100).round(3).tolist()
            n_in = 4 if bias == INPUT_COLUMN else 3
            init["W"] = [[numbers[3 * i : 3 * i + 3] for i in range(n_in)], [[n] for n in numbers[:3]]]
            init["b"] = [numbers[4:7], numbers[9:10]] if bias is True else []
        table = points([3, 3, 1], 7, bias=bias, init=init, data={"shuffle": shuffle, "batch_size": 3})
        check({**table, "run": {"orientation": orientation, "dtype": dtype}}, tmp_path, batches=5)


@pytest.mark.parametrize("normalize", ["none", "unit", "mnist"])
@pytest.mark.parametrize("rng", ["numpy", "torch"])
def test_images_in_every_scale_into_the_second_epoch(normalize: str, rng: str, tmp_path: Path) -> None:
    for drop_last, orientation, bias, dtype in [
        (True, "row", True, "float64"),
        (False, "column", INPUT_COLUMN, "float32"),
        (False, "row", INPUT_COLUMN, "float32"),
        (False, "column", True, "float64"),
    ]:
        overrides = {
            "run.executor": "numpy",
            "run.orientation": orientation,
            "run.dtype": dtype,
            "network.bias": bias,
            "init.rng": rng,
            "data.batch_size": 400,
            "data.drop_last": drop_last,
            "data.normalize": normalize,
            "optimizer.learning_rate": 1e-4,
        }
        check(Lesson.load("digits-sigmoid", overrides).to_table(), tmp_path, batches=6)


DRAWN = {
    **{source: {"source": source, "noise": 0.2} for source in ("xor", "moons", "circles")},
    **{source: {"source": source, "classes": 4, "examples": 90} for source in ("spiral", "blobs")},
    **{f"curve {f}": {"source": "curve", "function": f} for f in FUNCTIONS},
}


@pytest.mark.parametrize("name", DRAWN)
def test_sets_that_are_drawn(name: str, tmp_path: Path) -> None:
    data = {**DRAWN[name], "seed": 7, "test_share": 0.3, "batch_size": 12, "shuffle": True}
    inputs, classes = (1, 0) if data["source"] == "curve" else (2, data.get("classes", 2))
    for outputs, dtype in ((classes or 1, "float64"), *([(1, "float32")] if classes < 3 else [])):
        check(
            {
                "format": 1,
                "id": "drawn",
                "title": "Drawn",
                "network": {"sizes": [inputs, 5, outputs], "activation": "tanh"},
                "init": {"scheme": "xavier_normal"},
                "data": data,
                "run": {"dtype": dtype},
            },
            tmp_path,
        )


def test_tables_are_read_without_the_program(tmp_path: Path) -> None:
    path = tmp_path / "heights.csv"
    path.write_text("a;b;kind\n" + "".join(f"{i / 7:.3f};{i * i % 11};{'xyz'[i % 3]}\n" for i in range(40)))
    table = {
        "format": 1,
        "id": "table",
        "title": "A table",
        "network": {"sizes": [2, 4, 3], "activation": "tanh"},
        "init": {"scheme": "xavier_normal"},
        "data": {"source": "csv", "path": str(path), "target": "kind", "standardise": True, "batch_size": 8},
    }
    check(table, tmp_path)


def test_a_table_that_was_loaded_is_not_looked_at_again(tmp_path: Path) -> None:
    """Whatever became of the file since, the listing says how the run's data were read."""
    path = tmp_path / "heights.csv"
    path.write_text("a;b;kind\n" + "".join(f"{i / 7:.3f};{i % 5};{'xy'[i % 2]}\n" for i in range(40)))
    lesson = Lesson.from_table(
        {
            "format": 1,
            "id": "table",
            "title": "A table",
            "network": {"sizes": [2, 4, 1], "activation": "tanh"},
            "init": {"scheme": "xavier_normal"},
            "data": {"source": "csv", "path": str(path), "batch_size": 8},
            "evaluation": {"examples": 0},
        }
    )
    trainer = Trainer(lesson)
    texts = {dialect: listing(lesson, dialect).text for dialect in DIALECTS}
    path.unlink()
    for dialect, text in texts.items():
        assert listing(lesson, dialect, trainer.dataset.table).text == text
        changed = lesson.with_value("optimizer.learning_rate", 0.25)
        assert "sys.exit" in listing(changed, dialect).text, "without it the file is needed"
        assert "sys.exit" not in listing(changed, dialect, trainer.dataset.table).text


def test_names_of_files_and_classes_are_no_code(tmp_path: Path) -> None:
    """What reads like a use of PyTorch there must not ask for it."""
    path = tmp_path / "torch.data F.x" / "Image.open(it's).csv"
    path.parent.mkdir()
    kinds = ("torch.nn", "sys.exit(", "say \\")
    path.write_text("a,kind\n" + "".join(f"{i},{kinds[i % 3]}\n" for i in range(30)))
    lesson = Lesson.from_table(
        {
            "format": 1,
            "id": "table",
            "title": "A table",
            "network": {"sizes": [1, 4, 3], "activation": "tanh"},
            "init": {"scheme": "xavier_normal"},
            "data": {"source": "csv", "path": str(path), "batch_size": 8},
        }
    )
    imports = [line for line in listing(lesson, "numpy").text.splitlines() if re.match(r"(import|from) ", line)]
    assert imports == ["import csv", "import math", "import numpy as np"]
    check(lesson.to_table(), tmp_path)


def test_every_source_is_tried() -> None:
    """Pictures are read as tables are; Fashion-MNIST and KMNIST as MNIST is."""
    tried = (
        {Lesson.load(name).data.source for name in Lesson.shipped()} | {d["source"] for d in DRAWN.values()} | {"csv"}
    )
    assert tried | {"images", "fashion_mnist", "kmnist"} == set(SOURCES)


@st.composite
def lessons(draw: st.DrawFn) -> Table:
    """Lessons of points in which every key that a listing looks at is drawn."""

    def one(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    depth = draw(st.integers(1, 4))
    sizes = draw(st.lists(st.integers(1, 5), min_size=depth + 1, max_size=depth + 1))
    examples = draw(st.integers(1, 7))
    output, loss = one(*ENDS)
    batch_size = draw(st.integers(1, 9))
    table = points(
        sizes,
        examples,
        seed=draw(st.integers(0, 2**32 - 1)),
        activation=[one(*HIDDEN_ACTIVATIONS) for _ in range(depth - 1)],
        output=output,
        loss=loss,
        reduction=one("sum", "mean"),
        bias=one(True, False, INPUT_COLUMN),
        network={"nodes": one("layers", "separate")},
        init={"scheme": one(*(set(SCHEMES) - {"explicit"})), "rng": one("numpy", "torch")},
        optimizer={
            "learning_rate": draw(st.floats(1e-3, 0.1)),
            "momentum": one(0.0, 0.5),
            "momentum_form": one("torch", "classic"),
            "bias_gradient": one("same", "mean"),
        },
        data={
            "batch_size": batch_size,
            "shuffle": draw(st.booleans()),
            "drop_last": batch_size <= examples and draw(st.booleans()),
        },
        run={"orientation": one("row", "column")},
    )
    table["loss"]["gradient"] = one("same", "sum")
    return table


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=lessons())
def test_any_lesson(table: Table, tmp_path: Path) -> None:
    trainer = Trainer(Lesson.from_table(table))
    trainer.run(BATCHES)
    assume(trainer.halt is None)
    check(table, tmp_path)


# ---- how it reads ----------------------------------------------------------------------------------------------


def test_long_tables_of_numbers_are_wrapped(tmp_path: Path) -> None:
    table = points([40, 2], 6)
    check(table, tmp_path)
    assert max(len(line.text) for line in listing(Lesson.from_table(table), "numpy").lines) <= 100


def literals(text: str) -> dict[str, list[Any]]:
    """The lists of numbers that a script assigns, by name."""
    found = {}
    for statement in ast.parse(text).body:
        match statement:
            case ast.Assign([ast.Name(name)], ast.Call(args=[ast.List() as numbers, *_])):
                found[name] = ast.literal_eval(numbers)
    return found


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("orientation", ["row", "column"])
@pytest.mark.parametrize(
    ("examples", "batch_size", "sizes"), [(400, 400, [2, 3, 1]), (13, 5, [70, 61, 1]), (12, 12, [2, 13, 2])]
)
def test_a_listing_to_be_looked_at_has_the_first_numbers_and_says_how_many_more_there_are(
    examples: int, batch_size: int, sizes: list[int], orientation: str, dialect: Dialect
) -> None:
    rng = np.random.default_rng(0)
    init: dict[str, Any] = {"scheme": "explicit"}
    init["W"] = [rng.normal(size=pair).round(4).tolist() for pair in itertools.pairwise(sizes)]
    init["b"] = [rng.normal(size=n).round(4).tolist() for n in sizes[1:]]
    table = points(sizes, examples, init=init, data={"batch_size": batch_size}, run={"orientation": orientation})
    lesson = Lesson.from_table(table)
    whole, short = listing(lesson, dialect), listing(lesson, dialect, whole=False)
    rows = numbers = 0
    shown, entire = literals(short.text), literals(whole.text)
    assert set(shown) == set(entire)
    for name, matrix in entire.items():
        vector = not isinstance(matrix[0], list)
        first = [matrix] if vector else matrix[:12]
        rows += 0 if vector else len(matrix) - len(first)
        numbers += sum(len(row) - len(row[:60]) for row in first)
        assert shown[name] == (matrix[:60] if vector else [row[:60] for row in first])
    said = re.findall(r"(?m)^ +# … ([\d,]+) more (row|number)s?$", short.text)
    assert sum(int(many.replace(",", "")) for many, what in said if what == "row") == rows
    assert sum(int(many.replace(",", "")) for many, what in said if what == "number") == numbers
    assert rows + numbers > 0
    for step in Program.of(lesson).steps:
        assert short.lines[short.line_of(step)] == whole.lines[whole.line_of(step)]


@pytest.mark.parametrize("name", ["toy", "toy-bias", "toy-torch", "digits-sigmoid"])
def test_of_a_small_lesson_a_listing_to_be_looked_at_is_whole(name: str) -> None:
    assert listing(Lesson.load(name), "numpy", whole=False) == listing(Lesson.load(name), "numpy")


def test_nothing_in_a_title_becomes_code(tmp_path: Path) -> None:
    table = {**points([2, 1], 1), "title": "A\nraise SystemExit\r\u2028raise SystemExit\x0c\0 é #"}
    check(table, tmp_path)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", Lesson.shipped())
def test_no_line_is_too_wide_or_ends_in_blanks(name: str, dialect: Dialect) -> None:
    code = listing(Lesson.load(name), dialect)
    assert code.text.endswith("\n")
    for line in code.lines:
        assert "\n" not in line.text
        assert line.text == line.text.rstrip()
        assert len(line.text) <= 100


def test_a_listing_is_made_once() -> None:
    assert listing(Lesson.load("toy"), "torch") is listing(Lesson.load("toy"), "torch")


def test_an_operation_without_a_line_is_an_error() -> None:
    lesson = Lesson.load("toy")
    step = dataclasses.replace(Program.of(lesson).steps[0], op="new")
    with pytest.raises(AssertionError, match="no line for new"):
        _numpy(step, lesson, column=False)
    with pytest.raises(AssertionError, match="no line for new"):
        _torch(step, lesson)
