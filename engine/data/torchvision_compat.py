"""torchvision's data sets, also where torchvision and torch were not built for each other, or are not there."""

from __future__ import annotations

import importlib
import logging
import re
import sys
import threading
from functools import cache
from types import ModuleType
from typing import Any

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_declared: dict[str, Any] = {}  # operator -> the torch Library that declares it, which must outlive torchvision


def import_datasets() -> ModuleType:
    """Import `torchvision.datasets`.

    When torchvision's compiled part does not load, as that of its CUDA build does not beside a CPU build of
    torch, its import stops at the first of its operators that torch does not know. Data sets use no operator:
    each one found missing is declared, without an implementation, and the import is tried again.

    Raises
    ------
    ImportError
        torch or torchvision is not installed.
    RuntimeError
        torchvision cannot be imported for another reason.
    """
    with _lock:
        declared_before = len(_declared)
        while True:
            try:
                _forget_failed_import()
                datasets = importlib.import_module("torchvision.datasets")
                break
            except RuntimeError as error:
                missing = re.search(r"operator torchvision::(\w+) does not exist", str(error))
                if missing is None or missing[1] in _declared:
                    raise
                _declare(missing[1])
        if len(_declared) > declared_before:
            _log.info(
                "torchvision was built for another torch: its data sets work, its operators (%s) do not",
                ", ".join(_declared),
            )
        return datasets


def published(name: str) -> Any | None:
    """A class of `torchvision.datasets`; None where torch or torchvision is missing or broken."""
    datasets = _datasets()
    return None if datasets is None else getattr(datasets, name)


@cache
def _datasets() -> ModuleType | None:
    """`torchvision.datasets`, or None, which the log is told once."""
    try:
        return import_datasets()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a broken installation fails in its own ways
        reason = " ".join(str(error).split()) or type(error).__name__
        _log.info("torchvision could not be loaded (%s): its image sets are fetched and read without it", reason)
        return None


def _declare(operator: str) -> None:
    torch: Any = importlib.import_module("torch")
    library = torch.library.Library("torchvision", "FRAGMENT")
    library.define(f"{operator}(Tensor x) -> Tensor")
    _declared[operator] = library


def _forget_failed_import() -> None:
    """Python forgets a package whose import failed, but not its modules, which would then not run again."""
    if "torchvision" not in sys.modules:
        for name in [name for name in sys.modules if name.startswith("torchvision.")]:
            del sys.modules[name]
