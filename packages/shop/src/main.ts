import { parseArgs } from 'node:util';
import { faultByName, faults } from './model/faults/catalogue.ts';
import { openDemo, type DemoState } from './demo.ts';
import { openExporters } from './sdk/exporters.ts';
import { openFleet } from './sdk/fleet.ts';

/**
 * The demo shop as a process of its own:
 *   node packages/shop/src/main.ts --endpoint http://127.0.0.1:4318 --grpc-endpoint http://127.0.0.1:4317
 * With a parent on the other end of an IPC channel it also takes orders: {type:'fault',name}, {type:'clear'}, {type:'stop'}.
 */

const usualHttp = 'http://127.0.0.1:4318';
const usualGrpc = 'http://127.0.0.1:4317';

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string', default: usualHttp },
    'grpc-endpoint': { type: 'string' },
    'history-minutes': { type: 'string', default: '10' },
    fault: { type: 'string', default: 'slow-database' },
    'fault-minutes': { type: 'string', default: '10' },
    rate: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(`${usage()}\n`);
  process.exit(0);
}

const minuteMs = 60_000;
let told = '';
const fleet = openFleet(openExporters({ http: values.endpoint, grpc: values['grpc-endpoint'] ?? (values.endpoint === usualHttp ? usualGrpc : null) }));
const demo = openDemo({
  seed: positive('seed', values.seed), requestsPerSecond: positive('rate', values.rate), historyMs: positive('history-minutes', values['history-minutes']) * minuteMs,
  firstFault: values.fault === 'none' ? null : knownFault(values.fault), faultMs: positive('fault-minutes', values['fault-minutes']) * minuteMs,
}, fleet, Date.now, tell);

process.on('message', (message: { readonly type?: string; readonly name?: string }) => {
  if (message.type === 'fault' && typeof message.name === 'string') demo.fault(message.name);
  else if (message.type === 'clear') demo.clear();
  else if (message.type === 'stop') demo.stop();
});
process.on('disconnect', () => demo.stop());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => demo.stop());

process.send?.({ type: 'catalogue', faults: faults.map(({ name, title, about }) => ({ name, title, about })) });
await demo.run();
await Promise.race([fleet.shutdown(), new Promise((resolve) => setTimeout(resolve, 2_000))]);
process.exit(0);

function tell(state: DemoState): void {
  if (process.send !== undefined) {
    process.send({ type: 'state', ...state });
    return;
  }
  const active = state.active.map(({ name }) => name).join(', ') || 'none';
  const failed = fleet.failures.count === 0 ? '' : `, ${fleet.failures.count} exports failed (${fleet.failures.last})`;
  const line = state.phase === 'history' ? `sending the past: ${Math.floor(state.progress * 10) * 10} %${failed}` : `live, faults: ${active}${failed}`;
  if (line === told) return;
  told = line;
  process.stderr.write(`${line}\n`);
}

function knownFault(name: string): string {
  try {
    return faultByName(name).name;
  } catch (error) {
    return stop(error instanceof Error ? error.message : String(error));
  }
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : stop(`--${flag} must be a positive number, not "${text}"`);
}

function stop(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function usage(): string {
  return ['Usage: node packages/shop/src/main.ts [--endpoint URL] [--grpc-endpoint URL, else HTTP only unless both are the usual ports] [--history-minutes 10] [--fault slow-database|none|…] [--fault-minutes 10] [--rate 10] [--seed 1]', '', 'Faults:', ...faults.map(({ name, title }) => `  ${name.padEnd(20)} ${title}`)].join('\n');
}
