"""Writes the PyTorch files beside this script, which TorchFileTest reads. Needs torch only."""

import argparse
import collections
import pathlib

import torch

HERE = pathlib.Path(__file__).parent


def content():
    base = torch.arange(8, dtype=torch.float32)
    layer = torch.nn.Linear(2, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0, 2.0]]))
        layer.bias.fill_(0.5)
    optimizer = torch.optim.AdamW(layer.parameters(), lr=0.01)
    layer(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    return {
        "f64": torch.tensor([1.5, -2.5], dtype=torch.float64),
        "f32": torch.tensor([1.5, -2.5]),
        "f16": torch.tensor([1.5, -2.5], dtype=torch.float16),
        "bf16": torch.tensor([1.5, -2.5], dtype=torch.bfloat16),
        "i64": torch.tensor([1, -(2**40)]),
        "i32": torch.tensor([1, -(2**30)], dtype=torch.int32),
        "i16": torch.tensor([1, -(2**14)], dtype=torch.int16),
        "i8": torch.tensor([1, -128], dtype=torch.int8),
        "u8": torch.tensor([1, 255], dtype=torch.uint8),
        "bool": torch.tensor([True, False]),
        "complex": torch.tensor([1 + 2j]),
        "scalar": torch.tensor(3.5),
        "empty": torch.zeros(0, 3),
        "transposed": torch.arange(6, dtype=torch.float32).reshape(2, 3).t(),
        "sliced": base[2:8:2],
        "shared": base[3:6],
        "expanded": torch.tensor([7.0]).expand(2, 3),
        "permuted": torch.arange(24, dtype=torch.float16).reshape(2, 3, 4).permute(2, 0, 1),
        "ema": collections.OrderedDict(weight=torch.nn.Parameter(torch.ones(2, 2))),
        "model": layer.state_dict(),
        "opt": optimizer.state_dict(),
        "args": argparse.Namespace(tau=0.1, steps=20, name="tiny"),
        "epoch": 3,
        "big": 2**70,
        "negative": -(2**40),
        "none": None,
        "done": True,
        "bytes": b"\x00\x01",
        "history": [1.0, 0.5],
        "kinds": {"a"},
        ("composite", 1): "key",
        "size": torch.Size([2, 3]),
        "dtype": torch.float32,
        "device": torch.device("cpu"),
    }


if __name__ == "__main__":
    torch.manual_seed(0)
    for protocol in (2, 4, 5):
        torch.save(content(), HERE / f"views-protocol{protocol}.pt", pickle_protocol=protocol)
    torch.save(content()["model"], HERE / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.jit.save(torch.jit.script(torch.nn.Linear(1, 1)), HERE / "torchscript.pt")
    torch.save(torch.tensor([1.0, 2.0]), HERE / "lone-tensor.pt")
