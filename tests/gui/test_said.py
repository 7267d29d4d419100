"""What the engine says is said in Chinese in the Chinese window: all of it, with its numbers and names."""

from __future__ import annotations

import ast
import builtins
import re
import string
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt, QTranslator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import engine.pytorch
from engine.breakpoints import AtBatch, AtStep, Breakpoint, Crosses, SignChange, WatchCrosses, with_added
from engine.compare import LockStep
from engine.data import load_dataset
from engine.data.mnist import MNIST, find
from engine.data.table import preview
from engine.export import save
from engine.gradcheck import check_gradients
from engine.last_batches import ledger
from engine.lesson import DataSpec, Lesson
from engine.probe import probe
from engine.pytorch import NoTorchError, load_torch, require_device
from engine.recording import Recording
from engine.sweep import Sweep, parse_values
from engine.trainer import Trainer
from engine.watches import Watch, shapes_of
from gui.app import TRANSLATIONS
from gui.engine_sentences import OTHERS, PHRASES, SENTENCES
from gui.said import LONGEST, WORDS, said
from tests.gui.driven import Driven

ENGINE = Path(__file__).parents[2] / "engine"
ALL = (*SENTENCES, *PHRASES, *OTHERS)
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def translator(qapp: QApplication) -> QTranslator:
    translator = QTranslator()
    assert translator.load(str(TRANSLATIONS / "backstep_zh.qm"))
    return translator


@pytest.fixture
def chinese(qapp: QApplication, translator: QTranslator) -> Iterator[None]:
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


# ---- the lists hold what the engine says, and nothing else -----------------------------------------------------------

LEFT_OUT = ("commands.py", "sweep/results.py")
"""Modules that only the command line uses."""
NOT_TOLD = {
    "below",  # no part of an error
    "above",
    "delta",  # names to be typed
    "learning_rate",
    "momentum",
    "reading data",  # of a lesson being prepared, which the window says in its own words
    "compiling",
    "loading PyTorch",
    "lesson: {}",  # a name before a sentence
}
"""What the window does not say, or says as it is."""
COMPOSED = {
    "{} = {} must be {} {}": ("{key} = {value} must be {sign} {low} and <= {high}",),
    " and <= {}": ("{key} = {value} must be {sign} {low} and <= {high}",),
    "more fault": ("and {n} more fault", "and {n} more faults"),
    "data.image_size = {} {}": ("data.image_size = {size} must be rows and columns, each 1 to {most}, as in [28, 28]",),
    "must be rows and columns, each 1 to {}, as in [28, 28]": (
        "data.image_size = {size} must be rows and columns, each 1 to {most}, as in [28, 28]",
    ),
    "network.sizes = {} does not fit data.source = {}, {}": (
        "network.sizes = {sizes} does not fit data.source = {source}, which has {what}; "
        "network.sizes = {fitting} would",
    ),
    "; network.sizes = {} would": (
        "network.sizes = {sizes} does not fit data.source = {source}, which has {what}; "
        "network.sizes = {fitting} would",
    ),
    " and 1 output": ("{n} input and {what}", "{n} inputs and {what}", "{n} output"),
    ", so 2 outputs, or 1 that is 0 or 1": ("{n} classes, so 2 outputs, or 1 that is 0 or 1",),
    "network.sizes = {} does not fit the data, which have {} and {}; with {} it would": (
        "network.sizes = {sizes} does not fit the data, which have {what}; with {fitting} it would",
    ),
    "input": ("{n} input", "{n} inputs"),
    "output": ("{n} output", "{n} outputs"),
    ", {}": ("{n} output, {names}", "{n} outputs, {names}"),
    "class": ("{n} class",),
    "classes": ("{n} classes",),
    " in {}": ("{n} class in {name}", "{n} classes in {name}"),
    " or ": ("text or {what}", "a whole number or {what}", "true or false or {what}", "sigmoid or tanh"),
    "{} {}, so there is no {}.": (
        "No layer of this lesson is {allowed}, so there is no {what}.",
        "Layer {layer} of this lesson is not {allowed}, so there is no {what}.",
    ),
    "No layer of this lesson is": ("No layer of this lesson is {allowed}, so there is no {what}.",),
    "Layer {} of this lesson is not": ("Layer {layer} of this lesson is not {allowed}, so there is no {what}.",),
    "it holds the label {}, and there are {}": ("it holds the label {label}, and there are only 0 to {most}",),
    "only 0 to {}": ("it holds the label {label}, and there are only 0 to {most}",),
    'columns {} are both named "{}" (data.{}); give the number instead.': (
        'columns {first} and {others} are both named "{wanted}" (data.{key}); give the number instead.',
    ),
    '{}, column {} "{}"': (
        '{path}, column {column} "{name}": more than {most} different cells are too many for classes.',
        '{path}, column {column} "{name}": one class only, {class_name}; there must be two.',
    ),
    "one class only, {}; there must be two.": (
        '{path}, column {column} "{name}": one class only, {class_name}; there must be two.',
    ),
    "more than {} different cells are too many for classes.": (
        '{path}, column {column} "{name}": more than {most} different cells are too many for classes.',
    ),
    "{} cell": ("{n} cells",),
    "{} {}; a recording has at most {}": (
        "{n} changes; a recording has at most {most}",
        "{n} changes of the lesson; a recording has at most {most}",
        "{n} watches; a recording has at most {most}",
    ),
}
"""What the engine puts together from parts, and the templates that know the whole."""

