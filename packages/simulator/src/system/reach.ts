import type { Entry, Operation, Service, System, Topic } from './system.ts';

/** Sets the expected visits and durations of every operation; returns the expected spans of one request of people. */
export function measure(services: readonly Service[], entries: readonly Entry[], topics: readonly Topic[]): number {
  const ordered = services.flatMap((service) => service.operations).sort((a, b) => a.service.layer - b.service.layer);
  for (const operation of ordered) operation.visits = 0;
  const total = entries.reduce((sum, entry) => sum + entry.weight, 0);
  for (const { operation, weight } of entries) operation.visits += weight / total;
  let spans = 0;
  for (const operation of ordered) {
    spans += operation.visits * (1 + spread(operation));
  }
  for (const operation of ordered.toReversed()) operation.meanMs = meanOf(operation);
  for (const topic of topics) topic.operation.meanMs = meanOf(topic.operation);
  return spans;
}

/** Hands the visits on to what the operation calls; spans that it makes itself besides its own. Callees stand in later layers. */
function spread(operation: Operation): number {
  let spans = 0;
  for (const step of operation.steps) {
    const visits = operation.visits * step.probability;
    if (step.kind === 'call') step.operation.visits += visits;
    else if (step.kind === 'publish') step.topic.operation.visits += visits;
    spans += step.probability * (step.kind === 'cached' ? 1.1 : 1);
  }
  return spans;
}

function meanOf(operation: Operation): number {
  const own = operation.selfMs * Math.exp(operation.sigma ** 2 / 2) * 1.1;
  const parts = operation.steps.map((step) => {
    switch (step.kind) {
      case 'call': return step.probability * (step.operation.meanMs + 2 * step.link.wayMs);
      case 'query': return step.probability * step.statement.ms * 1.15;
      case 'cached': return step.probability * (0.6 + 0.1 * (step.statement?.ms ?? 0));
      case 'external': return step.probability * step.ms * 1.15;
      case 'publish': return 2;
    }
  });
  return own + (operation.parallel ? Math.max(0, ...parts) : parts.reduce((sum, part) => sum + part, 0));
}

/** For each service the shares of its usual traffic that each entry brings. */
export function sharesByEntry(system: System, weights: readonly number[]): Float64Array[] {
  const ordered = system.services.flatMap((service) => service.operations).sort((a, b) => a.service.layer - b.service.layer);
  const shares = system.services.map(() => new Float64Array(weights.length));
  for (const [index, entry] of system.entries.entries()) {
    const visits = new Map<Operation, number>([[entry.operation, weights[index]]]);
    for (const operation of ordered) {
      const own = visits.get(operation);
      if (own === undefined) continue;
      shares[operation.service.index][index] += own;
      for (const step of operation.steps) {
        const next = step.kind === 'call' ? step.operation : step.kind === 'publish' ? step.topic.operation : null;
        if (next !== null) visits.set(next, (visits.get(next) ?? 0) + own * step.probability);
      }
    }
  }
  for (const row of shares) {
    const total = row.reduce((sum, share) => sum + share, 0);
    if (total > 0) for (let index = 0; index < row.length; index++) row[index] /= total;
  }
  return shares;
}
