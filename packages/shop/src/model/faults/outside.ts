import { cardHost } from '../services/buying.ts';
import { parcelHost } from '../services/after.ts';
import type { Shop } from '../state.ts';
import type { Fault } from './catalogue.ts';

/** What comes from outside the shop: third parties, and people. */

export const outsideFaults: readonly Fault[] = [
  {
    name: 'third-party-slow', title: 'Card API slow', incidents: 1,
    about: 'The card API of a third party answers after seconds. Payments and checkouts wait, some time out.',
    truth: { entity: `external:${cardHost}`, kinds: ['third_party_slow'] },
    start: (shop) => setExternal(shop, cardHost, 24, 0),
  },
  {
    name: 'third-party-errors', title: 'Parcel API fails', incidents: 1,
    about: 'The parcel API answers two of three requests with 503. Shipments fail, after the customer has paid.',
    truth: { entity: `external:${parcelHost}`, kinds: ['third_party_errors'] },
    start: (shop) => setExternal(shop, parcelHost, 1, 0.66),
  },
  {
    name: 'traffic-surge', title: 'Traffic surge', incidents: 0,
    about: 'A mention on television brings more than twice the visitors. The shop is sized for it: nothing is wrong.',
    truth: null,
    start(shop) {
      shop.levers.traffic = 2.2;
      return () => {
        shop.levers.traffic = 1;
      };
    },
  },
  {
    name: 'visitors-lost', title: 'Visitors lost before the front door', incidents: 1,
    about: 'A provider between the visitors and the shop drops three of four connections. Nothing in the shop is wrong; its telemetry can only show that people stay away.',
    truth: null,
    start(shop) {
      shop.levers.reach = 0.25;
      return () => {
        shop.levers.reach = 1;
      };
    },
  },
];

function setExternal(shop: Shop, host: string, timesSlower: number, errorProbability: number): () => void {
  shop.levers.externals.set(host, { timesSlower, errorProbability });
  return () => void shop.levers.externals.delete(host);
}