PROGRAMMING = {"ValueError", "TypeError", "AssertionError", "KeyError", "RuntimeError", "HaltedError"}
"""Errors whose texts are not for the user."""
SAYING = {"refuse": -1, "_refuse": -1, "say": -1, "note": -1, "_notice": 1, "damaged": 1, "_MirrorFailed": 0}
"""Functions that say something, and which of their arguments it is."""
RETURNING = (("compare.py", "_refusal"), ("trainer.py", "Halt"))
"""Functions that return a sentence, and classes that are one."""


class Module:
    """A module of the engine, and the templates of what it says. A field is ``{}``, whatever is in it."""

    def __init__(self, path: Path) -> None:
        self.name = path.relative_to(ENGINE).as_posix()
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = list(ast.walk(self.tree))
        self.parents = {child: node for node in nodes for child in ast.iter_child_nodes(node)}
        self.functions = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}

    def said(self) -> set[str]:
        """Every template that it gives to the user, and those put into their fields."""
        found: set[str] = set()
        todo, seen = list(self.roots()), set()
        while todo:
            node = todo.pop()
            if node in seen:
                continue
            seen.add(node)
            for text, fields in self.texts(node):
                found.add(text)
                todo.extend(fields)
        return {bare(text) for text in found if re.search("[A-Za-z]{3}", text) and not text.startswith("--")}

    def roots(self) -> Iterator[ast.expr]:
        """The expressions that make sentences."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                name, args = called(node), node.args
                if name in SAYING and len(args) > SAYING[name]:
                    yield args[SAYING[name]]
                elif name == "_error" and len(args) == 3:  # of a watch: where, what, what is allowed
                    yield from args[1:]
                elif name == "_whole" and len(args) == 2:
                    yield args[1]
                elif name.endswith(("Error", "Data", "Offline")) and name not in PROGRAMMING and args:
                    yield args[-1] if name.endswith(("OSError", "DirectoryError")) else args[0]
            elif isinstance(node, ast.Yield) and node.value is not None and self.name == "lesson_check.py":
                yield node.value
            elif isinstance(node, ast.Dict):
                yield from (v for k, v in zip(node.keys, node.values, strict=True) if constant(k) == "error")
            elif isinstance(node, ast.FunctionDef | ast.ClassDef) and (self.name, node.name) in RETURNING:
                yield from (n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.value is not None)
            elif isinstance(node, ast.Assign) and self.name == "watches.py" and constant(node.targets[0]) == "_KINDS":
                yield node.value

    def texts(self, node: ast.expr | None, depth: int = 0) -> Iterator[tuple[str, list[ast.expr]]]:
        """The templates that an expression can come to, each with what is put in; variables are followed."""
        deeper = depth + 1
        if depth > 7:
            return
        match node:
            case ast.Constant(value=str()):
                yield str(node.value), []
            case ast.JoinedStr():
                parts = ("{}" if isinstance(part, ast.FormattedValue) else str(constant(part)) for part in node.values)
                yield "".join(parts), [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
            case ast.BinOp(op=ast.Add()):
                for first, of_first in self.texts(node.left, deeper):
                    for second, of_second in self.texts(node.right, deeper):
                        yield first + second, of_first + of_second
            case ast.IfExp():
                yield from self.texts(node.body, deeper)
                yield from self.texts(node.orelse, deeper)
            case ast.BoolOp() | ast.Dict():
                for value in node.values:
                    yield from self.texts(value, deeper)
            case ast.NamedExpr() | ast.Subscript():
                yield from self.texts(node.value, deeper)
            case ast.Name():
                for value in self.assigned(node):
                    yield from self.texts(value, deeper)
            case ast.Call(func=ast.Attribute(value=inner, attr="get" | "format")):
                for value in (inner, *node.args[1:]):
                    yield from self.texts(value, deeper)
            case ast.Call() if called(node) in self.functions and called(node) != "_short":
                for inside in ast.walk(self.functions[called(node)]):
                    if isinstance(inside, ast.Return):
                        yield from self.texts(inside.value, deeper)

    def assigned(self, name: ast.Name) -> list[ast.expr]:
        """What a variable is given, in the nearest scope in which it is given anything."""
        scope: ast.AST | None = name
        while scope is not None:
            scope = self.parents.get(scope)
            if not isinstance(scope, ast.FunctionDef | ast.Module):
                continue
            found = [
                value for node in ast.walk(scope) for target, value in given_to(node) if constant(target) == name.id
            ]
            if found:
                return found
        return []


def given_to(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The targets of an assignment and their values."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from zip(target.elts, node.value.elts, strict=False)
            else:
                yield target, node.value
    elif isinstance(node, ast.AugAssign | ast.NamedExpr) or (
        isinstance(node, ast.AnnAssign) and node.value is not None
    ):
        yield node.target, node.value


def called(call: ast.Call) -> str:
    """The last part of the name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def constant(node: ast.AST | None) -> object:
    """The value of a constant, the name of a variable."""
    return node.value if isinstance(node, ast.Constant) else getattr(node, "id", None)


