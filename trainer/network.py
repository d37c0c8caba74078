"""The autoencoder: an LSTM reads the window, a narrow layer keeps its gist, a second LSTM tells the newest panes from it.

After Malhotra et al. 2016 (EncDec-AD: the decoder goes backwards in time) and Vincent et al. 2008 (denoising). It departs from
them in that the gist is narrower than the state, that the decoder reads the gist at every step, and that a mask says what was
not reported.
"""
import torch
from torch import nn


class Autoencoder(nn.Module):
    def __init__(self, panes: int, slots: int, hidden: int, gist: int):
        super().__init__()
        self.panes, self.slots = panes, slots
        self.encoder = nn.LSTM(2 * slots, hidden, batch_first=True)
        self.narrow = nn.Linear(hidden, gist)
        self.decoder = nn.LSTM(gist, hidden, batch_first=True)
        self.tell = nn.Linear(hidden, slots)

    def forward(self, inputs: torch.Tensor, told: int) -> torch.Tensor:
        """inputs: windows × (panes · 2 · slots). Returns windows × told × slots, the newest pane first."""
        _, (state, _) = self.encoder(inputs.reshape(-1, self.panes, 2 * self.slots))
        gist = torch.tanh(self.narrow(state[0]))
        steps, _ = self.decoder(gist.unsqueeze(1).expand(-1, told, -1))
        return self.tell(steps)


class Served(nn.Module):
    """What is exported: flat in, flat out, and only the panes that are judged."""

    def __init__(self, network: Autoencoder, judged: int):
        super().__init__()
        self.network, self.judged = network, judged

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        return self.network(windows, self.judged).reshape(-1, self.judged * self.network.slots)


def corrupt(inputs: torch.Tensor, panes: int, slots: int, share: float, generator: torch.Generator) -> torch.Tensor:
    """Spoils that share of the windows: one or two slots are shifted, or lost, over the newest panes. The target stays clean."""
    rows = inputs.reshape(-1, panes, 2, slots).clone()
    count = rows.shape[0]
    dice = lambda *shape: torch.rand(*shape, generator=generator)
    spoilt = dice(count) < share
    chosen = dice(count, slots) < 1.7 / slots
    length = torch.ceil(panes * dice(count) ** 2)
    when = torch.arange(panes)[None, :] >= panes - length[:, None]
    where = (when[:, :, None] & chosen[:, None, :] & spoilt[:, None, None]).float()
    shift = (0.5 + 2.5 * dice(count, slots)) * torch.sign(dice(count, slots) - 0.5)
    lost = (dice(count, slots) < 0.3)[:, None, :].float() * where
    rows[:, :, 0] = (rows[:, :, 0] + where * shift[:, None, :]) * rows[:, :, 1] * (1 - lost)
    rows[:, :, 1] = rows[:, :, 1] * (1 - lost)
    return rows.reshape(count, -1)
