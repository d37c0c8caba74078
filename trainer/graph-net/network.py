"""The graph network: three rounds of messages along and against the edges, then a share for every node and one for *outside*.

After Gilmer et al. 2017 (message passing with edge features) and Hamilton et al. 2017 (GraphSAGE: own state and neighbours apart,
a direction each). It departs from them in that sums of messages saturate (s ÷ (1 + s): "some callee is failing" holds however
many there are), so that degree and size of the graph say little.
"""
import torch
from torch import nn


def saturate(sums: torch.Tensor) -> torch.Tensor:
    return sums / (1 + sums)


class Round(nn.Module):
    def __init__(self, hidden: int, edge_columns: int):
        super().__init__()
        self.from_callee, self.from_caller = nn.Linear(hidden, hidden, bias=False), nn.Linear(hidden, hidden, bias=False)
        self.edge_up, self.edge_down = nn.Linear(edge_columns, hidden), nn.Linear(edge_columns, hidden)
        self.own = nn.Linear(hidden, hidden)
        self.heard_up, self.heard_down = nn.Linear(hidden, hidden, bias=False), nn.Linear(hidden, hidden, bias=False)

    def forward(self, state, links, edges, edge_there):
        up = torch.relu(links.at_callees(self.from_callee(state)) + self.edge_up(edges)) * edge_there
        down = torch.relu(links.at_callers(self.from_caller(state)) + self.edge_down(edges)) * edge_there
        return state + torch.relu(self.own(state) + self.heard_up(saturate(links.to_callers(up))) + self.heard_down(saturate(links.to_callees(down))))


class Packed:
    """All graphs of a batch as one, for training: edges by the rows of their ends, `graph_of` says of each node whose it is."""

    def __init__(self, callers, callees, graph_of, graphs: int):
        self.callers, self.callees, self.graph_of, self.graphs = callers, callees, graph_of, graphs

    def at_callers(self, state):
        return state[self.callers]

    def at_callees(self, state):
        return state[self.callees]

    def to_callers(self, messages):
        return self.__sums(messages, self.callers, self.nodes)

    def to_callees(self, messages):
        return self.__sums(messages, self.callees, self.nodes)

    def of_graphs(self, values):
        return self.__sums(values, self.graph_of, self.graphs)

    def at_nodes(self, values):
        return values[self.graph_of]

    @property
    def nodes(self) -> int:
        return len(self.graph_of)

    @staticmethod
    def __sums(values, index, count: int):
        return torch.zeros(count, values.shape[1]).scatter_add(0, index[:, None].expand(-1, values.shape[1]), values)


class Padded:
    """Graphs × places × columns, as a server asks: ends as rows of a matrix that is 1 at the node. ONNX has no scattered sum of unknown size before opset 18."""

    def __init__(self, callers, callees, places: int):
        self.callers, self.callees = (torch.eq(ends[:, :, None], torch.arange(places, dtype=torch.float32)).float() for ends in (callers, callees))

    def at_callers(self, state):
        return self.callers @ state

    def at_callees(self, state):
        return self.callees @ state

    def to_callers(self, messages):
        return self.callers.transpose(1, 2) @ messages

    def to_callees(self, messages):
        return self.callees.transpose(1, 2) @ messages

    def of_graphs(self, values):
        return values.sum(1, keepdim=True)

    def at_nodes(self, values):
        return values


class GraphNet(nn.Module):
    def __init__(self, node_columns: int, edge_columns: int, hidden: int, rounds: int, dropout: float = 0.0):
        super().__init__()
        self.hidden = hidden
        self.begin = nn.Linear(node_columns, hidden)
        self.rounds = nn.ModuleList(Round(hidden, edge_columns) for _ in range(rounds))
        self.node_in, self.node_around, self.node_out = nn.Linear(hidden, hidden), nn.Linear(2 * hidden, hidden, bias=False), nn.Linear(hidden, 1)
        self.outside_in, self.outside_out = nn.Linear(2 * hidden, hidden), nn.Linear(hidden, 1)
        self.drop = nn.Dropout(dropout)

    def forward(self, nodes, node_there, links, edges, edge_there):
        """Returns a logit a node, and one of *outside* a graph."""
        state = torch.relu(self.begin(self.drop(nodes))) * node_there
        for each in self.rounds:
            state = each(state, links, edges, edge_there) * node_there
        sums = links.of_graphs(state)
        around = torch.cat([sums / links.of_graphs(node_there), sums / (4 + sums)], -1)
        logits = self.node_out(self.drop(torch.relu(self.node_in(state) + links.at_nodes(self.node_around(around)))))[..., 0]
        return logits, self.outside_out(self.drop(torch.relu(self.outside_in(around))))[..., 0]


class Served(nn.Module):
    """What is exported: one row of numbers a graph in, a share for each place of a node and one for *outside* out."""

    def __init__(self, network: GraphNet, node_columns: int, edge_columns: int, nodes_max: int, edges_max: int):
        super().__init__()
        self.network, self.node_columns, self.edge_columns, self.nodes_max, self.edges_max = network, node_columns, edge_columns, nodes_max, edges_max

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """rows: nodes with a 1 before each that is there, then edges with the rows of caller and callee and a 1 before each that is there."""
        nodes_end = self.nodes_max * (1 + self.node_columns)
        nodes = rows[:, :nodes_end].reshape(-1, self.nodes_max, 1 + self.node_columns)
        edges = rows[:, nodes_end:].reshape(-1, self.edges_max, 3 + self.edge_columns)
        logits, outside = self.network(nodes[:, :, 1:], nodes[:, :, :1], Padded(edges[:, :, 1], edges[:, :, 2], self.nodes_max), edges[:, :, 3:], edges[:, :, :1])
        return torch.softmax(torch.cat([logits - 1e9 * (1 - nodes[:, :, 0]), outside], 1), 1)