def bare(template: str) -> str:
    """A template without the names of its fields, and without fields before a sentence."""
    text = re.sub(r"\{\w*\}", "{}", template)
    return re.sub(r"^(\{\}: )+(?=.)", "", re.sub(r"(\{\})+", "{}", text))


@pytest.fixture(scope="module")
def modules() -> list[Module]:
    return [Module(path) for path in sorted(ENGINE.rglob("*.py"))]


def test_every_sentence_of_the_engine_can_be_said_in_chinese(modules: list[Module]) -> None:
    known = {bare(template) for template in (*SENTENCES, *PHRASES)} | COMPOSED.keys()
    unsaid = {
        f"{module.name}: {text}"
        for module in modules
        if module.name not in LEFT_OUT
        for text in module.said() - known
        if text not in NOT_TOLD and re.search("[A-Za-z]{3}", text.replace("{}", ""))
    }
    assert sorted(unsaid) == [], "put it into gui/engine_sentences.py, run `make translations` and translate it"


def test_nothing_is_listed_that_the_engine_does_not_say(modules: list[Module]) -> None:
    kinds = ast.Constant | ast.JoinedStr | ast.BinOp
    nodes = ((module, node) for module in modules for node in ast.walk(module.tree) if isinstance(node, kinds))
    texts = {bare(text) for module, node in nodes for text, _ in module.texts(node)}
    assert sorted(COMPOSED.keys() - texts) == [], "not in the engine"
    whole = {template for templates in COMPOSED.values() for template in templates}
    assert sorted(whole - {*SENTENCES, *PHRASES}) == [], "not in gui/engine_sentences.py"
    dead = [t for t in (*SENTENCES, *PHRASES) if bare(t) not in texts and t not in whole]
    assert dead == [], "no longer said: take it out of gui/engine_sentences.py"


def test_the_collector_finds_what_it_should() -> None:
    """A fault of the collector would let a sentence through unseen."""
    said_by = {module.name: module.said() for module in map(Module, sorted(ENGINE.rglob("*.py")))}
    for name, text in (
        ("lesson.py", "{} must be {}, not {}"),
        ("lesson.py", "true or false"),
        ("lesson_check.py", "one output has no accuracy"),
        ("watches.py", "this exponent is too large"),
        ("watches.py", "an exponent is a number from -{} to {}, and exp(…) is there too"),
        ("data/table.py", '"{}" is not a number'),
        ("data/mnist.py", "its checksum is {} instead of {}"),
        ("gradcheck.py", "{} is not a finite number, so there are no gradients to check"),
        ("worker.py", "not enough memory for this lesson"),
        ("export/__init__.py", "it is a folder; give the name of a file"),
        ("trainer.py", "layer {}, unit {}"),
    ):
        assert text in said_by[name]


