/** Telemetry whose every name is markup. Shown as text it is harmless; anything else sets `window.owned`. */
export const hostile = '<img src=x onerror="window.owned=1">';

const value = (stringValue: string): { readonly stringValue: string } => ({ stringValue });
const attributes = [{ key: hostile, value: value(hostile) }, { key: 'app.note', value: value(hostile) }];

/** Sends a trace, a log line and a metric to OTLP/HTTP; gives the trace's id. */
export async function sendHostile(endpoint: string): Promise<string> {
  const traceId = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const nowNs = `${Date.now()}000000`;
  const laterNs = `${Date.now() + 5}000000`;
  const resource = { attributes: [{ key: 'service.name', value: value(hostile) }, { key: 'service.version', value: value(hostile) }, ...attributes] };
  const scope = { name: hostile, version: hostile };
  const span = { traceId, spanId: '00000000000000aa', name: hostile, kind: 2, startTimeUnixNano: nowNs, endTimeUnixNano: laterNs, attributes, status: { code: 2, message: hostile }, events: [{ timeUnixNano: nowNs, name: hostile, attributes }] };
  const log = { timeUnixNano: nowNs, severityNumber: 17, severityText: hostile, body: value(hostile), attributes, traceId, spanId: '00000000000000aa' };
  const gauge = { name: hostile, unit: hostile, description: hostile, gauge: { dataPoints: [{ timeUnixNano: nowNs, asDouble: 1, attributes }] } };
  await post(`${endpoint}/v1/traces`, { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }] });
  await post(`${endpoint}/v1/logs`, { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: [log] }] }] });
  await post(`${endpoint}/v1/metrics`, { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: [gauge] }] }] });
  return traceId;
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}
