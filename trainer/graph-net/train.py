"""python3 trainer/graph-net/train.py --data <folder of graphs.ts> --out <folder> [--epochs 16] [--folds 4] [--hidden 24]

Trains on all systems with a fixed seed and writes graph-net.onnx, weights.json (for the typed arrays) and golden.json; then judges the
same training by cross-validation over whole systems, and writes report.json. Nothing that Clew's tests or its users run needs this.
"""
import argparse
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import torch

from export import export
from network import GraphNet, Packed

SEED = 20261122
UNTOLD = ('affected', 'callers', 'callees', 'on this machine', 'age', 'requests traced', 'nodes affected')


class Data:
    def __init__(self, folder: Path):
        told = json.loads((folder / 'graphs.json').read_text())
        self.node_columns, self.edge_columns, self.rankings = told['nodeColumns'], told['edgeColumns'], told['rankings']
        nodes = torch.from_numpy(np.fromfile(folder / 'nodes.f32', dtype='<f4').reshape(-1, len(self.node_columns)))
        edges = torch.from_numpy(np.fromfile(folder / 'edges.f32', dtype='<f4').reshape(-1, len(self.edge_columns)))
        ends = torch.from_numpy(np.fromfile(folder / 'ends.i32', dtype='<i4').astype(np.int64).reshape(-1, 2))
        self.graphs = []
        node_at = edge_at = 0
        per_fault = {}
        for each in self.rankings:
            per_fault[each['fault']] = per_fault.get(each['fault'], 0) + 1
        for each in self.rankings:
            right = torch.zeros(each['nodes'] + 1)
            if each['inside'] and each['right']:
                right[each['right']] = 1
            else:
                right[-1] = 1
            self.graphs.append({
                'nodes': nodes[node_at:node_at + each['nodes']], 'edges': edges[edge_at:edge_at + each['edges']], 'ends': ends[edge_at:edge_at + each['edges']],
                'right': right, 'weight': 1 / per_fault[each['fault']],
            })
            node_at += each['nodes']
            edge_at += each['edges']
        # What telemetry tells of a node; its kind and its degrees come from others.
        self.told = torch.tensor([not each.startswith('is ') and each not in UNTOLD for each in self.node_columns])
        self.digest = hashlib.sha256((folder / 'nodes.f32').read_bytes() + (folder / 'edges.f32').read_bytes()).hexdigest()


def spoil(batch, data, share: float, generator: torch.Generator):
    """As if some nodes sent nothing and some edges were unknown, and every size a little other. Where nothing is left of the right nodes, *outside* is right."""
    (nodes, there, links, edges, _), right, right_outside, weight = batch
    dice = lambda *shape: torch.rand(*shape, generator=generator)
    own = share * dice(links.graphs)
    heard = (dice(links.nodes) >= own[links.graph_of]).float()
    noise = 1 + 0.15 * (2 * dice(*nodes.shape) - 1)
    nodes = torch.where(data.told, nodes * noise * heard[:, None], nodes)
    edge_there = (dice(len(edges)) >= own[links.graph_of[links.callers]]).float()[:, None]
    was = links.of_graphs(right[:, None])[:, 0] > 0
    right = right * heard
    lost = was & (links.of_graphs(right[:, None])[:, 0] == 0)
    return (nodes, there, links, edges, edge_there), right, torch.where(lost, torch.ones_like(right_outside), right_outside), weight


def batch_of(graphs):
    sizes = torch.tensor([len(each['nodes']) for each in graphs])
    offsets = torch.cumsum(sizes, 0) - sizes
    ends = torch.cat([each['ends'] + offset for each, offset in zip(graphs, offsets)])
    edges = torch.cat([each['edges'] for each in graphs])
    graph_of = torch.repeat_interleave(torch.arange(len(graphs)), sizes)
    nodes = torch.cat([each['nodes'] for each in graphs])
    inputs = (nodes, torch.ones(len(nodes), 1), Packed(ends[:, 0], ends[:, 1], graph_of, len(graphs)), edges, torch.ones(len(edges), 1))
    return inputs, torch.cat([each['right'][:-1] for each in graphs]), torch.stack([each['right'][-1] for each in graphs]), torch.tensor([each['weight'] for each in graphs])


def loss_of(network, batch):
    """Cross entropy over the set of right answers: their shares are added up first."""
    inputs, right, right_outside, weight = batch
    links = inputs[2]
    logits, outside = network(*inputs)
    most = torch.max(logits.max(), outside.max()).detach()
    odds, odds_outside = torch.exp(logits - most), torch.exp(outside - most)
    every = links.of_graphs(odds[:, None])[:, 0] + odds_outside
    good = links.of_graphs((odds * right)[:, None])[:, 0] + odds_outside * right_outside
    return ((every.clamp_min(1e-30).log() - good.clamp_min(1e-30).log()) * weight).sum() / weight.sum()


def train(data: Data, of, choice, epochs: int, seed: int) -> GraphNet:
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    network = GraphNet(len(data.node_columns), len(data.edge_columns), choice['hidden'], choice['rounds'], choice['dropout'])
    optimiser = torch.optim.AdamW(network.parameters(), lr=choice['rate'], weight_decay=choice['decay'])
    batch = 32
    steps = epochs * max(1, len(of) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=choice['rate'], total_steps=steps)
    done = 0
    while done < steps:
        order = torch.randperm(len(of), generator=generator).tolist()
        for start in range(0, max(1, len(of) - batch + 1), batch):
            if done == steps:
                break
            graphs = [data.graphs[of[at]] for at in order[start:start + batch]]
            loss = loss_of(network, spoil(batch_of(graphs), data, choice['spoilt'], generator))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done += 1
    return network.eval()