def test_no_template_is_listed_twice() -> None:
    assert len(ALL) == len(set(ALL))


# ---- what the engine really says -------------------------------------------------------------------------------------

Make = Callable[[Path, pytest.MonkeyPatch], object]


def lesson(**changes: object) -> Make:
    """Open toy-bias with other values; a double underscore stands for the dot of a key."""
    return lambda folder, patch: Lesson.load("toy-bias", {k.replace("__", "."): v for k, v in changes.items()})


def written(content: str | bytes, name: str, then: Callable[[Path], object]) -> Make:
    """Write a file and do something with it."""

    def make(folder: Path, patch: pytest.MonkeyPatch) -> object:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return then(path)

    return make


def table(content: str, **keys: Any) -> Make:
    """Load a CSV."""
    return written(
        content, "points.csv", lambda path: load_dataset("csv", spec=DataSpec("csv", path=str(path), **keys))
    )


def watch(text: str) -> Make:
    def make(folder: Path, patch: pytest.MonkeyPatch) -> object:
        shapes = shapes_of(Lesson.load("toy-bias"))
        return Watch.parse(text, shapes).number(shapes)

    return make


def valid(condition: Any, name: str = "toy-bias") -> Make:
    return lambda folder, patch: condition.validate(Lesson.load(name))


def trained(do: Callable[[Trainer], object], steps: int = 0) -> Make:
    def make(folder: Path, patch: pytest.MonkeyPatch) -> object:
        trainer = Trainer(Lesson.load("toy-bias"))
        trainer.run_to(steps)
        return do(trainer)

    return make


def probed(trainer: Trainer) -> object:
    start, velocities = trainer.start_parameters, trainer.start_velocities
    return probe(trainer.lesson, trainer.program, trainer.tensors, start, velocities, trainer.position.step)


def recorded(change: Callable[[str], str]) -> Make:
    def make(folder: Path, patch: pytest.MonkeyPatch) -> object:
        trainer = Trainer(Lesson.load("toy-bias"))
        trainer.run(2)
        trainer.edit("W1", 0, 0, 0.25)
        path = folder / "run.backstep"
        text = Recording.of(trainer, (), ()).text()
        assert change(text) != text
        path.write_text(change(text), encoding="utf-8")
        return Recording.load(path)

    return make


def without_torch(folder: Path, patch: pytest.MonkeyPatch) -> object:
    """As where it is not installed."""
    real = builtins.__import__

    def find(name: str, *others: Any) -> object:
        if name == "torch":
            raise ModuleNotFoundError("No module named 'torch'")
        return real(name, *others)

    patch.setattr(builtins, "__import__", find)
    return load_torch()


def without_cuda(folder: Path, patch: pytest.MonkeyPatch) -> object:
    patch.setattr(engine.pytorch, "load_torch", object)
    patch.setattr(engine.pytorch, "devices", lambda: ("cpu",))
    return require_device("cuda")


def needing_torch(folder: Path, patch: pytest.MonkeyPatch) -> object:
    def load() -> None:
        raise NoTorchError("PyTorch could not be loaded: No module named 'torch'")

    patch.setattr(engine.pytorch, "load_torch", load)
    return require_device("cuda")


def no_mnist(folder: Path, patch: pytest.MonkeyPatch) -> object:
    patch.setenv("BACKSTEP_DATA", str(folder / "nothing"))
    patch.setattr("platformdirs.user_data_path", lambda *_, **__: folder / "mine")
    return find()


def damaged_mnist(folder: Path, patch: pytest.MonkeyPatch) -> object:
    raw = folder / MNIST.raw
    raw.mkdir(parents=True)
    for name in MNIST.files:
        (raw / name).write_bytes(bytes(20))
    return find(folder)


def one_class(folder: Path, patch: pytest.MonkeyPatch) -> object:
    (folder / "cats").mkdir()
    return load_dataset("images", spec=DataSpec("images", path=str(folder)))


def broken_picture(folder: Path, patch: pytest.MonkeyPatch) -> object:
    for name in ("cats", "dogs"):
        (folder / name).mkdir()
        (folder / name / "1.png").write_bytes(b"no picture")
    return load_dataset("images", spec=DataSpec("images", path=str(folder)))


