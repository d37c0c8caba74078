import type { Case, Door, Level, Need } from './case.ts';
import type { Content, SendOptions, Trial } from './trial.ts';
import type { Want } from './want.ts';

interface Extra {
  readonly needs?: readonly Need[];
  readonly alone?: boolean;
  readonly evenClosed?: boolean;
}

/** A case of its own shape. */
export function own(item: number, level: Level, name: string, doors: readonly Door[], right: string, run: Case['run'], extra: Extra = {}): Case {
  return { item, level, name, doors, right, run, needs: [], ...extra };
}

/** One request, one answer, judged by what is wanted. */
export function one(item: number, level: Level, name: string, doors: readonly Door[], content: (trial: Trial) => Content, wants: Want | readonly Want[], options: SendOptions & Extra = {}): Case {
  const all = Array.isArray(wants) ? wants as readonly Want[] : [wants as Want];
  const { needs = [], alone, evenClosed, ...send } = options;
  return {
    item, level, name, doors, needs, alone, evenClosed, right: all.map((each) => each.words).join('; '),
    async run(trial) { trial.expect(await trial.send(content(trial), send), ...all); },
  };
}
