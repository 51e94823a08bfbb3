"""A GPU to test with where there is none: tensors that say they are on one, and functions in place of CUDA graphs.

This finds what mixes devices, what waits for the GPU and what keeps a buffer that a replay overwrites. It cannot find
what only a real GPU does.
"""

import pytest
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import return_and_correct_aliasing
from torch.utils._pytree import tree_leaves, tree_map_only

CUDA = torch.device("cuda:0")
WAITS = (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.equal.default, torch.ops.aten.nonzero.default)


class Functions:
    """A capturer whose replay calls the function again and writes over everything else that was captured."""

    def __init__(self, device=None):
        self.device, self.made = device, []

    def warm_up(self, function):
        function()

    def capture(self, function):
        results = [result.detach().clone() for result in function()]
        self.made.append((function, results))

        def replay():
            for other, kept in self.made:
                if other.__self__ is not function.__self__:
                    other.__self__._under_way = []
                    for tensor in kept:
                        tensor.fill_(torch.nan)
            for kept, new in zip(results, function(), strict=True):
                kept.copy_(new)

        return results, replay


@pytest.fixture
def functions_for_graphs(monkeypatch):
    """Capture functions, not CUDA graphs; yields the class, to be broken by a test."""
    monkeypatch.setattr("memlab.models.neural.dnc.replay.CudaGraphs", Functions)
    return Functions


class OnGPU(torch.Tensor):
    """A tensor that says it is on a GPU, refuses to meet one that is not, and computes on the CPU."""

    __torch_function__ = torch._C._disabled_torch_function_impl
    waits = 0

    @staticmethod
    def __new__(cls, here):
        sizes = {"strides": here.stride(), "storage_offset": here.storage_offset(), "dtype": here.dtype}
        return torch.Tensor._make_wrapper_subclass(cls, here.shape, **sizes)

    def __init__(self, here):
        self.here = here

    device = property(lambda self: CUDA)
    is_cuda = property(lambda self: True)

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        leaves = tree_leaves((args, kwargs))
        for tensor in leaves if func is not torch.ops.aten.copy_.default else ():
            if isinstance(tensor, torch.Tensor) and not isinstance(tensor, cls) and tensor.dim():
                raise RuntimeError(f"{func}: a tensor on the CPU meets one on the GPU")
            if isinstance(tensor, AnyGenerator) and not tensor.on_gpu:
                raise RuntimeError(f"{func}: random numbers of the CPU for a tensor on the GPU")
        by_mask = func is torch.ops.aten.index.Tensor and any(
            isinstance(one, cls) and one.dtype == torch.bool for one in leaves[1:]
        )
        OnGPU.waits += func in WAITS or by_mask
        here, named = tree_map_only(cls, lambda tensor: tensor.here, (args, kwargs))
        done = tree_map_only(torch.Tensor, cls, func(*here, **named))
        return done if "_foreach" in str(func) else return_and_correct_aliasing(func, args, kwargs, done)

    def __deepcopy__(self, memo):
        return torch.nn.Parameter(OnGPU(self.here.clone()), self.requires_grad)

    def cpu(self):
        OnGPU.waits += 1
        return self.here.detach().clone()

    def tolist(self):
        OnGPU.waits += 1
        return self.here.tolist()

    def to(self, *args, **kwargs):
        """Move, or change the precision."""
        asked = [*args, *kwargs.values()]
        if any(str(one).startswith("cpu") for one in asked):
            OnGPU.waits += 1
            return self.here.detach().to(*args, **kwargs)
        kinds = [one for one in asked if isinstance(one, torch.dtype)]
        return self.type(kinds[0]) if kinds else self

    def numpy(self, *args, **kwargs):
        raise TypeError("a tensor on the GPU has no NumPy array")


class AnyGenerator(torch.Generator):
    """Random numbers that know whether they would be a GPU's."""

    def __new__(cls, device="cpu"):
        return super().__new__(cls)

    def __init__(self, device="cpu"):
        self.on_gpu = str(device).startswith("cuda")


class PretendGPU(TorchFunctionMode):
    """Makes tensors that are asked for on ``cuda`` say that they are there."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if func is torch.Tensor.to and not isinstance(args[0], OnGPU):
            there = [a for a in args[1:] if isinstance(a, OnGPU) or str(a).startswith("cuda")]
            if there:
                moved = func(args[0], there[0].dtype) if isinstance(there[0], OnGPU) else args[0]
                return OnGPU(moved.detach().clone())
        there = str(kwargs.get("device", "")).startswith("cuda")
        if there != getattr(kwargs.get("generator"), "on_gpu", there):
            raise RuntimeError(f"{func}: random numbers of another device than the tensor's")
        if there:
            del kwargs["device"]
        done = func(*args, **kwargs)
        return OnGPU(done) if there and isinstance(done, torch.Tensor) and not isinstance(done, OnGPU) else done


@pytest.fixture
def pretend_gpu(monkeypatch, functions_for_graphs):
    """Make ``cuda`` a device that is there; yields the class that counts how often it is waited for."""
    monkeypatch.setattr(torch, "Generator", AnyGenerator)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "a pretended GPU")
    monkeypatch.setattr(OnGPU, "waits", 0)
    torch.__future__.set_overwrite_module_params_on_conversion(True)  # else a moved weight's class is the old one
    with PretendGPU():
        yield OnGPU
    torch.__future__.set_overwrite_module_params_on_conversion(False)
