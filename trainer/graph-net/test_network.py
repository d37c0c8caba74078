"""python3 -m unittest discover trainer/graph-net: the two ways to lay out graphs tell the same, and a spoilt batch stays honest."""
import unittest
from types import SimpleNamespace

import torch

from network import GraphNet, Packed, Served
from train import batch_of, spoil

COLUMNS, EDGE_COLUMNS, PLACES, EDGES = 5, 3, 6, 8


def graph(nodes: int, ends):
    right = torch.zeros(nodes + 1)
    right[0] = 1
    return {'nodes': torch.rand(nodes, COLUMNS), 'edges': torch.rand(len(ends), EDGE_COLUMNS), 'ends': torch.tensor(ends), 'right': right, 'weight': 1.0}


def row(each) -> torch.Tensor:
    nodes, edges = torch.zeros(PLACES, 1 + COLUMNS), torch.zeros(EDGES, 3 + EDGE_COLUMNS)
    count, edge_count = len(each['nodes']), len(each['edges'])
    nodes[:count, 0], nodes[:count, 1:] = 1, each['nodes']
    edges[:edge_count, 0], edges[:edge_count, 1:3], edges[:edge_count, 3:] = 1, each['ends'].float(), each['edges']
    return torch.cat([nodes.reshape(-1), edges.reshape(-1)])


class NetworkTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(3)
        self.network = GraphNet(COLUMNS, EDGE_COLUMNS, 8, 3).eval()
        self.graphs = [graph(4, [[0, 1], [1, 2], [3, 2]]), graph(6, [[0, 5], [5, 4]])]

    def test_what_is_served_is_what_was_trained(self):
        with torch.no_grad():
            logits, outside = self.network(*batch_of(self.graphs)[0])
            served = Served(self.network, COLUMNS, EDGE_COLUMNS, PLACES, EDGES)(torch.stack([row(each) for each in self.graphs]))
        for index, (start, count) in enumerate([(0, 4), (4, 6)]):
            expected = torch.softmax(torch.cat([logits[start:start + count], outside[index:index + 1]]), 0)
            self.assertLess(float((torch.cat([served[index, :count], served[index, -1:]]) - expected).abs().max()), 1e-6)
        self.assertEqual(float(served[0, 4:6].sum()), 0)

    def test_the_order_of_nodes_and_edges_says_nothing(self):
        order = torch.tensor([2, 0, 3, 1])
        each = self.graphs[0]
        moved = {**each, 'nodes': each['nodes'][order], 'ends': torch.argsort(order)[each['ends']].flip(0), 'edges': each['edges'].flip(0)}
        with torch.no_grad():
            (told, _), (again, _) = (self.network(*batch_of([one])[0]) for one in (each, moved))
        self.assertLess(float((told[order] - again).abs().max()), 1e-6)

    def test_where_nothing_is_heard_of_the_right_node_outside_is_right(self):
        data = SimpleNamespace(told=torch.tensor([False, True, True, True, True]))
        generator = torch.Generator().manual_seed(1)
        for _ in range(20):
            (nodes, *_), right, outside, _ = spoil(batch_of(self.graphs), data, 1.0, generator)
            self.assertTrue(bool((right.sum() + outside.sum() == 2)))
            self.assertEqual(float(right[0]) == 0, float(outside[0]) == 1)
            self.assertEqual(float(nodes[0, 1:].sum()) == 0, float(right[0]) == 0)
            self.assertTrue(bool((nodes[:, 0] == torch.cat([each['nodes'][:, 0] for each in self.graphs])).all()))


if __name__ == '__main__':
    unittest.main()
