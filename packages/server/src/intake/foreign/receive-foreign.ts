import { receive } from '../receive.ts';
import type { ReceiverOptions } from '../receive.ts';
import type { Source } from '../source.ts';
import type { Ticket } from '../budget.ts';
import type { Admitted } from '../gate.ts';
import type { Lease } from '../../memory/lease.ts';
import { orMalformed } from './or-malformed.ts';
import type { ForeignReason } from './reasons.ts';
import type { ForeignRequest, ForeignRoute, Reply } from './route.ts';

/** Items of one request: a translation is one piece of work, of some seconds at most, while which nothing else is answered. */
export const foreignItemsMax = 100_000;

export interface Inflated extends Pick<ForeignRequest, 'body' | 'headers'> {
  readonly source: Source;
  readonly ticket: Ticket;
  readonly admitted: Admitted;
  readonly lease: Lease;
}

/** Translates a request, and takes it in like any other. Resolves when what was kept is durable. Throws a CodedError, and then nothing was kept. */
export async function receiveForeign(options: ReceiverOptions, route: ForeignRoute, { body, headers, source, ticket, admitted, lease }: Inflated): Promise<Reply> {
  ticket.take(body.length);
  const translation = orMalformed(() => route.read({ body, headers, source: source.name, itemsMax: Math.min(options.limits.requestItemsMax, foreignItemsMax) }));
  ticket.take(translation.body.length);
  const partial = translation.items === 0 ? null : await receive(options, { signal: route.signal, encoding: 'protobuf', compression: 'identity', body: translation.body, source, ticket, admitted, lease });
  // A request without any item that can be taken is a request all the same.
  if (translation.items === 0) options.counters.accepted(route.signal, 0, body.length, source, options.nowMs());
  const reply = translation.answer(partial);
  const reasons = new Map<ForeignReason, number>();
  for (const { reason, items } of translation.refusals) reasons.set(reason, (reasons.get(reason) ?? 0) + items);
  if (reasons.size > 0) options.counters.refusedItems(route.signal, reasons, source, reply.status, options.nowMs());
  return reply;
}
