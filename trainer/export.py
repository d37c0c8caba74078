"""Writes the trained network: ONNX for ONNX Runtime, plain numbers for the typed arrays, golden outputs for both."""
import base64
import hashlib
import json
from pathlib import Path

import numpy as np
import torch

import score
from network import Autoencoder, Served


def plain(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().numpy().astype('<f4')


def packed(network: Autoencoder) -> np.ndarray:
    """Encoder, narrow, decoder, tell: weights by rows as PyTorch has them (gates i f g o), both biases of an LSTM summed."""
    parts = []
    for cell in (network.encoder, network.decoder):
        parts.append([plain(cell.weight_ih_l0), plain(cell.weight_hh_l0), plain(cell.bias_ih_l0 + cell.bias_hh_l0)])
    encoder, decoder = parts
    narrow, tell = ([plain(layer.weight), plain(layer.bias)] for layer in (network.narrow, network.tell))
    return np.concatenate([array.ravel() for array in encoder + narrow + decoder + tell])


def export(network: Autoencoder, out: Path, judged: int, deviation: np.ndarray, panes: int, sample: np.ndarray, report: dict) -> None:
    served = Served(network, judged).eval()
    onnx_path = out / 'autoencoder.onnx'
    torch.onnx.export(
        served, (torch.zeros(2, sample.shape[1]),), str(onnx_path), input_names=['windows'], output_names=['told'],
        dynamic_axes={'windows': {0: 'count'}, 'told': {0: 'count'}}, opset_version=16,
    )
    sample = np.round(sample.astype(np.float64), 5).astype(np.float32)
    flat = packed(network)
    with torch.no_grad():
        golden = served(torch.from_numpy(sample)).numpy()
    rows = score.newest(sample, network.panes, network.slots, judged)
    expected = score.scores(*rows, golden.reshape(-1, judged, network.slots), panes, np.round(deviation, 6))
    digest = hashlib.sha256(onnx_path.read_bytes()).hexdigest()
    weights = {
        'onnxSha256': digest, 'weightsSha256': hashlib.sha256(flat.tobytes()).hexdigest(),
        'panes': network.panes, 'slots': network.slots, 'hidden': network.encoder.hidden_size, 'gist': network.narrow.out_features,
        'judgedPanes': judged, 'scoredPanes': panes, 'deviations': [round(float(each), 6) for each in deviation], 'slotNames': report['made']['slots'],
        'base64': base64.b64encode(flat.tobytes()).decode(),
    }
    (out / 'weights.json').write_text(json.dumps(weights))
    (out / 'golden.json').write_text(json.dumps({'inputs': [[round(float(value), 5) for value in row] for row in sample], 'outputs': np.round(golden.astype(np.float64), 8).tolist(), 'scores': expected.tolist()}))
    (out / 'report.json').write_text(json.dumps(report, indent=1))
