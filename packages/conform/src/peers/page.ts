import { items, itemOf, sectionNames, sectionOf } from '../items/table.ts';
import type { JsonReport, JsonResult } from '../report/json.ts';
import { argumentOf } from './argument.ts';
import type { Compared } from './compare.ts';

type Judged = Compared & { readonly report: JsonReport };
const quotedMax = 260;

/** docs/conformance.md from what every receiver did. */
export function toPage(compared: readonly Compared[]): string {
  const judged = compared.filter((each): each is Judged => each.report !== null);
  return [
    intro(compared), '## Who was judged', receivers(compared), '## MUST and SHOULD that do not hold', failures(judged),
    '## Differences, item by item', differences(judged), '## Not seen from outside', unseen(),
  ].join('\n\n').concat('\n');
}

const runsOf = ({ report }: Judged, test: (result: JsonResult) => boolean): number => report.results.filter(test).length;
const casesOf = (results: readonly JsonResult[]): number => new Set(results.map(({ item, name }) => `${item} ${name}`)).size;

function intro(compared: readonly Compared[]): string {
  const clew = compared.find(({ report }) => report !== null)?.report;
  const cases = casesOf(clew?.results ?? []);
  return `# Conformance

\`clew-conform\` asks any OTLP receiver ${cases} questions in ${clew?.results.length ?? 0} runs (four signals, three encodings, where each applies), under the numbers of a checklist of ${items.length} items. Each rests on a sentence that is named: a section of the OTLP specification, a published .proto file, another standard, or nothing, and then it is a policy.

\`\`\`
npm run conform -- http://127.0.0.1:4318 grpc://127.0.0.1:4317            # a table
npm run conform -- http://127.0.0.1:4318 --only 37,64-78 --save kept       # some items, with every request and answer kept as files
npm run conform -- --list                                                  # all cases, and the items that have none
npm run conform:peers                                                      # this page
\`\`\`

- **pass**, **fail**: a sentence with MUST or SHOULD holds, or does not.
- **differs**: the specification leaves the choice, and the receiver chose otherwise than Clew. That is no failure.
- **skipped**: it cannot be asked there: no such signal, no gRPC, nothing to read back from, too heavy without \`--slow\`.

It is a client of its own: it shares no code with Clew, and judges by protobufjs on the published .proto files. A receiver that does not take one good item at a door (a signal in an encoding) is asked nothing more there. A \`partial_success\` that is set but empty means the same as none, so one case minds it and all others let it pass.

This page is written by \`npm run conform:peers\`, which starts each receiver on this machine in turn; \`npm run peers\` builds them. Commands below are for ports 4318 and 4317; where there is only \`--only …\`, the request is large, or there are several: the suite sends it again and keeps it. Limits are set to 1 MiB where they can be, so that they are tested with small bodies; waiting for slow clients is tested on Clew alone, whose time-outs are set to 3 s here.`;
}

function receivers(compared: readonly Compared[]): string {
  const rows = compared.map((each) => {
    if (each.report === null) return `| ${each.name} | ${each.version} | | ${each.missing} | | | | | |`;
    const judged = each as Judged;
    const fails = (level: string): number => runsOf(judged, (result) => result.outcome === 'fail' && result.level === level);
    const { pass, differs, skipped } = each.report.tally;
    return `| ${each.name} | ${each.version} | ${each.day ?? ''} | ${each.about} | ${pass} | ${fails('MUST')} | ${fails('SHOULD')} | ${differs} | ${skipped} |`;
  });
  return `Runs, by outcome.\n\n| receiver | version | judged on | set up | pass | MUST fails | SHOULD fails | policy differs | skipped |\n|---|---|---|---|---:|---:|---:|---:|---:|\n${rows.join('\n')}`;
}

/** Commands are whole or not at all: a longer one is kept by `--save`. Addresses are put back to the usual ports. */
const commandMax = 900;
function again({ report }: Judged, { id, exchanges }: JsonResult): string {
  const command = exchanges.at(-1)?.again ?? '';
  if (command === '' || command.length > commandMax || command.includes('@BODY')) return `--only ${id.split('/').slice(2).join('/')} --save FOLDER`;
  const usual = (text: string, address: string | null, port: number): string => (address === null ? text : text.replaceAll(new URL(address).host, `127.0.0.1:${port}`));
  return usual(usual(command, report.target.http, 4318), report.target.grpc, 4317);
}

