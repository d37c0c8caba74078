import type { ServiceSpec } from '../state.ts';
import { emailWorker, invoice, notification, orderProcessor, report, shipping } from './after.ts';
import { cart, checkout, fraud, order, payment } from './buying.ts';
import { gateway, storefront, user } from './front.ts';
import { catalogue, image, inventory, pricing, recommendation, review, search } from './goods.ts';

/** Every service of the shop, front to back. */
export const allServices: readonly ServiceSpec[] = [
  gateway, storefront, user, catalogue, search, recommendation, pricing, inventory, review, image,
  cart, checkout, fraud, payment, order, orderProcessor, shipping, invoice, notification, emailWorker, report,
];
