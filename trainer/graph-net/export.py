"""Writes the trained network: ONNX for ONNX Runtime, plain numbers for the typed arrays, golden outputs for both."""
import base64
import hashlib
import json
from pathlib import Path

import numpy as np
import torch

from network import GraphNet, Served

NODES_MAX, EDGES_MAX, GOLDEN = 96, 320, 3


def plain(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().numpy().astype('<f4').ravel()


def packed(network: GraphNet) -> np.ndarray:
    """Layer by layer in the order of use, weights by rows as PyTorch has them, then the bias where there is one."""
    layers = [network.begin]
    for each in network.rounds:
        layers += [each.from_callee, each.edge_up, each.from_caller, each.edge_down, each.own, each.heard_up, each.heard_down]
    layers += [network.node_in, network.node_around, network.node_out, network.outside_in, network.outside_out]
    return np.concatenate([part for layer in layers for part in ([plain(layer.weight)] + ([] if layer.bias is None else [plain(layer.bias)]))])


def row_of(graph, node_columns: int, edge_columns: int) -> np.ndarray:
    nodes, edges = np.zeros((NODES_MAX, 1 + node_columns), '<f4'), np.zeros((EDGES_MAX, 3 + edge_columns), '<f4')
    count, edge_count = len(graph['nodes']), len(graph['edges'])
    nodes[:count, 0], nodes[:count, 1:] = 1, graph['nodes'].numpy()
    edges[:edge_count, 0], edges[:edge_count, 1:3], edges[:edge_count, 3:] = 1, graph['ends'].numpy(), graph['edges'].numpy()
    return np.concatenate([nodes.ravel(), edges.ravel()])


def export(network: GraphNet, data, out: Path) -> None:
    sizes = len(data.node_columns), len(data.edge_columns)
    served = Served(network, *sizes, NODES_MAX, EDGES_MAX).eval()
    step = max(1, len(data.graphs) // GOLDEN)
    sample = np.stack([np.round(row_of(graph, *sizes).astype(np.float64), 4).astype(np.float32) for graph in data.graphs[::step][:GOLDEN]])
    path = out / 'graph-net.onnx'
    torch.onnx.export(
        served, (torch.from_numpy(sample[:2]),), str(path), input_names=['windows'], output_names=['told'],
        dynamic_axes={'windows': {0: 'count'}, 'told': {0: 'count'}}, opset_version=16,
    )
    flat = packed(network)
    with torch.no_grad():
        golden = served(torch.from_numpy(sample)).numpy()
    weights = {
        'onnxSha256': hashlib.sha256(path.read_bytes()).hexdigest(), 'weightsSha256': hashlib.sha256(flat.tobytes()).hexdigest(), 'hidden': network.hidden, 'rounds': len(network.rounds),
        'nodesMax': NODES_MAX, 'edgesMax': EDGES_MAX, 'nodeColumns': data.node_columns, 'edgeColumns': data.edge_columns, 'base64': base64.b64encode(flat.tobytes()).decode(),
    }
    (out / 'weights.json').write_text(json.dumps(weights))
    sparse = [[[int(at), round(float(row[at]), 4)] for at in np.nonzero(row)[0]] for row in sample]
    (out / 'golden.json').write_text(json.dumps({'inputs': sparse, 'outputs': np.round(golden.astype(np.float64), 8).tolist()}))
