import type { EntityId, Node } from '@clew/engine';
import { entityName, namesOf, oneLine } from '@clew/words';

/** What entities are called, by id. Names come from telemetry: untrusted, never HTML, here on one line and bounded. */
export interface Names {
  of(entity: EntityId): string;
}

const nameCharsMax = 120;

export function makeNames(nodes: readonly Node[]): Names {
  const names = namesOf(nodes.map((node) => ({ node })));
  return { of: (entity) => sayPlain(entityName(entity, names)) };
}

/** Control characters, line ends and direction marks out, at most so many characters: text from telemetry on one line. */
export function sayPlain(text: string, charsMax: number = nameCharsMax): string {
  return oneLine(text, charsMax);
}
