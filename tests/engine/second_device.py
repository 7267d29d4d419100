"""A device beside the CPU where there is none: tensors on it compute as on the CPU, and never together with the CPU's.

PyTorch lets its ``meta`` device be named anywhere. What is moved there is wrapped here, so that an operation that is
given tensors of both devices fails, as it does on an accelerator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

NAME = "meta"


class Away(torch.Tensor):
    """A tensor of the other device, around the one that holds its numbers."""

    here: torch.Tensor

    @staticmethod
    def __new__(cls: type[Away], here: torch.Tensor) -> Away:
        away: Away = torch.Tensor._make_wrapper_subclass(
            cls, here.size(), strides=here.stride(), dtype=here.dtype, device=torch.device(NAME)
        )
        away.here = here
        return away

    @classmethod
    def __torch_dispatch__(
        cls, op: Callable[..., Any], types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        return _compute(op, args, dict(kwargs or {}))


class SecondDevice(TorchDispatchMode):
    """Within it, ``to("meta")`` moves a tensor to the other device and ``cpu()`` fetches it.

    Attributes
    ----------
    moved : tensors moved there so far.
    """

    def __init__(self) -> None:
        super().__init__()
        self.moved = 0

    def __torch_dispatch__(
        self, op: Callable[..., Any], types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        self.moved += _named(dict(kwargs or {})) == NAME
        return _compute(op, args, dict(kwargs or {}))


def _named(kwargs: dict[str, Any]) -> str | None:
    device = kwargs.get("device")
    return None if device is None else torch.device(device).type


def _compute(op: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    tensors = [value for value in tree_leaves((args, kwargs)) if isinstance(value, torch.Tensor)]
    away = any(isinstance(tensor, Away) for tensor in tensors)
    if away and any(not isinstance(tensor, Away) and tensor.dim() > 0 for tensor in tensors):
        raise RuntimeError(f"{op} was given tensors on two devices")
    stays = away if _named(kwargs) is None else _named(kwargs) == NAME
    if _named(kwargs) is not None:
        kwargs["device"] = torch.device("cpu")
    args, kwargs = tree_map(lambda value: value.here if isinstance(value, Away) else value, (args, kwargs))
    result = op(*args, **kwargs)
    return (
        tree_map(lambda value: Away(value) if isinstance(value, torch.Tensor) else value, result) if stays else result
    )
