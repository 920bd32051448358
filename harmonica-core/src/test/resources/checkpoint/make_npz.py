"""Writes the NumPy files beside this script, which NpzReaderTest reads. Needs numpy only."""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent


def content():
    return {
        "arr_0": np.arange(2 * 2 * 3 * 3, dtype=np.uint8).reshape(2, 2, 3, 3),
        "labels": np.array([5, -(2**40)]),
        "mu": np.array([0.5, -1.5]),
        "sigma": np.array([[2.0, 0.25], [0.25, 3.0]], dtype=np.float32),
        "scalar": np.array(7.5),
        "columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "text": np.array(["a", "b"]),
        "objects": np.array([{"a": 1}], dtype=object),
    }


if __name__ == "__main__":
    np.savez(HERE / "arrays.npz", **content())
    np.savez_compressed(HERE / "arrays-compressed.npz", **content())
