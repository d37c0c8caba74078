/** Profiles: what may be asked, and the answers. */
import type { FlameNode, ProfileSummary, StoredFlame, StoredLocation, StoredProfile } from '@clew/engine';
import { z } from 'zod';
import { attributesGiven, limit, limits, range, service, text } from './queries.ts';
import { list, noun, timeMs } from './noun.ts';
import { attributes, resource, scope } from './rows.ts';

const hexDigits = (count: number) => z.string().regex(new RegExp(`^[0-9a-fA-F]{${count}}$`), `must be ${count} hex digits`).optional();
export const profilesQuery = z.strictObject({
  ...range, service, type: text.optional().describe('Type of its values, such as `cpu`'),
  trace: hexDigits(32).describe('Only profiles with samples of this trace'), span: hexDigits(16).describe('… and this span of it'),
  attribute: attributesGiven, limit: limit(limits.profilesDefault, limits.profilesMax),
});
export const flameQuery = z.strictObject({ trace: hexDigits(32).describe('Only samples of this trace'), span: hexDigits(16).describe('Only samples of this span') });

const summary = {
  id: z.string(), profileId: z.string(), service: z.string(), timeMs, timeNs: z.string(), durationNs: z.string(), type: z.string(), unit: z.string(),
  samples: z.number(), total: z.number(), spans: z.number(), attributes, resource, scope,
};
const profileSummary = noun<ProfileSummary>('ProfileSummary', 'A profile in a list. `spans`: how many spans its samples name.').is(z.object(summary));
export const profilesResponse = noun<{ readonly profiles: readonly ProfileSummary[] }>('Profiles', 'Profiles, newest first.').is(z.object({ profiles: list(profileSummary) }));

const functionShape = z.object({ name: z.string(), systemName: z.string(), filename: z.string(), startLine: z.string() });
const mapping = z.object({ filename: z.string(), memoryStart: z.string(), memoryLimit: z.string(), fileOffset: z.string(), attributes });
const location = noun<StoredLocation>('ProfileLocation', 'A frame of a stack. `lines`: innermost first; the last is the caller into which the others were inlined.').is(z.object({
  address: z.string(), mapping: mapping.nullable(), lines: list(z.object({ function: functionShape.nullable(), line: z.string(), column: z.string() })), attributes,
}));
export const profileResponse = noun<StoredProfile>('Profile', 'A profile with everything that was sent, its indexes resolved. Stacks: leaf first.').is(z.object({
  ...summary,
  periodType: z.string(), periodUnit: z.string(), period: z.string(), droppedAttributes: z.number(), payloadFormat: z.string(), payload: z.string(),
  attributeUnits: z.record(z.string(), z.string()),
  stacks: list(list(location)),
  sampleList: list(z.object({ stack: z.number(), values: list(z.string()), timesNs: list(z.string()), traceId: z.string(), spanId: z.string(), attributes })),
  samplesLeftOut: z.number(),
}));

const flameNode: z.ZodType<FlameNode> = noun<FlameNode>('FlameNode', '`value`: of the frame and all that it called; `self`: its own.').is(z.lazy(() => z.object({
  name: z.string(), value: z.number(), self: z.number(), children: list(flameNode),
})) as unknown as z.ZodType<FlameNode>);
export const flameResponse = noun<StoredFlame>('Flame', 'Samples as a tree of callers and callees, and as folded lines.').is(z.object({
  id: z.string(), service: z.string(), timeMs, type: z.string(), unit: z.string(), samples: z.number(), root: flameNode, folded: list(z.string()), cutSamples: z.number(),
}));
