import type { StoredSpan } from '@clew/engine';
import { sayPlain } from '../words/name.ts';
import { sayMs } from '../words/quantity.ts';
import { toStamp } from './show.ts';
import type { Style } from './tables.ts';

const barWidth = 40;
const nameWidthMax = 60;
/** A terminal is no place for more; -o json has them all. */
const linesMax = 2_000;
const indentMax = 20;

interface Line { readonly span: StoredSpan; readonly depth: number }

/** A trace as a tree of spans with their time as bars. Spans whose parent is not stored stand at the left like roots. */
export function drawTrace(spans: readonly StoredSpan[], { paint, names }: Style, total = spans.length): string {
  if (spans.length === 0) return 'No spans.\n';
  const fromMs = spans.reduce((least, span) => Math.min(least, span.startMs), Infinity);
  const toMs = spans.reduce((most, span) => Math.max(most, span.startMs + span.durationMs), -Infinity);
  const errors = spans.filter(({ status }) => status === 'error').length;
  const services = new Set(spans.map(({ service }) => service)).size;
  const lines = arrange(spans).slice(0, linesMax);
  const label = ({ span, depth }: Line): string => '  '.repeat(Math.min(depth, indentMax)) + sayPlain(span.name, nameWidthMax);
  const serviceName = ({ span }: Line): string => sayPlain(names.of(span.service), nameWidthMax);
  const nameWidth = Math.max(...lines.map((line) => label(line).length));
  const serviceWidth = Math.max(...lines.map((line) => serviceName(line).length));
  const body = lines.map((line) => {
    const { span } = line;
    const said = span.status === 'error' ? paint('red', `  error${span.statusMessage === '' ? '' : `: ${sayPlain(span.statusMessage)}`}`) : '';
    return `${label(line).padEnd(nameWidth)}  ${serviceName(line).padEnd(serviceWidth)}  ${bar(span, fromMs, toMs)}  ${sayMs(span.durationMs).padStart(9)}${said}`;
  });
  const head = `trace ${spans[0].traceId} · ${count(total, 'span')} · ${count(services, 'service')} · ${count(errors, 'error')} · ${sayMs(toMs - fromMs)} · ${toStamp(fromMs)}`;
  const left = total - lines.length;
  return `${[head, '', ...body, ...(left > 0 ? [`and ${left} more spans; -o json has them all`] : [])].join('\n')}\n`;
}

/** Depth first, children by start time. Every span once, whatever its parent says: a cycle has no root and is shown from its first span. */
function arrange(spans: readonly StoredSpan[]): Line[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = Map.groupBy(spans, (span) => (ids.has(span.parentId) && span.parentId !== span.spanId ? span.parentId : ''));
  const byStart = (list: readonly StoredSpan[]): StoredSpan[] => list.toSorted((a, b) => (a.startMs === b.startMs ? b.durationMs - a.durationMs : a.startMs - b.startMs));
  const seen = new Set<StoredSpan>();
  const lines: Line[] = [];
  const walk = (roots: readonly StoredSpan[]): void => {
    // A stack of its own: traces can be deeper than the call stack.
    const stack: Line[] = byStart(roots).map((span) => ({ span, depth: 0 })).reverse();
    for (let line = stack.pop(); line !== undefined; line = stack.pop()) {
      if (seen.has(line.span)) continue;
      seen.add(line.span);
      lines.push(line);
      const { depth } = line;
      stack.push(...byStart(children.get(line.span.spanId) ?? []).map((span) => ({ span, depth: depth + 1 })).reverse());
    }
  };
  walk(children.get('') ?? []);
  for (const span of spans) if (!seen.has(span)) walk([span]);
  return lines;
}

function bar({ startMs, durationMs }: StoredSpan, fromMs: number, toMs: number): string {
  const whole = Math.max(toMs - fromMs, 1e-6);
  const start = Math.min(barWidth - 1, Math.floor(((startMs - fromMs) / whole) * barWidth));
  const length = Math.min(barWidth - start, Math.max(1, Math.round((durationMs / whole) * barWidth)));
  return `${' '.repeat(start)}${'█'.repeat(length)}`.padEnd(barWidth);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