const clip = (text: string): string => (text.length <= quotedMax ? text : `${text.slice(0, quotedMax)}…`);
/** In a code span of a table cell. */
const code = (text: string, isWhole = false): string => `\`${(isWhole ? text : clip(text)).replaceAll('`', "'").replaceAll('|', '\\|').replaceAll('\n', ' ')}\``;

/** Each failing case of a receiver once, with the doors where it fails, and the first request that shows it. */
function failures(judged: readonly Judged[]): string {
  return judged.map((each) => {
    const { name, version, report } = each;
    const groups = Map.groupBy(report.results.filter(({ outcome }) => outcome === 'fail'), (result) => `${result.item} ${result.name}`);
    if (groups.size === 0) return `### ${name} ${version}\n\nNone.`;
    const rows = [...groups.values()].toSorted((a, b) => a[0].item - b[0].item || a[0].level.localeCompare(b[0].level)).map((runs) => {
      const [first] = runs;
      const all = report.results.filter((run) => run.item === first.item && run.name === first.name && run.outcome !== 'skipped').length;
      return `| ${first.item} | ${first.level} | ${first.name} | ${runs.length} of ${all}: ${doorsOf(runs)} | ${code(first.reason)} | ${code(again(each, first), true)} |`;
    });
    return `### ${name} ${version}\n\n| item | level | case | where | what came | again |\n|---:|---|---|---|---|---|\n${rows.join('\n')}`;
  }).join('\n\n');
}

/** `traces, logs × json, protobuf`. */
function doorsOf(runs: readonly JsonResult[]): string {
  const doors = runs.map(({ id }) => id.split('/').slice(3)).filter(({ length }) => length === 2);
  const [signals, encodings] = [0, 1].map((at) => [...new Set(doors.map((door) => door[at]))]);
  return doors.length === 0 ? '' : `${signals.join(', ')} × ${encodings.join(', ')}`;
}

function cell({ report }: Judged, number: number): string {
  const runs = report.results.filter(({ item, outcome }) => item === number && outcome !== 'skipped');
  if (runs.length === 0) return '–';
  const [fail, differs] = ['fail', 'differs'].map((outcome) => runs.filter((run) => run.outcome === outcome).length);
  if (fail > 0) return `**${fail} fail**${differs > 0 ? `, ${differs} differ` : ''} of ${runs.length}`;
  return differs > 0 ? `${differs} differ of ${runs.length}` : 'pass';
}

/** Items about which any two receivers do not agree. */
export function disputedItems(judged: readonly { readonly report: JsonReport }[]): readonly number[] {
  return items.map(({ number }) => number).filter((number) => judged.some(({ report }) => report.results.some(({ item, outcome }) => item === number && (outcome === 'fail' || outcome === 'differs'))));
}

function differences(judged: readonly Judged[]): string {
  const disputed = disputedItems(judged);
  const head = `| item | level | the sentence, in our words | ${judged.map(({ name }) => name).join(' | ')} |\n|---:|---|---|${judged.map(() => '---').join('|')}|`;
  const sections = sectionNames.flatMap((section) => {
    const numbers = disputed.filter((number) => sectionOf(number) === section);
    if (numbers.length === 0) return [];
    const rows = numbers.map((number) => `| ${number} | ${itemOf(number).level} | ${itemOf(number).sentence} (${itemOf(number).source}) | ${judged.map((each) => cell(each, number)).join(' | ')} |`);
    const reasons = numbers.map((number) => `- **${number}.** ${argumentOf(number)}`);
    return [`### ${section}\n\n${head}\n${rows.join('\n')}\n\n${reasons.join('\n')}`];
  });
  const isAsked = (number: number): boolean => judged.some(({ report }) => report.results.some(({ item, outcome }) => item === number && outcome !== 'skipped'));
  const undisputed = items.filter(({ number, untestable }) => untestable === '' && !disputed.includes(number)).map(({ number }) => number);
  return `Runs that fail or differ, of those that could be asked. All receivers pass what they could be asked of items ${undisputed.filter(isAsked).join(', ')}. Not asked here, for want of credentials, certificates, allowed origins, other paths or time: ${undisputed.filter((number) => !isAsked(number)).join(', ')}; Clew's own tests and its nightly run ask them.\n\n${sections.join('\n\n')}`;
}

function unseen(): string {
  return items.filter(({ untestable }) => untestable !== '').map(({ number, sentence, untestable }) => `- **${number}** ${sentence} Not tested: ${untestable}.`).join('\n');
}
