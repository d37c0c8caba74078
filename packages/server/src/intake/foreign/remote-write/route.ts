import type { IncomingHttpHeaders } from 'node:http';
import { CodedError, errorTable } from '../../../errors.ts';
import type { Partial } from '../../receive.ts';
import { failureText } from '../answers.ts';
import { textReply } from '../route.ts';
import type { ForeignRoute, Reply } from '../route.ts';
import { makeMemory } from './memory.ts';
import { readVersion1 } from './read-v1.ts';
import { readVersion2 } from './read-v2.ts';
import { toOtlp } from './to-otlp.ts';
import type { WrittenMetrics } from './to-otlp.ts';

/** Prometheus remote write 1.0 and 2.0 (prometheus.io/docs/specs/prw), at the path at which Prometheus itself takes it. */
export function makeRemoteWriteRoute(): ForeignRoute {
  const memory = makeMemory();
  return {
    path: '/api/v1/write',
    name: 'remote write',
    signal: 'metrics',
    isSnappy: true,
    checkType: (headers) => { versionOf(headers); },
    read({ body, headers, source, itemsMax }) {
      const request = versionOf(headers) === 1 ? readVersion1(body, itemsMax) : readVersion2(body, itemsMax);
      const metrics = toOtlp(request, source, memory);
      return { body: metrics.body, items: metrics.items, refusals: metrics.refused.list(), answer: (partial) => answer(metrics, partial) };
    },
    refuse: (error) => textReply(errorTable[error.code].http, failureText(error)),
  };
}

/** Without `proto` it is version 1. */
function versionOf(headers: IncomingHttpHeaders): 1 | 2 {
  const [type, ...parameters] = (headers['content-type'] ?? 'none').toLowerCase().split(';').map((each) => each.trim());
  const proto = parameters.find((each) => each.startsWith('proto='))?.slice('proto='.length).replaceAll('"', '') ?? 'prometheus.writerequest';
  if (type === 'application/x-protobuf' && proto === 'prometheus.writerequest') return 1;
  if (type === 'application/x-protobuf' && proto === 'io.prometheus.write.v2.request') return 2;
  throw new CodedError('unsupported_type', (headers['content-type'] ?? 'none').slice(0, 200), { detail: 'Remote write is application/x-protobuf, alone or with proto=prometheus.WriteRequest or proto=io.prometheus.write.v2.Request.' });
}

/**
 * 204, or 400 when samples were refused: senders do not send a 400 again, and the rest has been kept. An exemplar alone
 * is no reason to say that a sample failed: the counts in the headers tell of it.
 */
function answer({ written, refused }: WrittenMetrics, partial: Partial): Reply {
  const lost = partial?.rejected ?? 0;
  const headers = {
    'x-prometheus-remote-write-samples-written': String(written.samples - Math.max(0, lost - written.histograms)),
    'x-prometheus-remote-write-histograms-written': String(Math.max(0, written.histograms - lost)),
    'x-prometheus-remote-write-exemplars-written': String(written.exemplars),
  };
  const isFailure = partial !== null || refused.list().some(({ reason }) => reason !== 'remote_write.exemplar_alone');
  return isFailure ? textReply(400, `Kept ${written.samples + written.histograms - lost} samples and histograms, refused: ${refused.words(partial)}\n`, headers) : textReply(204, '', headers);
}
