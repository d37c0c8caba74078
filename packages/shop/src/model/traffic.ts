import type { Random } from './random.ts';
import { serve } from './serve.ts';
import type { Errand, Instance, Service, Shop } from './state.ts';

/** People: how many come at which time of the day, and what they want. */

export interface Rhythm {
  /** Hour of the day (UTC) with the most traffic. */
  readonly peakHour: number;
  /** 0 is the same traffic all day; 0.6 swings between 0.4 and 1.6 times the mean. */
  readonly amplitude: number;
}

/** Operation at the gateway → weight. */
const journeys: readonly (readonly [string, number])[] = [
  ['GET /', 16], ['GET /products/{productId}', 27], ['GET /search', 17], ['GET /cart', 7], ['POST /cart/items', 10],
  ['POST /checkout', 9], ['GET /orders', 5], ['POST /login', 4], ['GET /images/{productId}', 4], ['POST /reviews', 1],
];
const weightSum = journeys.reduce((sum, [, weight]) => sum + weight, 0);
const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0', 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1',
  'Mozilla/5.0 (X11; Linux x64; rv:145.0) Gecko/20100101 Firefox/145.0', 'ShopApp/9.2 (Android 16)',
] as const;
const terms = ['lamp', 'running shoes', 'usb-c cable', 'coffee grinder', 'raincoat', 'desk', 'headphones', 'tent', 'garden hose', 'notebook'] as const;
const PEOPLE = 4_000;
const PRODUCTS = 1_200;
const dayMs = 86_400_000;

export function startTraffic(shop: Shop, rhythm: Rhythm): void {
  const arrive = (atMs: number): void => {
    if (shop.random.chance(shop.levers.reach)) enter(shop, atMs);
    shop.agenda.at(atMs + shop.random.exponential(1000 / rate(shop, rhythm, atMs)), arrive);
  };
  shop.agenda.at(shop.startMs + shop.random.exponential(1000 / rate(shop, rhythm, shop.startMs)), arrive);
}

function rate(shop: Shop, rhythm: Rhythm, atMs: number): number {
  const phase = 2 * Math.PI * ((atMs % dayMs) / dayMs - rhythm.peakHour / 24);
  return shop.requestsPerSecond * shop.levers.traffic * (1 + rhythm.amplitude * Math.cos(phase));
}

function enter(shop: Shop, atMs: number): void {
  const gateway = shop.services.get('gateway') as Service;
  const instance: Instance | undefined = gateway.instances.find((each, index) => (index + gateway.turn) % gateway.instances.length === 0 && each.downUntilMs <= atMs) ?? gateway.instances.find((each) => each.downUntilMs <= atMs);
  gateway.turn++;
  if (instance === undefined) return;
  const errand = makeErrand(shop.random);
  serve(shop, instance, pickJourney(shop.random), { traceId: shop.random.hex(4), parentId: '', peer: errand.address }, errand, atMs);
}

function pickJourney(random: Random): string {
  let left = random.next() * weightSum;
  for (const [operation, weight] of journeys) {
    left -= weight;
    if (left < 0) return operation;
  }
  return journeys[0][0];
}

export function makeErrand(random: Random): Errand {
  const person = random.integer(1, PEOPLE);
  return {
    customer: `c${10_000 + person}`, product: `p${2_000 + Math.floor(PRODUCTS * random.next() ** 2)}`, order: `o-${random.hex(1)}`, term: random.pick(terms),
    cents: Math.round(random.lognormal(4_200, 0.7)), agent: agents[person % agents.length], address: `203.0.113.${1 + (person % 250)}`,
  };
}