def shares_of(network, data: Data, of):
    told = {}
    with torch.no_grad():
        for start in range(0, len(of), 64):
            some = of[start:start + 64]
            inputs = batch_of([data.graphs[at] for at in some])[0]
            logits, outside = network(*inputs)
            for index, at in enumerate(some):
                own = logits[inputs[2].graph_of == index]
                told[at] = torch.softmax(torch.cat([own, outside[index:index + 1]]), 0).numpy()
    return told


def measures(data: Data, shares):
    """The last word on each fault, and calibration over all rankings, faults weighing the same."""
    last = {}
    for at in shares:
        each = data.rankings[at]
        if each['fault'] not in last or each['atS'] > data.rankings[last[each['fault']]]['atS']:
            last[each['fault']] = at
    named = [at for at in last.values() if data.rankings[at]['inside'] and data.rankings[at]['right']]
    blind = [at for at in last.values() if not data.rankings[at]['inside']]
    place = lambda order, right: next((index for index, row in enumerate(order) if row in right), 999)

    def top(of, order_of):
        places = [place(order_of(at), data.rankings[at]['right']) for at in of]
        return {'top1': float(np.mean([each < 1 for each in places])), 'top3': float(np.mean([each < 3 for each in places]))}

    nodes_of = lambda at: [int(row) for row in np.argsort(-shares[at][:-1], kind='stable')]
    fusion_of = lambda at: [int(row) for row, _ in sorted(data.rankings[at]['fusion'].items(), key=lambda pair: -pair[1])]

    def mixed_of(at):
        fusion = data.rankings[at]['fusion']
        return sorted((int(row) for row in fusion), key=lambda row: -(np.log(fusion[str(row)] + 1e-6) + 0.5 * np.log(shares[at][row] + 1e-3)))

    rows = {
        'graph network': top(named, nodes_of), 'graph network, candidates of the fusion only': top(named, lambda at: [row for row in nodes_of(at) if str(row) in data.rankings[at]['fusion']]),
        'fusion without it': top(named, fusion_of), 'fusion, and the root of its share': top(named, mixed_of),
        'most affected node': top(named, lambda at: data.rankings[at]['mostAffected']), 'deepest affected node': top(named, lambda at: data.rankings[at]['deepest']),
    }
    kinds = {}
    for at in named:
        kind = kinds.setdefault(data.rankings[at]['kind'], [0, 0, 0])
        kind[0] += 1
        kind[1] += place(nodes_of(at), data.rankings[at]['right']) < 1
        kind[2] += place(fusion_of(at), data.rankings[at]['right']) < 1
    says_outside = lambda at: bool(shares[at].argmax() == len(shares[at]) - 1)
    bins = np.zeros((10, 3))
    brier = total = 0.0
    for at, own in shares.items():
        weight, first = data.graphs[at]['weight'], int(own.argmax())
        hit = float(data.graphs[at]['right'][first] > 0)
        bins[min(9, int(own[first] * 10))] += (weight, weight * hit, weight * own[first])
        brier += weight * (own[first] - hit) ** 2
        total += weight
    return {
        'faults': len(last), 'named': len(named), 'blind': len(blind), 'rows': rows, 'kinds': kinds,
        'outside said': float(np.mean([says_outside(at) for at in blind])) if blind else None, 'outside said wrongly': float(np.mean([says_outside(at) for at in named])),
        'calibration error': float(np.abs(bins[:, 1] - bins[:, 2]).sum() / total), 'brier': brier / total,
        'loss': float(sum(-data.graphs[at]['weight'] * np.log(max(1e-9, float(own[data.graphs[at]['right'].numpy() > 0].sum()))) for at, own in shares.items()) / total),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--epochs', type=int, default=16)
    parser.add_argument('--folds', type=int, default=4)
    parser.add_argument('--hidden', type=int, default=24)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--rate', type=float, default=0.004)
    parser.add_argument('--decay', type=float, default=0.05)
    parser.add_argument('--dropout', type=float, default=0.1)
    parser.add_argument('--spoilt', type=float, default=0.2)
    parser.add_argument('--judge-only', action='store_true')
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    began = time.process_time()
    data = Data(asked.data)
    choice = {key: getattr(asked, key) for key in ('hidden', 'rounds', 'rate', 'decay', 'dropout', 'spoilt')}
    systems = sorted({each['system'] for each in data.rankings})
    report = {
        'seed': SEED, 'choice': choice, 'epochs': asked.epochs, 'folds': asked.folds, 'systems': systems, 'services': sorted({(each['system'], each['services']) for each in data.rankings}),
        'rankings': len(data.rankings), 'torch': torch.__version__, 'dataSha256': data.digest,
    }
    if not asked.judge_only:
        export(train(data, list(range(len(data.graphs))), choice, asked.epochs, SEED), data, asked.out)
    held = {}
    for fold in range(asked.folds):
        is_held = [systems.index(each['system']) % asked.folds == fold for each in data.rankings]
        network = train(data, [at for at, out in enumerate(is_held) if not out], choice, asked.epochs, SEED)
        held.update(shares_of(network, data, [at for at, out in enumerate(is_held) if out]))
    report = {**report, 'seconds': round(time.process_time() - began), 'measured': measures(data, held)}
    (asked.out / 'report.json').write_text(json.dumps(report, indent=1))
    print(json.dumps({**report, 'measured': {key: value for key, value in report['measured'].items() if key != 'kinds'}}, indent=1), flush=True)


if __name__ == '__main__':
    main()
