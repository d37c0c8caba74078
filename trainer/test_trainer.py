"""python3 -m unittest discover trainer: the trainer's own arithmetic. Nothing else runs this."""
import unittest

import numpy as np
import torch

import score
from export import packed
from network import Autoencoder, corrupt


class TrainerTest(unittest.TestCase):
    def test_average_precision_of_a_perfect_and_of_an_upside_down_order(self):
        faulty = np.array([True, False, False, True])
        self.assertAlmostEqual(score.precision_recall_area(np.array([4.0, 1, 2, 3]), faulty), 1)
        self.assertAlmostEqual(score.precision_recall_area(np.array([1.0, 4, 3, 2]), faulty), (1 / 3 + 2 / 4) / 2)

    def test_what_is_not_known_does_not_count(self):
        values, masks = np.array([[[2.0, 9.0], [2.0, 9.0]]]), np.array([[[1.0, 0.0], [1.0, 0.0]]])
        means = score.slot_means(values, masks, 0, 2)
        self.assertAlmostEqual(means[0, 0], 4 / np.sqrt(2))
        self.assertTrue(np.isnan(means[0, 1]))
        self.assertAlmostEqual(score.scores(values, masks, 0, 2, np.array([1.0, 1.0]))[0], 4 / np.sqrt(2))

    def test_corruption_spoils_the_newest_panes_alone_and_never_invents_values(self):
        generator = torch.Generator().manual_seed(1)
        clean = torch.zeros(200, 10, 2, 4)
        clean[:, :, 1, :3] = 1
        spoilt = corrupt(clean.reshape(200, -1), 10, 4, 1.0, generator).reshape(200, 10, 2, 4)
        self.assertTrue(bool((spoilt[:, :, :, 3] == 0).all()))
        self.assertTrue(bool((spoilt[:, :, 1] <= clean[:, :, 1]).all()))
        touched = ((spoilt != clean).any(2)).float()
        self.assertTrue(bool((touched[:, 1:] >= touched[:, :-1]).all()))
        self.assertTrue(bool((corrupt(clean.reshape(200, -1), 10, 4, 0.0, generator).reshape(clean.shape) == clean).all()))

    def test_the_packed_weights_are_all_there(self):
        network = Autoencoder(30, 8, 5, 3)
        self.assertEqual(len(packed(network)), 4 * 5 * (16 + 5 + 1) + 3 * 6 + 4 * 5 * (3 + 5 + 1) + 8 * 6)


if __name__ == '__main__':
    unittest.main()
