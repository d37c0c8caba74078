import { describe, expect, test } from 'vitest';
import { amounts } from './amounts.ts';
import type { SessionMember } from './member.ts';
import { order } from './order.ts';
import { relations } from './relations.ts';
import { toSession } from './session.ts';

/** Open, some rounds of read and done, sometimes a note, close: by a simple rule, so that every run is the same. */
function ordinary(i: number): string[] {
  const rounds = 1 + ((i * 7) % 5);
  return ['open', ...Array.from({ length: rounds }, () => ['read', 'done']).flat(), ...(i % 6 === 0 ? ['note'] : []), 'close'];
}

const states = { missing: ['open', 'read', 'done'], lost: ['open', 'read', 'done', 'read', 'close'], swapped: ['open', 'done', 'read', 'close'], never: ['open', 'read', 'done', 'panic', 'close'] };

/** `sees`: the kinds of trouble that it is there for. */
function contract<State>(member: SessionMember<State>, sees: readonly (keyof typeof states)[]): void {
  describe(member.id, () => {
    const fitted = (sessions = 600): State => {
      const state = member.make();
      for (let i = 0; i < sessions; i++) member.learn(state, toSession(ordinary(i)));
      return state;
    };
    const state = fitted();
    const usual = Math.max(...Array.from({ length: 60 }, (_, i) => member.judge(state, toSession(ordinary(i)))));

    test.each(sees)('%s is more unusual than any ordinary session, and something is blamed', (kind) => {
      const session = toSession(states[kind]);
      expect(member.judge(state, session)).toBeGreaterThan(usual);
      const blame = new Map<string, number>();
      member.explain(state, session, blame);
      expect(Math.max(...blame.values())).toBeGreaterThan(0);
    });

    test('it does not know before it has seen enough; judging teaches nothing', () => {
      expect(member.judge(member.make(), toSession(['open']))).toBeNaN();
      const before = structuredClone(state);
      member.judge(state, toSession(states.never));
      expect(state).toEqual(before);
    });

    test('a copy of the state goes on alike', () => {
      const copy = structuredClone(state);
      const again = fitted();
      for (const each of [copy, again]) for (let i = 0; i < 50; i++) member.learn(each, toSession(ordinary(i + 3)));
      expect(copy).toEqual(again);
    });

    test('thousands of different templates and a session without end do not make it grow without end', () => {
      const full = member.make();
      for (let i = 0; i < 3_000; i++) member.learn(full, toSession([`once ${i}`, `twice ${i % 500}`, 'close']));
      member.learn(full, toSession(Array.from({ length: 5_000 }, (_, i) => `long ${i}`)));
      expect(sizeOf(full)).toBeLessThan(20_000);
      expect(member.judge(full, toSession(['close']))).toBeGreaterThanOrEqual(0);
    });

    test('after tens of thousands of sessions it still judges', () => {
      expect(member.judge(fitted(45_000), toSession(states[sees[0]]))).toBeGreaterThan(0);
    });
  });
}

/** Numbers, keys and elements in a state. */
function sizeOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength / 8;
  if (value instanceof Map) return [...value.values()].reduce<number>((sum, each) => sum + 1 + sizeOf(each), 0);
  return typeof value === 'object' && value !== null ? Object.values(value).reduce<number>((sum, each) => sum + sizeOf(each), 0) : 1;
}

contract(amounts, ['missing', 'never']);
contract(order, ['swapped', 'lost']);
contract(relations, ['lost', 'missing']);
