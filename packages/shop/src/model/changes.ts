import { deploy } from './instances.ts';
import { Severity } from './records.ts';
import { rankingFlag } from './services/goods.ts';
import type { Service, Shop } from './state.ts';

/** What people do to the shop on purpose: releases and flags. */

const dayMs = 86_400_000;
const FLAG_REPORT_MS = 60_000;

/** `4.2.6` → `4.3.0` every few releases, else `4.2.7`. */
export function nextVersion(service: Service): string {
  const [major, minor, patch] = service.version.split('.').map(Number);
  return service.deploys % 3 === 2 ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

export function release(shop: Shop, serviceName: string, atMs: number): string {
  const service = shop.services.get(serviceName) as Service;
  const version = nextVersion(service);
  deploy(shop, service, version, atMs);
  return version;
}

/** Releases that change nothing that anybody could notice, at working hours and any service. */
export function startReleases(shop: Shop, perDay: number): void {
  if (perDay <= 0) return;
  const names = [...shop.services.keys()].filter((name) => name !== 'gateway');
  const next = (atMs: number): void => {
    release(shop, shop.random.pick(names), atMs);
    shop.agenda.at(atMs + 120_000 + shop.random.exponential(dayMs / perDay), next);
  };
  shop.agenda.at(shop.startMs + 120_000 + shop.random.exponential(dayMs / perDay), next);
}

/** The flag client of each search instance reports the variant that it serves: at an interval, and when it changes. */
export function startFlags(shop: Shop): void {
  shop.levers.flags.set(rankingFlag, 'off');
  const report = (atMs: number): void => {
    reportFlag(shop, 'search', rankingFlag, atMs);
    reportFlag(shop, 'storefront', 'free-delivery-banner', atMs);
    shop.agenda.at(atMs + FLAG_REPORT_MS, report);
  };
  shop.levers.flags.set('free-delivery-banner', 'off');
  shop.agenda.at(shop.startMs + shop.random.next() * FLAG_REPORT_MS, report);
}

export function setFlag(shop: Shop, serviceName: string, flag: string, variant: string, atMs: number): void {
  shop.levers.flags.set(flag, variant);
  reportFlag(shop, serviceName, flag, atMs);
}

function reportFlag(shop: Shop, serviceName: string, flag: string, atMs: number): void {
  const variant = shop.levers.flags.get(flag) ?? 'off';
  for (const instance of (shop.services.get(serviceName) as Service).instances) {
    if (instance.downUntilMs > atMs || instance.startedMs > atMs) continue;
    shop.out.logs.push({
      resource: instance.resource, atMs, severity: Severity.info, body: `Flag ${flag} evaluates to ${variant}`, traceId: '', spanId: '', eventName: 'feature_flag.evaluation',
      attributes: { 'feature_flag.key': flag, 'feature_flag.result.variant': variant, 'feature_flag.result.reason': 'targeting_match', 'feature_flag.provider.name': 'flagd', 'feature_flag.set.id': 'shop-production' },
    });
  }
}

/** A setting is reloaded: the process says what it now runs with. */
export function reportConfig(shop: Shop, serviceName: string, key: string, from: string, to: string, atMs: number): void {
  for (const instance of (shop.services.get(serviceName) as Service).instances) {
    if (instance.downUntilMs > atMs) continue;
    shop.out.logs.push({
      resource: instance.resource, atMs, severity: Severity.info, body: `Configuration reloaded: ${key} ${from} -> ${to}`, traceId: '', spanId: '', eventName: 'config.change',
      attributes: { 'config.key': key, 'config.value.previous': from, 'config.value': to },
    });
  }
}
