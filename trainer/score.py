"""How far a window is from what the network told of it, and how well that separates faults from quiet. The same rule is served."""
import numpy as np


def newest(inputs: np.ndarray, panes: int, slots: int, judged: int):
    """Values and masks of the newest panes, the newest first."""
    rows = inputs.reshape(-1, panes, 2, slots)[:, ::-1][:, :judged]
    return rows[:, :, 0], rows[:, :, 1]


def deviations(values: np.ndarray, masks: np.ndarray, told: np.ndarray, panes: int) -> np.ndarray:
    """Per slot: standard deviation, over quiet windows, of √n · mean residual of the newest panes. 99 % winsorised."""
    means = slot_means(values, masks, told, panes)
    result = []
    for slot in range(means.shape[1]):
        known = means[:, slot][~np.isnan(means[:, slot])]
        edge = np.quantile(np.abs(known), 0.99)
        result.append(float(np.sqrt(np.mean(np.clip(known, -edge, edge) ** 2))))
    return np.array(result)


def slot_means(values, masks, told, panes):
    """√n · mean residual of every slot over its known values among the newest `panes`; NaN: none known."""
    residual = ((values - told) * masks)[:, :panes].sum(1)
    known = masks[:, :panes].sum(1)
    with np.errstate(invalid='ignore', divide='ignore'):
        return np.where(known > 0, residual / np.sqrt(known), np.nan)


def scores(values, masks, told, panes, deviation):
    """Root of the mean square over the slots that are known."""
    return np.sqrt(np.nanmean((slot_means(values, masks, told, panes) / deviation) ** 2, axis=1))


def precision_recall_area(score: np.ndarray, faulty: np.ndarray) -> float:
    """Average precision."""
    order = np.argsort(-score, kind='stable')
    hits = faulty[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float((precision * hits).sum() / hits.sum())


def recall_at(score: np.ndarray, faulty: np.ndarray, quiet_share: float) -> float:
    """Share of faulty windows above what `quiet_share` of the quiet ones exceed."""
    return float((score[faulty] > np.quantile(score[~faulty], 1 - quiet_share)).mean())
