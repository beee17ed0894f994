"""From trained weights to what is packaged: an ONNX graph with int8 weights."""

from pathlib import Path

import torch
from torch import Tensor, nn

from claims.extraction.training.network import Tagger

OUTPUTS = ("tags", "source", "cue", "check")
# Small or decisive matrices stay as they are: the heads read the last layer's finest differences.
KEPT_WHOLE = ("tag.", "ask.", "answer.", "check.")


class Packaged(nn.Module):
    """The network as it is used: one window, nothing padded, nobody's way of annotating in particular."""

    def __init__(self, model: Tagger) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, features: Tensor) -> tuple[Tensor, ...]:
        nobody = torch.zeros(1, dtype=torch.long)
        found: tuple[Tensor, ...] = self.model(ids, None, features, nobody)
        return found


def export(model: Tagger, path: Path) -> None:
    """Write `model` as an ONNX graph of int8 matrices with inputs ids, features (1, pieces) of int64."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    plain = path.with_suffix(".float.onnx")
    length = 40
    example = (torch.full((1, length), 2000), torch.zeros(1, length, dtype=torch.long))
    pieces = torch.export.Dim("pieces", min=3, max=512)
    program = torch.onnx.export(
        Packaged(model.cpu().float()).eval(),
        example,
        input_names=("ids", "features"),
        output_names=OUTPUTS,
        dynamic_shapes=({1: pieces}, {1: pieces}),
        dynamo=True,
        optimize=True,
        verbose=False,
    )
    assert program is not None
    program.save(plain)
    whole = [node for node in matrices(plain) if any(part in node for part in KEPT_WHOLE)]
    quantize_dynamic(
        plain, path, weight_type=QuantType.QInt8, per_channel=True, nodes_to_exclude=whole,
        op_types_to_quantize=["MatMul", "Gemm", "Gather"],
    )  # fmt: skip
    without_traces(path)
    plain.unlink()
    plain.with_name(plain.name + ".data").unlink(missing_ok=True)


def matrices(path: Path) -> list[str]:
    """The names of a graph's matrix products."""
    import onnx

    graph = onnx.load(path, load_external_data=False).graph
    return [node.name for node in graph.node if node.op_type in ("MatMul", "Gemm")]


def without_traces(path: Path) -> None:
    """Take out what the exporter noted of the machine it ran on: places of files, stack traces."""
    import onnx

    model = onnx.load(path)
    graph = model.graph
    for part in (
        model,
        graph,
        *graph.node,
        *graph.value_info,
        *graph.input,
        *graph.output,
        *graph.initializer,
    ):
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    onnx.save(model, path)
