"""The torch executor: the operations of ``ops.py`` on PyTorch tensors, on any of its devices, without autograd."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np

from engine import ops
from engine.executors import Burst, Rates, run_carefully, steering_numbers
from engine.program import Phase, Program
from engine.pytorch import load_torch, require_device
from engine.tensors import Array, Tensors


@cache
def _torch_operations() -> dict[str, Callable[..., Any]]:
    """The functions of ``ops.py`` with PyTorch standing where NumPy stands."""
    torch = load_torch()
    numpy_names = SimpleNamespace(
        exp=torch.exp,
        log=torch.log,
        tanh=torch.tanh,
        abs=torch.abs,
        sign=torch.sign,
        where=torch.where,
        maximum=torch.maximum,
        empty_like=torch.empty_like,
        diag=torch.diag,
        outer=torch.outer,
        expand_dims=torch.unsqueeze,
        logaddexp=lambda a, b: torch.logaddexp(torch.full_like(b, a), b),
    )
    namespace: dict[str, Any] = {**vars(ops), "np": numpy_names}
    for name, value in vars(ops).items():
        if isinstance(value, FunctionType):
            namespace[name] = FunctionType(value.__code__, namespace, name)
    return namespace


class TorchExecutor:
    """Manual backpropagation in PyTorch.

    Whole batches are trained on tensors of their own, which come back into ``Tensors`` at the end of a burst; a number
    that is not finite anywhere makes the burst start over, step by step, to find the operation that wrote it. Every
    operation reads tensors that PyTorch allocated, when stepping too: how they lie in memory may decide the last bit.
    """

    def __init__(self, program: Program, device: str) -> None:
        require_device(device)
        self.program = program
        self._torch = load_torch()
        self._device = device
        self._data: tuple[Array, Array, Any, Any] | None = None
        self._output = f"a{program.steps[-1].layer}"
        # what may be infinite or nan without a trace in the loss or in the parameters: a sigmoid hides an infinite z,
        # a ReLU an infinite dL/da; from everything else it goes on to the end of the batch
        self._watched = [
            call.write.startswith(("z", "da")) or call is not step.calls[-1]
            for step in program.steps
            for call in step.calls
        ]
        self._changing = tuple(dict.fromkeys(s.write for s in program.steps if s.phase is Phase.UPDATE))

    def _tensor(self, array: Array) -> Any:
        """A copy of an array on the device."""
        return self._torch.tensor(array, device=self._device)

    def run_steps(self, tensors: Tensors, first: int, last: int, rates: Rates) -> int | None:
        """See ``Executor``."""
        operations = _torch_operations()
        with self._torch.inference_mode():
            for step in self.program.steps[first - 1 : last]:
                for call in step.calls:
                    reads = (self._tensor(tensors[name]) for name in call.reads)
                    value = operations[call.op.__name__](*reads, **steering_numbers(call.op, rates))
                    tensors[call.write][...] = value.cpu().numpy()
                    if not np.isfinite(tensors[step.write]).all():
                        return step.index
        return None

    def run_batches(self, tensors: Tensors, x: Array, y: Array, rows: Array, rates: Rates) -> Burst:
        """See ``Executor``."""
        with self._torch.inference_mode():
            burst = self._burst(tensors, x, y, rows, rates)
        if burst is not None:
            return burst
        steps = len(self.program)
        return run_carefully(lambda: self.run_steps(tensors, 1, steps, rates), self.program, tensors, x, y, rows)

    def _on_device(self, x: Array, y: Array) -> tuple[Any, Any]:
        """The examples, moved to the device once."""
        if self._data is None or self._data[0] is not x or self._data[1] is not y:
            move = self._torch.from_numpy
            self._data = (x, y, move(x).to(self._device), move(y).to(self._device))
        return self._data[2], self._data[3]

    def _burst(self, tensors: Tensors, x: Array, y: Array, rows: Array, rates: Rates) -> Burst | None:
        """Batches without a look at what each operation writes; None when something was not finite."""
        all_x, all_y = self._on_device(x, y)
        operations = _torch_operations()
        calls = [
            (operations[call.op.__name__], call.reads, call.write, steering_numbers(call.op, rates))
            for step in self.program.steps
            for call in step.calls
        ]
        arrays = {name: self._tensor(tensors[name]) for name in tensors if name[0] in "Wbv"}
        chosen = self._torch.from_numpy(rows).to(self._device)
        loss, correct, prediction, total = [], [], [], 0.0
        for batch in chosen:
            arrays["x"], arrays["y"] = all_x[batch], all_y[batch]
            for (op, reads, write, numbers), watched in zip(calls, self._watched, strict=True):
                arrays[write] = op(*[arrays[name] for name in reads], **numbers)
                if watched:
                    total = total + arrays[write].sum()
            output = arrays[self._output]
            loss.append(arrays["loss"])
            correct.append((output.argmax(1) == arrays["y"].argmax(1)).sum())
            prediction.append(output[0, 0])
        total = total + arrays["loss"] + sum(arrays[name].sum() for name in self._changing)
        measured = [self._torch.stack(values).cpu().numpy() for values in (loss, correct, prediction)]
        if not (np.isfinite(float(total)) and np.isfinite(measured[0]).all()):
            return None
        for name, value in arrays.items():
            tensors[name][...] = value.cpu().numpy()
        return Burst(measured[0].astype(float), measured[1], measured[2].astype(float), failed=False)
