/**
 * Shapley values (1953): how much of value(everybody) − value(nobody) each player brings, averaged over all orders of joining.
 * Exact up to `exactMax` players; beyond, over random orders and their reverses (antithetic sampling, Mitchell et al. 2022),
 * so that shares still add up to the whole.
 */
export function shapley(players: number, value: (joined: readonly boolean[]) => number, { exactMax = 6, orders = 64, dice }: { readonly exactMax?: number; readonly orders?: number; readonly dice: () => number }): Float64Array {
  return players <= exactMax ? exact(players, value) : sampled(players, value, orders, dice);
}

function exact(players: number, value: (joined: readonly boolean[]) => number): Float64Array {
  const values = new Float64Array(2 ** players);
  const joined: boolean[] = [];
  for (let set = 0; set < values.length; set++) {
    for (let player = 0; player < players; player++) joined[player] = (set >> player) % 2 === 1;
    values[set] = value(joined);
  }
  // 1 ÷ (players · (players − 1 choose size))
  const weights = [1 / Math.max(1, players)];
  for (let size = 1; size < players; size++) weights.push((weights[size - 1] * size) / (players - size));
  const shares = new Float64Array(players);
  for (let set = 0; set < values.length; set++) {
    let size = 0;
    for (let player = 0; player < players; player++) size += (set >> player) % 2;
    for (let player = 0; player < players; player++) {
      if ((set >> player) % 2 === 0) shares[player] += weights[size] * (values[set | (1 << player)] - values[set]);
    }
  }
  return shares;
}

function sampled(players: number, value: (joined: readonly boolean[]) => number, orders: number, dice: () => number): Float64Array {
  const shares = new Float64Array(players);
  const nobody = value(Array.from({ length: players }, () => false));
  const walk = (order: readonly number[]): void => {
    const joined = Array.from({ length: players }, () => false);
    let known = nobody;
    for (const player of order) {
      joined[player] = true;
      const now = value(joined);
      shares[player] += now - known;
      known = now;
    }
  };
  const order = Array.from({ length: players }, (_, player) => player);
  const pairs = Math.max(1, orders >> 1);
  for (let pair = 0; pair < pairs; pair++) {
    for (let at = players - 1; at > 0; at--) {
      const other = Math.floor(dice() * (at + 1));
      [order[at], order[other]] = [order[other], order[at]];
    }
    walk(order);
    walk(order.toReversed());
  }
  return shares.map((share) => share / (2 * pairs));
}
