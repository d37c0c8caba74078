import type { Case } from '../case.ts';
import { attributeCases, entityCases } from './attributes.ts';
import { bombCases, compressionCases, contentTypeCases } from './content.ts';
import { jsonShapeCases } from './json-shape.ts';
import { jsonValueCases } from './json-values.ts';
import { errorBodyCases, grpcCases, retryCases } from './errors.ts';
import { protobufCases } from './protobuf.ts';
import { exactCases } from './exact.ts';
import { logCases } from './logs.ts';
import { metricCases } from './metrics.ts';
import { profileCases } from './profiles.ts';
import { securityCases } from './security.ts';
import { slowClientCases, tlsCases } from './slow-client.ts';
import { answerSizeCases, successCases } from './success.ts';
import { traceCases } from './traces.ts';
import { transportCases } from './transport.ts';

/** Every case, in the order of the checklist. */
export const cases: readonly Case[] = [
  ...transportCases, ...slowClientCases, ...contentTypeCases, ...compressionCases, ...bombCases, ...successCases, ...answerSizeCases,
  ...errorBodyCases, ...retryCases, ...grpcCases, ...securityCases, ...tlsCases,
  ...jsonValueCases, ...jsonShapeCases, ...protobufCases,
  ...attributeCases, ...traceCases, ...entityCases, ...metricCases, ...logCases, ...profileCases, ...exactCases,
].toSorted((a, b) => a.item - b.item);