def misfit(folder: Path, patch: pytest.MonkeyPatch) -> object:
    path = folder / "points.csv"
    path.write_text("a,b,kind\n" + "1,2,x\n2,3,y\n3,4,z\n" * 4)
    keys = {"data.source": "csv", "data.path": str(path), "network.sizes": [3, 2], "data.test_share": 0.2}
    dataset = load_dataset("csv", spec=DataSpec("csv", path=str(path)))
    Lesson.load("toy-bias", keys).check_fit(dataset)
    return None


ERRORS: dict[str, Make] = {
    "a rate below 0": lesson(optimizer__learning_rate=-1),
    "a rate that is a word": lesson(optimizer__learning_rate="fast"),
    "an infinite rate": lesson(optimizer__learning_rate=float("inf")),
    "a rate beyond float32": lesson(optimizer__learning_rate=1e39, run__dtype="float32"),
    "a momentum of 1": lesson(optimizer__momentum=1.0),
    "a batch size out of range": lesson(data__batch_size=2_000_000),
    "an unknown key": lesson(optimizer__rate=1),
    "an unknown loss": lesson(loss__name="mae"),
    "a section that is none": lesson(optimizer=3),
    "a list of other things": lesson(network__sizes=[2, "three", 1]),
    "a target of many forms": lesson(data__target=1.5),
    "no layer": lesson(network__sizes=[2]),
    "a layer of width 0": lesson(network__sizes=[2, 0, 1]),
    "inputs that do not fit": lesson(data__source="moons", network__sizes=[3, 4, 5]),
    "classes that do not fit": lesson(data__source="digits", network__sizes=[64, 9]),
    "weights that do not fit": lesson(init__scheme="explicit", init__W=[[[1.0]]], init__b=[]),
    "a softmax of half": lesson(loss__name="cross_entropy"),
    "a device without torch": lesson(run__device="cuda"),
    "a key of another source": lesson(data__noise=0.5),
    "many faults": lesson(
        optimizer__learning_rate=0, data__batch_size=0, network__output="soft", run__dtype="float16", init__std=-1
    ),
    "too many faults": lambda folder, patch: Lesson.from_table({f"key{i}": i for i in range(40)}),
    "no lesson": lambda folder, patch: Lesson.load("toyy"),
    "no lesson file": lambda folder, patch: Lesson.load(folder / "none.toml"),
    "a lesson file that is a folder": lambda folder, patch: Lesson.load(f"{folder}/"),
    "a lesson file that is no TOML": written("format 1\n", "mine.toml", Lesson.load),
    "a lesson file that is no text": written(b"title = '\xff'", "mine.toml", Lesson.load),
    "a word among numbers": table("a,b\n1,2\n3,4\nhm,6\n", target="b"),
    "a column of words": table("a,b\nred,2\nblue,4\nred,6\n", target="b"),
    "an empty cell": table("a,b,c\n1,2,3\n1,,3\n2,4,5\n", target="c", kind="number"),
    "a row that is too long": table("a,b\n1,2\n3,4,5\n6,7\n"),
    "no such column": table("a,b\n1,2\n3,4\n", target="loss"),
    "a column twice": table("a,a,b\n1,2,3\n4,5,6\n", inputs=("a",)),
    "one class": table("a,b\n1,x\n2,x\n", target="b", kind="class"),
    "quotes that do not end": table('a,b\n1,2\n3,"4\n'),
    "an empty table": table("\n"),
    "no table": lambda folder, patch: preview(folder / "none.csv"),
    "UTF-16": written(b"\xff\xfea\x00", "points.csv", preview),
    "no UTF-8": written(b"a,b\n1,\xff\n", "points.csv", preview),
    "no choice of columns": written(
        "a,b\n1,2\n3,4\n", "points.csv", lambda path: ValueError(preview(path).plan((), (), "auto", 0.2).fault)
    ),
    "pictures of one class": one_class,
    "a picture that is none": broken_picture,
    "data that do not fit": misfit,
    "points that are no table": lambda folder, patch: load_dataset(
        "points", points_x=[[1.0], [2.0, 3.0]], points_y=[[1]]
    ),
    "MNIST that is not there": no_mnist,
    "MNIST that is damaged": damaged_mnist,
    "a layer that is not there": valid(Crosses("gradient_norm", ">", 1.0, 9)),
    "a step that is not there": valid(AtStep(99)),
    "an accuracy without classes": valid(Crosses("train_accuracy", ">", 0.9)),
    "dead units without a relu": valid(Crosses("dead_share", ">", 0.5)),
    "saturation of a layer without ends": valid(Crosses("saturated_share", ">", 0.5, 1), "toy"),
    "a cell that is not there": valid(SignChange("W1", 7, 0)),
    "a share above 1": lambda folder, patch: Crosses("test_accuracy", ">", 1.5),
    "a batch 0": lambda folder, patch: AtBatch(0),
    "a breakpoint twice": lambda folder, patch: with_added(with_added((), AtStep(3)), AtStep(3)),
    "a breakpoint without its step": lambda folder, patch: Breakpoint.from_dict(
        {"id": 1, "enabled": True, "hits": 0, "kind": "step"}
    ),
    "a breakpoint on a wrong watch": lambda folder, patch: WatchCrosses("abs(", ">", 1.0),
    "a watch with a typo": watch("abs(dW9).max()"),
    "a watch of an unknown function": watch("sin(W1)"),
    "a watch of an unknown method": watch("W1.median()"),
    "a watch with a strange sign": watch("W1 $ 2"),
    "a watch with a tab in it": watch("W1 \t+ 2"),
    "a watch with a Greek letter": watch("abs(δ2)"),
    "a watch with a choice": watch("1 if W1 else 2"),
    "a watch without its end": watch("norm(dW1"),
    "a watch that is many numbers": watch("W1"),
    "a watch of shapes that do not fit": watch("(W1 + W2).sum()"),
    "a watch of a product that does not fit": watch("(W1 @ W1).sum()"),
    "a watch of a cell that is not there": watch("W1[9, 9]"),
    "a watch of no axis": watch("W1.sum(axis=5)"),
    "a watch too long": watch("1+" * 300 + "1"),
    "an empty watch": watch(" "),
    "a large exponent": watch("2 ** 1e9"),
    "an edit of a cell that is not there": trained(lambda trainer: trainer.edit("W1", 7, 0, 1.0)),
    "an edit of the loss": trained(lambda trainer: trainer.edit("loss", 0, 0, 1.0)),
    "an edit that is not finite": trained(lambda trainer: trainer.edit("W1", 0, 0, float("nan"))),
    "a change of what cannot change": trained(lambda trainer: trainer.set("network.sizes", [2, 1])),
    "a batch that is still to come": trained(lambda trainer: trainer.seek(9)),
    "a line that is not there": trained(lambda trainer: trainer.switch(4)),
    "a ledger of no parameter": trained(lambda trainer: ledger(trainer, "z1", (0, 0))),
    "a probe too early": trained(probed, steps=3),
    "a check of no array": trained(lambda trainer: check_gradients(trainer, "W7", torch=False)),
    "a check of no cell": trained(lambda trainer: check_gradients(trainer, "W1", (9, 9), torch=False), steps=22),
    "a run that diverges": lambda folder, patch: ValueError(diverged()),
    "no PyTorch": without_torch,
    "PyTorch without CUDA": without_cuda,
    "CUDA without PyTorch": needing_torch,
    "a recording of half a file": recorded(lambda text: text[: len(text) // 2]),
    "a recording of another format": recorded(lambda text: text.replace('"backstep": 1', '"backstep": 7')),
    "a recording without its watches": recorded(lambda text: text.replace('"watches"', '"watch"')),
    "a recording of a wrong lesson": recorded(lambda text: text.replace('"sgd"', '"adam"')),
    "a recording of an edit that cannot be": recorded(lambda text: text.replace('"row": 0', '"row": 7')),
    "a recording of text for a number": recorded(lambda text: text.replace('"step": ', '"step": "x", "s": ')),
    "an export into a folder": lambda folder, patch: save(folder, b""),
    "an export into nowhere": lambda folder, patch: save(folder / "none" / "a.csv", b""),
    "a comparison of one": lambda folder, patch: LockStep([Lesson.load("toy-bias")]),
    "a range that is none": lambda folder, patch: parse_values("optimizer.learning_rate", "1:2"),
    "a value twice": lambda folder, patch: parse_values("init.seed", "1,2,1"),
    "a sweep of nothing": lambda folder, patch: Sweep.of(Lesson.load("toy-bias"), (), batches=3),
}


def diverged() -> str:
    trainer = Trainer(Lesson.load("toy-bias", {"optimizer.learning_rate": 1e6}))
    trainer.run(50)
    return str(trainer.halt)


def error_of(make: Make, folder: Path, patch: pytest.MonkeyPatch) -> str:
    """The sentence of an error; an error that is returned is one that was not raised."""
    try:
        made = make(folder, patch)
    except Exception as error:  # noqa: BLE001 - of whatever kind: all of them are shown
        return str(error)
    assert isinstance(made, Exception), "nothing was wrong"
    return str(made)


KEPT = re.compile(r"[\w/\\.-]*[\d_][\w/\\.-]*|[a-z]+\.\w+|“[^”]*”")
"""Numbers, paths, keys and what was typed: they are the same in both languages."""
CODE = re.compile(
    r"\"[^\"]*\"|'[^']*'|“[^”]*”|`[^`]*`|\[[^\]]*\]|/\S+|[\w.]+\([^)]*\)|1 if W1 else 2|pip install \S+"
    r"|No module named \S+"
)
LEFT = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_of_the_engine_is_said_in_chinese(
    name: str, chinese: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = error_of(ERRORS[name], tmp_path, monkeypatch)
    told = said(english)
    assert len(told.split("\n")) == len(english.split("\n"))
    for before, after in zip(english.split("\n"), told.split("\n"), strict=True):
        assert CHINESE.search(after), f"still English: {before}"
        lost = [word for word in map(tidied, KEPT.findall(before)) if word and word not in after]
        assert lost == [], f"{lost} got lost in {after}"
        assert not LEFT.search(CODE.sub("", after)), f"some English is left: {after}"


def tidied(word: str) -> str:
    """A word without the sign that ends its sentence, and quotes, which are others in Chinese."""
    return word.rstrip(".-").strip("“”")


def test_in_english_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    for name in ("a rate below 0", "a word among numbers", "a watch with a typo", "many faults"):
        english = error_of(ERRORS[name], tmp_path, monkeypatch)
        assert said(english) == english
    for template in ALL:
        assert said(template) == template


@pytest.mark.parametrize(
    ("english", "told"),
    [
        ("toy: optimizer.learning_rate = -1.0 must be > 0", "toy: optimizer.learning_rate = -1.0，但必须 > 0"),
        ("Character 5: there is no array dW9; there are x.", "第 5 个字符：没有数组 dW9；可用的有 x。"),
        ("/a: b/c.csv is empty.", "/a: b/c.csv 是空的。"),
        ("f.json: change 3: part must be true or false", "f.json: 第 3 处改动: part 必须是 true 或 false"),
        (
            'a.csv, line 3, column 1 "loss": the cell is empty, no class.',
            "a.csv，第 3 行，第 1 列“loss”：单元格是空的，没有类别。",
        ),
        (
            "a.gz could not be downloaded (http://x/: the server answered 404 Not Found; http://y/: timed out); it can "
            "be tried again later.",
            "无法下载 a.gz（http://x/: 服务器回答 404 Not Found; http://y/: 超时）；可以稍后再试。",
        ),
        ("3 x 2, min -0.5, max 1", "3 x 2，最小 -0.5，最大 1"),
    ],
)  # fmt: skip
def test_names_stay_as_they_are(english: str, told: str, chinese: None) -> None:
    assert said(english) == told


# ---- whatever it is given --------------------------------------------------------------------------------------------

ANYTHING = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANYTHING
@given(text=st.text(alphabet=st.sampled_from("ab :;,.{}%“\n0") | st.characters(), max_size=300))
def test_other_texts_come_back_as_they_are(text: str, chinese: None) -> None:
    assert said(text) == text or any(fits(line) for line in text.split("\n"))


def fits(line: str) -> bool:
    """Whether some template may be in a line."""
    words = (max(string.Formatter().parse(template), key=lambda part: len(part[0]))[0] for template in ALL)
    return any(word in line for word in words)


@ANYTHING
@given(template=st.sampled_from(ALL), data=st.data())
def test_a_sentence_keeps_what_is_put_into_it(template: str, data: st.DataObject, chinese: None) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(template) if name]
    value = st.text(alphabet="0123456789XYZQ_=/{}%", min_size=1, max_size=12)
    values = {name: data.draw(value) for name in names}
    told = said(template.format_map(values))
    assert CHINESE.search(told)
    assert all(value in told for value in values.values())


@ANYTHING
@given(
    templates=st.lists(st.sampled_from(ALL), min_size=1, max_size=6), separator=st.sampled_from([": ", "; ", " ", "\n"])
)
def test_sentences_in_a_row_do_no_harm(templates: list[str], separator: str, chinese: None) -> None:
    assert isinstance(said(separator.join(templates)), str)


def test_what_is_too_long_is_left_alone(chinese: None) -> None:
    sentence = "points.csv is empty."
    assert said("x" * (LONGEST - len(sentence)) + sentence) != said("x" * LONGEST + sentence)
    assert said("x" * 10_000 + sentence) == "x" * 10_000 + sentence
    assert said(f"{'x' * 10_000}\n{sentence}").endswith("是空的。")


@pytest.mark.parametrize("piece", [": ", "; ", "a, b ", "Character 1: ", "must be 1, not ", "is ", "{"])
def test_no_text_takes_long(piece: str, chinese: None) -> None:
    texts = [piece * n for n in range(1, LONGEST // len(piece), max(1, LONGEST // len(piece) // 40))]
    began = time.perf_counter()
    for text in texts:
        said(text)
    assert (time.perf_counter() - began) / len(texts) < 0.02  # a millisecond, on a machine that has nothing else to do


def test_every_field_with_words_is_one_that_is_translated() -> None:
    fields = {name for template in (*SENTENCES, *PHRASES) for _, name, _, _ in string.Formatter().parse(template)}
    assert fields >= WORDS


# ---- in the window ---------------------------------------------------------------------------------------------------


def test_the_window_says_in_chinese_what_the_engine_refuses(chinese: None, open_window: Any) -> None:
    driven: Driven = open_window("toy-bias")
    driven.wait_for(lambda snapshot: snapshot.lesson.id == "toy-bias")
    driven.window.bridge.set("optimizer.learning_rate", -1.0)
    driven.wait_for(lambda snapshot: snapshot.refusal.number > 0)
    assert driven.window.messages.text == "toy-bias: optimizer.learning_rate = -1.0，但必须 > 0"

    driven.window.bridge.edit("W1", 7, 0, 1.0)
    driven.wait_for(lambda snapshot: snapshot.refusal.number > 1)
    assert driven.window.messages.text == "没有 W1[0, 7]：第 1 批的 W1 是 3 x 2"


def test_the_window_says_in_chinese_why_a_lesson_does_not_open(chinese: None, open_window: Any, tmp_path: Path) -> None:
    driven: Driven = open_window("toy-bias")
    driven.wait_for(lambda snapshot: snapshot.lesson.id == "toy-bias")
    path = tmp_path / "mine.toml"
    path.write_text("format = 1\nid = 'mine'\n", encoding="utf-8")
    driven.window.files.open(path)
    driven.qtbot.waitUntil(lambda: "缺少" in driven.window.messages.text, timeout=5000)
    assert driven.window.messages.text.startswith(f"{path}: 缺少 title")


def test_the_stops_panel_says_in_chinese_what_is_wrong_with_a_watch(chinese: None, open_window: Any) -> None:
    driven: Driven = open_window("toy-bias")
    driven.wait_for(lambda snapshot: snapshot.lesson.id == "toy-bias")
    stops = driven.window.explanation.show_panel("stops")
    QTest.keyClicks(stops.watch_form.field, "abs(dW9)")
    QTest.mouseClick(stops.watch_form.button, Qt.MouseButton.LeftButton)
    assert stops.watch_form.fault.text().startswith("第 5 个字符：没有数组 dW9；可用的有 ")
    assert stops.watch_form.fault.accessibleName() == stops.watch_form.fault.text()


def test_the_build_panel_says_in_chinese_what_is_wrong_at_its_field(chinese: None, open_window: Any) -> None:
    driven: Driven = open_window("toy-bias")
    driven.wait_for(lambda snapshot: snapshot.lesson.id == "toy-bias")
    form = driven.window.explanation.show_panel("build").form
    line = form.parts["optimizer.learning_rate"].line
    line.selectAll()
    QTest.keyClicks(line, "-1")
    assert [fault.key for fault in form.faults] == ["optimizer.learning_rate"]  # which is found in the English sentence
    assert form.parts["optimizer.learning_rate"].fault == "optimizer.learning_rate = -1.0，但必须 > 0"
