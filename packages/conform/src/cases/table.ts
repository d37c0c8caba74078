import type { Case } from '../case.ts';
import { transportCases } from './transport.ts';

/** Every case, in the order of the checklist. */
export const cases: readonly Case[] = [...transportCases].toSorted((a, b) => a.item - b.item);
