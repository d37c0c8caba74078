import { nextVersion, release, reportConfig, setFlag } from '../changes.ts';
import { comeBack, deploy, restart } from '../instances.ts';
import { rankingFlag } from '../services/goods.ts';
import { serviceId } from '../truth.ts';
import type { Service, Shop } from '../state.ts';
import type { Fault } from './catalogue.ts';

/** Faults of the shop's own programs: releases, leaks, flags, settings, crashes. */

function serviceOf(shop: Shop, name: string): Service {
  return shop.services.get(name) as Service;
}

export const serviceFaults: readonly Fault[] = [
  {
    name: 'bad-deploy', title: 'Bad deploy with errors', incidents: 1,
    about: 'A release of the payment service fails for two of five payments with a null pointer. A harmless release of the search service happens at the same time.',
    truth: { entity: serviceId('payment'), kinds: ['bad_deploy'] },
    start(shop, atMs) {
      const payment = serviceOf(shop, 'payment');
      const good = payment.version;
      const version = nextVersion(payment);
      release(shop, 'search', atMs);
      payment.bug = { version, operation: 'POST /payments', probability: 0.4, type: 'java.lang.NullPointerException', message: 'Cannot invoke "Address.country()" because the return value of "Customer.billing()" is null' };
      deploy(shop, payment, version, atMs);
      return (endMs) => deploy(shop, payment, good, endMs);
    },
  },
  {
    name: 'slow-deploy', title: 'Bad deploy that is slow', incidents: 1,
    about: 'A release of the recommendation service loads its model for every request: its own work takes twelve times as long. The home page waits.',
    truth: { entity: serviceId('recommendation'), kinds: ['bad_deploy', 'slow'] },
    start(shop, atMs) {
      const service = serviceOf(shop, 'recommendation');
      const good = service.version;
      deploy(shop, service, nextVersion(service), atMs, 3_000);
      shop.agenda.at(atMs + 3_000, () => {
        service.slow = 12;
      });
      return (endMs) => {
        service.slow = 1;
        deploy(shop, service, good, endMs);
      };
    },
  },
  {
    name: 'memory-leak', title: 'Memory leak', incidents: 1,
    about: 'The cart service keeps every cart it has seen. Its heap fills, collections take over, and at the limit the container is killed and comes back.',
    truth: { entity: serviceId('cart'), kinds: ['memory_leak', 'restarts'] },
    start(shop) {
      const cart = serviceOf(shop, 'cart');
      const roomBytes = (cart.spec.memoryMiB.limit - cart.spec.memoryMiB.base) * 2 ** 20;
      // A third of the requests touch a cart, two instances share them: full about two minutes after it begins.
      const requestsUntilFull = (110 * shop.requestsPerSecond * 0.36) / cart.spec.hosts.length;
      cart.leakBytesPerRequest = roomBytes / requestsUntilFull;
      return (endMs) => {
        cart.leakBytesPerRequest = 0;
        for (const instance of cart.instances) if (instance.downUntilMs <= endMs) instance.leakedBytes = 0;
      };
    },
  },
  {
    name: 'service-down', title: 'Service down', incidents: 1,
    about: 'Both instances of the pricing service crash and do not come back. Product pages and carts fail.',
    truth: { entity: serviceId('pricing'), kinds: ['down', 'restarts', 'errors'] },
    start(shop, atMs) {
      const pricing = serviceOf(shop, 'pricing');
      for (const instance of pricing.instances) restart(shop, instance, atMs, 'Error', Infinity);
      return (endMs) => {
        for (const instance of pricing.instances) comeBack(shop, instance, endMs);
      };
    },
  },
  {
    name: 'bad-pod', title: 'One bad instance', incidents: 1,
    about: 'One of three instances of the catalogue fails most of its requests; the other two are well.',
    truth: { entity: serviceId('catalogue'), kinds: ['errors', 'slow', 'restarts', 'down'] },
    start(shop) {
      const [, sick] = serviceOf(shop, 'catalogue').instances;
      sick.errorProbability = 0.85;
      return () => {
        sick.errorProbability = 0;
      };
    },
  },
  {
    name: 'flag-slow-search', title: 'Feature flag slows search', incidents: 1,
    about: 'The flag semantic-ranking is switched on for everybody. Search computes far more for each query.',
    truth: { entity: serviceId('search'), kinds: ['flag_change'] },
    start(shop, atMs) {
      release(shop, 'image', atMs);
      setFlag(shop, 'search', rankingFlag, 'on', atMs);
      return (endMs) => setFlag(shop, 'search', rankingFlag, 'off', endMs);
    },
  },
  {
    name: 'retry-storm', title: 'Retry storm', incidents: 1,
    about: 'A new setting makes the storefront give up on the catalogue after 3 ms and try again four times. The catalogue has to answer several times the calls, most of them for nobody.',
    truth: { entity: serviceId('storefront'), kinds: ['config_change'] },
    start(shop, atMs) {
      shop.levers.clients.set('storefront>catalogue', { timeoutMs: 3, retries: 4 });
      reportConfig(shop, 'storefront', 'catalogue.client', 'timeout=2500ms retries=1', 'timeout=3ms retries=4', atMs);
      return (endMs) => {
        shop.levers.clients.delete('storefront>catalogue');
        reportConfig(shop, 'storefront', 'catalogue.client', 'timeout=3ms retries=4', 'timeout=2500ms retries=1', endMs);
      };
    },
  },
];
