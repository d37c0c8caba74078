import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Finding, FeatureValue, Maintenance, SeriesBand } from '@clew/engine';
import type { BacktestResponse, DetectionResponse, FindingResponse, FindingsResponse, IncidentResponse, IncidentsResponse, ReplayResponse } from './api/types.ts';
import { freePorts, runClew, startServer } from './fixture/child-server.ts';
import { slowService } from './fixture/slow-service.ts';

const minuteMs = 60_000;

/** Half an hour of a service that becomes slow at the end of it, sent at once. */
async function sendService(port: number): Promise<number> {
  const endMs = Math.floor(Date.now() / 10_000) * 10_000 - minuteMs;
  const startMs = endMs - 30 * minuteMs;
  for (const { text } of slowService({ startMs, faultMs: endMs - 4 * minuteMs, endMs })) {
    const response = await fetch(`http://127.0.0.1:${port}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });
    expect(response.status).toBe(200);
  }
  return startMs;
}

test('what people say of a finding and of a cause, and the work they announce, outlives a power cut; a backtest is measured against it', { timeout: 180_000 }, async () => {
  const data = await mkdtemp(join(tmpdir(), 'clew-notices-'));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const ports = await freePorts();
  const url = `http://127.0.0.1:${ports.console}`;
  const get = async <T>(path: string): Promise<T> => (await fetch(`${url}/api/v1${path}`)).json() as Promise<T>;
  const post = async <T>(path: string, body: unknown): Promise<T> => (await fetch(`${url}/api/v1${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json() as Promise<T>;

  const first = await startServer(data, ports);
  const startMs = await sendService(ports.http);
  await expect.poll(async () => (await get<Record<string, number>>('/self')).engine_lag_records, { timeout: 90_000, interval: 500 }).toBe(0);
  let findings: readonly Finding[] = [];
  await expect.poll(async () => (findings = (await get<FindingsResponse>('/findings')).findings).some(({ symptom }) => symptom), { timeout: 60_000, interval: 500 }).toBe(true);
  const finding = findings.find(({ symptom }) => symptom);
  if (finding === undefined) throw new Error('no symptom was found');

  // The band of its series, and the features of its node, come from the engine's thread.
  const band = await get<SeriesBand>(`/series?key=${encodeURIComponent(finding.series)}`);
  expect(band).toMatchObject({ series: finding.series, entity: finding.entity, feature: finding.feature });
  expect(band.points.length).toBeGreaterThan(10);
  const { features } = await get<{ features: FeatureValue[] }>(`/services/${encodeURIComponent(finding.node)}/features`);
  expect(features.find(({ id, value }) => id === 'request_rate' && value !== null)).toBeDefined();

  expect((await post<FindingResponse>(`/findings/${finding.id}/verdict`, { verdict: 'noise' })).finding.verdict).toBe('noise');
  // Answered means that everybody sees it.
  expect((await get<FindingResponse>(`/findings/${finding.id}`)).finding.verdict).toBe('noise');
  // What it changes is seen: who agreed when it opened has less weight on this entity.
  const weighed = async (): Promise<readonly string[]> => (await get<DetectionResponse>('/detection')).detectors.filter(({ weights }) => weights.some(({ entity, weight }) => entity === finding.entity && weight < 1)).map(({ id }) => id);
  const less = await weighed();
  expect(less.length).toBeGreaterThan(0);
  expect(finding.detectors).toEqual(expect.arrayContaining([...less]));
  // The cause of an incident, as a person says it.
  let incidentIds: readonly string[] = [];
  await expect.poll(async () => (incidentIds = (await get<IncidentsResponse>('/incidents')).incidents.map(({ id }) => id)).length, { timeout: 60_000, interval: 500 }).toBeGreaterThan(0);
  const incidentPath = `/incidents/${encodeURIComponent(incidentIds[0])}`;
  const cause = (await post<IncidentResponse>(`${incidentPath}/verdict`, { cause: finding.node })).incident.verdict;
  expect(cause?.cause).toBe(finding.node);
  expect((await get<IncidentResponse>(incidentPath)).incident.verdict).toEqual(cause);
  const announced = await post<Maintenance>('/maintenance', { entity: null, to: Date.now() + 60 * minuteMs, reason: 'new disks' });
  expect((await get<DetectionResponse>('/detection')).maintenance).toContainEqual(announced);
  // Nobody gets there through the doors for telemetry.
  expect((await fetch(`http://127.0.0.1:${ports.http}/v1/notice`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"kind":"finding_verdict"}' })).status).toBe(404);
  await first.kill();

  const second = await startServer(data, ports);
  onTestFinished(() => second.kill());
  await expect.poll(async () => (await get<FindingResponse>(`/findings/${finding.id}`)).finding?.verdict, { timeout: 60_000, interval: 300 }).toBe('noise');
  expect((await get<DetectionResponse>('/detection')).maintenance).toContainEqual(announced);

  expect((await get<IncidentResponse>(incidentPath)).incident.verdict).toEqual(cause);

  const begun = await post<BacktestResponse>('/backtests', { from: startMs + 20 * minuteMs, to: startMs + 30 * minuteMs, detectors: null, against: ['share'] });
  let backtest = begun;
  await expect.poll(async () => (backtest = await get<BacktestResponse>(`/backtests/${begun.id}`)).state, { timeout: 90_000, interval: 500 }).not.toBe('running');
  expect([backtest.state, backtest.reason]).toEqual(['done', '']);
  expect(backtest.result?.marks).toEqual({ real: 0, noise: 1, unknown: 0 });
  expect(backtest.result?.a.findings).toBeGreaterThan(0);

  expect(await runClew(['verdict', finding.id, 'clear', '--server', url])).toMatchObject({ code: 0, out: expect.stringContaining('nothing is said of it any more') });
  expect((await get<FindingResponse>(`/findings/${finding.id}`)).finding.verdict).toBeNull();
  expect(await weighed()).toEqual([]);
  // The same log through the same engine tells of the same incident.
  const replayed = await runClew(['incident', 'replay', incidentIds[0], '-o', 'json', '--server', url]);
  expect(replayed.code).toBe(0);
  const { kept, today } = JSON.parse(replayed.out) as ReplayResponse;
  expect(today).toMatchObject({ id: kept.id, onsetMs: kept.onsetMs, openedMs: kept.openedMs });
  expect(today?.explanation.causes.map(({ entity }) => entity)[0]).toBe(kept.explanation.causes.map(({ entity }) => entity)[0]);

  expect(await runClew(['incident', 'verdict', incidentIds[0], '--clear', '--server', url])).toMatchObject({ code: 0, out: expect.stringContaining('Nothing is said of its cause any more') });
  expect((await get<IncidentResponse>(incidentPath)).incident.verdict).toBeNull();
  expect(await runClew(['maintenance', 'end', announced.id, '--server', url])).toMatchObject({ code: 0 });
  expect((await get<DetectionResponse>('/detection')).maintenance).not.toContainEqual(announced);
});
