import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { Journal } from '../../../src/implements/cache/tiered/memory/journal.js';
import { partialFailure } from '../../../src/implements/foundation/partial-failure.js';
import { ConnectionError, OperationError } from '../../../src/interfaces/errors.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { ManualClock } from '../../support/time/manual-clock.js';

const GONE = new ConnectionError('E_CONNECTION_LOST', 'gone', 'not-sent');

/** A journal, and the names that it has repeated; a function may refuse them. */
function journal(refuse: (names: readonly string[]) => unknown = () => undefined) {
  const clock = new ManualClock();
  const told: string[] = [];
  const changing = new Set<string>();
  const one = new Journal(clock, new RecordingLoggerSite().getLogger('journal'));
  const repeat = async (kind: string, names: readonly string[]): Promise<void> => {
    const error = refuse(names);
    if (error !== undefined) throw error;
    told.push(`${kind} ${names.join(',')}`);
  };
  one.repeatBy({
    keys: (names) => repeat('keys', names),
    generations: (names, where) => repeat(where === undefined ? 'generations' : 'rest', names),
    clear: (pattern) => (pattern === undefined ? repeat('everything', []) : repeat('clear', [pattern])),
    isChanging: (key) => changing.has(key),
  });
  const pass = async (): Promise<string[]> => {
    clock.advance(5000);
    await new Promise(setImmediate);
    return told.splice(0);
  };
  return { one, pass, changing };
}

describe('Journal', () => {
  it('a generation that a store advanced in most of its parts hides the entries of the others only', async () => {
    const { one, pass } = journal();
    one.failed(
      'generations',
      ['g'],
      partialFailure(GONE, ['g'], (key) => key === 'a'),
      1,
    );
    assert.deepEqual(
      ['a', 'b'].map((key) => one.coversScope('g', key)),
      [true, false],
    );
    assert.equal(one.covers('generations', 'g'), true);
    assert.deepEqual(await pass(), ['rest g']);
    assert.equal(one.any, false);
  });

  it('a part of the store that is away keeps no removal of another part waiting', async () => {
    let isAway = true;
    const { one, pass } = journal((names) => {
      const failed = names.filter((name) => name.startsWith('away'));
      return isAway && failed.length > 0 ? partialFailure(GONE, failed) : undefined;
    });
    one.failed('generations', ['away-g'], GONE, 1);
    one.failed('keys', ['away-a', 'b'], GONE, 1);
    await pass();
    assert.deepEqual(
      ['away-a', 'b'].map((key) => one.covers('keys', key)),
      [true, false],
    );
    isAway = false;
    assert.deepEqual(await pass(), ['generations away-g', 'keys away-a']);
  });

  it('a refusal ends a removal, unless the server can serve nobody now', () => {
    for (const [reason, isRepeated] of [
      ['NOPERM', false],
      ['READONLY', true],
      ['LOADING', true],
    ] as const) {
      const { one } = journal();
      one.failed('keys', ['a'], new OperationError('E_OPERATION_REFUSED', 'no', 'refused', { reason }), 1);
      assert.equal(one.any, isRepeated, reason);
      one.close();
    }
  });

  it.each(['keys', 'generations'] as const)(
    'too many removals of %s become one removal of everything',
    async (kind) => {
      const { one, pass } = journal();
      const names = Array.from({ length: 10_001 }, (_, index) => `k${index}`);
      one.failed(kind, names, GONE, 1);
      assert.deepEqual(one.stats(), { pending: 0, everything: true, repeated: 0 });
      assert.equal(one.covers('keys', 'any'), true);
      assert.deepEqual(await pass(), ['everything ']);
    },
  );
});
