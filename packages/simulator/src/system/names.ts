import type { Random } from '../random.ts';

const things = [
  'account', 'address', 'alert', 'archive', 'asset', 'audit', 'badge', 'basket', 'billing', 'booking', 'budget', 'calendar', 'campaign', 'catalog', 'claim', 'comment',
  'consent', 'contract', 'coupon', 'currency', 'customer', 'device', 'discount', 'dispatch', 'document', 'estimate', 'event', 'feed', 'fleet', 'forecast', 'fraud', 'gallery',
  'geo', 'identity', 'inventory', 'invoice', 'journey', 'ledger', 'license', 'listing', 'loyalty', 'mailer', 'market', 'media', 'menu', 'message', 'offer', 'parcel',
  'partner', 'permit', 'photo', 'policy', 'price', 'profile', 'promo', 'quote', 'ranking', 'rating', 'refund', 'region', 'report', 'review', 'risk', 'route',
  'schedule', 'search', 'segment', 'session', 'shipment', 'signal', 'stock', 'subscription', 'survey', 'tariff', 'tax', 'team', 'ticket', 'token', 'tracking', 'trip',
  'upload', 'usage', 'vehicle', 'vendor', 'video', 'voucher', 'wallet', 'warehouse', 'weather', 'wishlist',
] as const;
const roles = ['service', 'api', 'core', 'engine', 'store', 'manager', 'svc', 'server'] as const;
const verbs = ['Get', 'List', 'Create', 'Update', 'Check', 'Resolve', 'Compute'] as const;

/** Names that do not repeat within one system. */
export interface Names {
  service(role?: string): string;
  thing(): string;
  external(): string;
}

export function openNames(random: Random): Names {
  const taken = new Set<string>();
  const once = (make: () => string): string => {
    let name = make();
    for (let more = 2; taken.has(name); more++) name = `${make()}${more > 20 ? `-${more}` : ''}`;
    taken.add(name);
    return name;
  };
  return {
    service: (role) => once(() => `${random.pick(things)}-${role ?? random.pick(roles)}`),
    thing: () => random.pick(things),
    external: () => once(() => `${random.pick(['api', 'gateway', 'rest', 'v2'])}.${random.pick(things)}${random.pick(['ly', 'hub', 'pay', 'cloud', 'io'])}.example`),
  };
}

export function rpcName(service: string, random: Random, index: number): string {
  const pascal = service.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  return `${service.split('-')[0]}.v1.${pascal}/${verbs[(index + random.below(2)) % verbs.length]}${pascal}`;
}

export function routeOf(service: string, random: Random, index: number): { method: string; route: string } {
  const thing = service.split('-')[0];
  const shapes = [['GET', `/v1/${thing}s/{id}`], ['GET', `/v1/${thing}s`], ['POST', `/v1/${thing}s`], ['PUT', `/v1/${thing}s/{id}`], ['GET', `/v1/${thing}s/{id}/status`], ['POST', `/v1/${thing}s/search`]] as const;
  const [method, route] = shapes[(index + random.below(2)) % shapes.length];
  return { method, route };
}

const logShapes = [
  'handled %a for tenant %t in %n ms', 'cache refreshed: %n entries in %m ms', '%a %i accepted', 'scheduled task finished, %n items', 'loaded %a %i from store', 'published update for %a %i', 'session %i validated', 'rule set %n evaluated for %a %i',
] as const;

export function logLinesOf(service: string, random: Random): string[] {
  const thing = service.split('-')[0];
  return random.shuffle(logShapes).slice(0, random.integer(2, 4)).map((shape) => shape.replaceAll('%a', thing));
}
