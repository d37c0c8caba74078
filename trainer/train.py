"""python3 trainer/train.py --data <folder of windows.ts> --out <folder> [--trials 10] [--epochs 6] [--searched <report.json>]

Chooses hyper-parameters with Optuna, trains with a fixed seed, and writes autoencoder.onnx, weights.json (for the typed arrays)
and report.json. Nothing that Clew's tests or its users run needs this.
"""
import argparse
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import optuna
import torch

import score
from export import export
from network import Autoencoder, corrupt

SEED = 20261122
JUDGED = 6
SPACE = {'hidden': [16, 24, 32], 'gist': (3, 12), 'rate': (1e-3, 1e-2), 'spoilt': (0.0, 0.8), 'panes': [1, 2, 3, 6]}


def load(folder: Path, part: str, shape):
    inputs = np.fromfile(folder / f'{part}.f32', dtype='<f4').reshape(-1, shape['panes'] * 2 * shape['slots'])
    return inputs, np.fromfile(folder / f'{part}.kinds', dtype='i1')


def train(inputs: np.ndarray, shape, choice, epochs: int, seed: int) -> Autoencoder:
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    network = Autoencoder(shape['panes'], shape['slots'], choice['hidden'], choice['gist'])
    data = torch.from_numpy(inputs)
    batch = 256
    steps = epochs * (len(data) // batch)
    optimiser = torch.optim.Adam(network.parameters(), lr=choice['rate'])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=choice['rate'], total_steps=steps)
    weight = torch.where(torch.arange(shape['panes']) < JUDGED, 3.0, 1.0)[None, :, None]
    for _ in range(epochs):
        order = torch.randperm(len(data), generator=generator)
        for start in range(0, len(data) - batch + 1, batch):
            clean = data[order[start:start + batch]]
            told = network(corrupt(clean, shape['panes'], shape['slots'], choice['spoilt'], generator), shape['panes'])
            rows = clean.reshape(-1, shape['panes'], 2, shape['slots']).flip(1)
            loss = ((told - rows[:, :, 0]) ** 2 * rows[:, :, 1] * weight).sum() / (rows[:, :, 1] * weight).sum()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
    return network.eval()


def tell(network: Autoencoder, inputs: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return np.concatenate([network(torch.from_numpy(inputs[start:start + 1024]), JUDGED).numpy() for start in range(0, len(inputs), 1024)])


def judge(network, quiet, inputs, shape, panes: int):
    """Scores of the windows by the network, and by the same rule with nothing told (the trivial reconstruction)."""
    arguments = (shape['panes'], shape['slots'], JUDGED)
    quiet_rows, rows = score.newest(quiet, *arguments), score.newest(inputs, *arguments)
    deviation = score.deviations(*quiet_rows, tell(network, quiet), panes)
    plain = score.deviations(*quiet_rows, 0, panes)
    return score.scores(*rows, tell(network, inputs), panes, deviation), score.scores(*rows, 0, panes, plain), deviation


def measures(name: str, value: np.ndarray, kinds: np.ndarray, names) -> dict:
    faulty = kinds >= 0
    return {
        'method': name, 'average precision': score.precision_recall_area(value, faulty),
        'recall at 1 % of quiet': score.recall_at(value, faulty, 0.01), 'recall at 0.1 % of quiet': score.recall_at(value, faulty, 0.001),
        'recall at 1 % by kind': {kind: score.recall_at(value[~faulty | (kinds == index)], faulty[~faulty | (kinds == index)], 0.01) for index, kind in enumerate(names) if (kinds == index).any()},
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--trials', type=int, default=10)
    parser.add_argument('--epochs', type=int, default=6)
    parser.add_argument('--searched', type=Path, help='report.json of a training whose search is taken over')
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    made = json.loads((asked.data / 'windows.json').read_text())
    shape = {'panes': made['windowPanes'], 'slots': len(made['slots'])}
    began = time.time()
    inputs, _ = load(asked.data, 'train', shape)
    choose, choose_kinds = load(asked.data, 'choose', shape)
    quiet = inputs[::5]

    def objective(trial: optuna.Trial) -> float:
        choice = {
            'hidden': trial.suggest_categorical('hidden', SPACE['hidden']), 'gist': trial.suggest_int('gist', *SPACE['gist']),
            'rate': trial.suggest_float('rate', *SPACE['rate'], log=True), 'spoilt': trial.suggest_float('spoilt', *SPACE['spoilt']),
            'panes': trial.suggest_categorical('panes', SPACE['panes']),
        }
        network = train(inputs[::3], shape, choice, max(2, asked.epochs // 2), SEED)
        value, _, _ = judge(network, quiet, choose, shape, choice['panes'])
        return score.precision_recall_area(value, choose_kinds >= 0)

    if asked.searched is None:
        study = optuna.create_study(direction='maximize', sampler=optuna.samplers.TPESampler(seed=SEED))
        study.optimize(objective, n_trials=asked.trials)
        choice, trials, searched, trial_epochs = study.best_params, [{'value': trial.value, **trial.params} for trial in study.trials], made, max(2, asked.epochs // 2)
    else:
        earlier = json.loads(asked.searched.read_text())
        choice, trials, searched, trial_epochs = earlier['choice'], earlier['trials'], earlier['searchedOn'], earlier['trialEpochs']
    network = train(inputs, shape, choice, asked.epochs, SEED)
    measured, deviation = {}, None
    for part, names in made['faultKinds'].items():
        if not (asked.data / f'{part}.f32').exists():
            print(f'{part}: not measured, its windows are not there')
            continue
        windows, kinds = load(asked.data, part, shape)
        told, plain, deviation = judge(network, quiet, windows, shape, choice['panes'])
        far = np.abs(windows.reshape(-1, shape['panes'], 2, shape['slots'])[:, :, 0]).max((1, 2))
        rows = (('autoencoder', told), ('the same rule, nothing told', plain), ('largest deviation in the window', far))
        measured[part] = {'windows': len(windows), 'in a fault': int((kinds >= 0).sum()), 'rows': [measures(*each, kinds, names) for each in rows]}
    test, _ = load(asked.data, 'test', shape)
    report = {
        'made': made, 'seed': SEED, 'space': SPACE, 'choice': choice, 'epochs': asked.epochs, 'judgedPanes': choice['panes'],
        'trials': trials, 'trialEpochs': trial_epochs, 'searchedOn': {key: searched[key] for key in ('source', 'services', 'simulations') if key in searched},
        'windows': {'train': len(inputs), 'choose': len(choose)},
        'torch': torch.__version__, 'optuna': optuna.__version__, 'seconds': round(time.time() - began),
        'dataSha256': hashlib.sha256((asked.data / 'train.f32').read_bytes()).hexdigest(),
        'measured': measured,
    }
    export(network, asked.out, JUDGED, deviation, choice['panes'], test[:: len(test) // 6][:6], report)
    print(json.dumps({key: report[key] for key in ('choice', 'seconds', 'measured')}, indent=1))


if __name__ == '__main__':
    main()
