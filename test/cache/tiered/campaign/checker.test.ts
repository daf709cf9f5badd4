import { describe, expect, it } from 'vitest';
import { check, type Rule } from './checker.js';
import type { Bounds, Call, History } from './history.js';

const BOUNDS: Bounds = { stalenessMs: 1000, slackMs: 250, callMs: 550, settleMs: 500, hotShare: 0.95 };

function call(kind: Call['kind'], version: number, at: number, more: Partial<Call> = {}): Call {
  return { node: 'a', kind, key: 'k', version, invokedAt: at, completedAt: at + 10, outcome: 'ok', ...more };
}

/** A history without a breach, in which something is planted. */
function planted(calls: readonly Call[], more: Partial<History> = {}): History {
  return {
    calls: [call('write', 1, 0), call('read', 1, 100), ...calls],
    faults: [],
    shares: [{ node: 'a', fromCopies: 99, fromStore: 1 }],
    final: [{ key: 'k', store: 1, nodes: [1, 1] }],
    effects: { 'stream cut': 1 },
    ...more,
  };
}

function rulesOf(history: History): readonly Rule[] {
  return [...check(history, BOUNDS).breaches.keys()];
}

const B = { node: 'b' };
const FAULT = { kind: 'stream cut', from: 0, until: 9000 };

describe('checker of campaigns', () => {
  it('the checker accepts a history in which every rule was kept', () => {
    expect(
      rulesOf(planted([call('write', 2, 200), call('read', 1, 300, B), call('read', 2, 700, B)])),
    ).toEqual([]);
  });

  const PLANTED: readonly (readonly [what: string, rule: Rule, history: History])[] = [
    ['a version that nobody wrote', 'invented', planted([call('read', 7, 200)])],
    ['a version before it was written', 'invented', planted([call('read', 2, 200), call('write', 2, 300)])],
    [
      'a version that was refused',
      'refused',
      planted([call('write', 2, 200, { outcome: 'refused' }), call('read', 2, 300)]),
    ],
    [
      'a value beyond the bound',
      'age',
      planted([call('write', 2, 200), call('read', 1, 1480, B)], { faults: [FAULT] }),
    ],
    [
      'a value that was removed before the bound',
      'resurrection',
      planted([call('delete', 2, 200), call('read', 1, 1480, B)], { faults: [FAULT] }),
    ],
    [
      'a value as old as a second while nothing is wrong',
      'healthy age',
      planted([call('write', 2, 200), call('read', 1, 1220, B)]),
    ],
    [
      'an older value than the process wrote itself',
      'own changes',
      planted([call('write', 2, 200), call('read', 1, 220)]),
    ],
    [
      'an older value than the process read before',
      'backwards',
      planted([call('write', 2, 200), call('read', 2, 220, B), call('read', 1, 240, B)]),
    ],
    ['the value of another key', 'cross-talk', planted([call('read', 1, 200, { outcome: 'foreign' })])],
    [
      'a process that differs from the store after the end',
      'convergence',
      planted([], { final: [{ key: 'k', store: 2, nodes: [2, 1] }] }),
    ],
    [
      'reads that ask the store each time',
      'vacuous',
      planted([], { shares: [{ node: 'a', fromCopies: 9, fromStore: 1 }] }),
    ],
    ['a fault without any effect', 'vacuous', planted([], { effects: { 'stream cut': 0 } })],
    ['a fault that never ends', 'vacuous', planted([], { faults: [FAULT] })],
    ['a call that takes too long', 'slow', planted([call('read', 1, 200, { completedAt: 900 })])],
  ];
  it.each(PLANTED)('the checker finds %s', (_what, rule, history) => {
    expect(rulesOf(history)).toContain(rule);
  });

  it('the checker allows a change without an answer at any later time', () => {
    const late = [
      call('write', 2, 200, { outcome: 'unknown' }),
      call('write', 3, 300),
      call('read', 2, 3000, B),
    ];
    expect(rulesOf(planted(late))).toEqual([]);
  });

  it('the checker allows a miss at any time, and a long call of a process that was suspended', () => {
    const slow = call('read', 1, 200, { completedAt: 5000 });
    const faults = [{ kind: 'suspend a', from: 210, until: 4900 }];
    expect(rulesOf(planted([call('read', 0, 180), slow, call('read', 1, 6000)], { faults }))).toEqual([]);
  });
});
