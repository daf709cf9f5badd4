import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CollectingRunner } from '../mutants/collecting-runner.js';
import { type Law, type Opened, runLaws, type Subject } from './law.js';

type TestLaw = Law<'fly', Opened, never>;
type TestSubject = Subject<'fly', Opened, never>;

const NO_BIRDS: TestLaw = { title: 'walks', needs: [], prove: async (open) => void (await open()) };
const BIRDS: TestLaw = { title: 'flies', needs: ['fly'], prove: async (open) => void (await open()) };

function subject(change: Partial<TestSubject> & { log?: string[] } = {}): TestSubject {
  const log = change.log ?? [];
  return {
    name: 'animal',
    supports: [],
    skip: {},
    open: async () => {
      log.push('open');
      return {
        inspect: async () => void log.push('inspect'),
        close: async () => void log.push('close'),
      };
    },
    ...change,
  };
}

describe('runLaws', () => {
  it('runLaws opens a subject for each law, inspects it afterwards, and closes it', async () => {
    const log: string[] = [];
    const runner = new CollectingRunner();
    runLaws(runner, [NO_BIRDS], subject({ log }));
    assert.equal(await runner.failureOf('walks'), undefined);
    assert.deepEqual(log, ['open', 'inspect', 'close']);
  });

  it('runLaws closes the subject of a failed law, and reports a failed inspection as a failure', async () => {
    const log: string[] = [];
    const failing: TestLaw = {
      ...NO_BIRDS,
      prove: async (open) => Promise.reject(new Error(`no ${await open()}`)),
    };
    const runner = new CollectingRunner();
    runLaws(runner, [failing], subject({ log }));
    assert.ok((await runner.failureOf('walks')) instanceof Error);
    assert.deepEqual(log, ['open', 'close']);
    const broken = new CollectingRunner();
    const inspect = () => Promise.reject(new Error('ill'));
    runLaws(broken, [NO_BIRDS], subject({ open: async () => ({ inspect, close: async () => {} }) }));
    assert.match(String(await broken.failureOf('walks')), /ill/);
  });

  it('runLaws runs a law that needs a capability only for subjects that have it', () => {
    const runner = new CollectingRunner();
    runLaws(runner, [NO_BIRDS, BIRDS], subject());
    assert.deepEqual(runner.titles, ['walks']);
    const birds = new CollectingRunner();
    runLaws(birds, [NO_BIRDS, BIRDS], subject({ supports: ['fly'] }));
    assert.deepEqual(birds.titles, ['walks', 'flies']);
  });

  it('runLaws shows the reason of a skipped law', () => {
    const runner = new CollectingRunner();
    runLaws(runner, [NO_BIRDS], subject({ skip: { walks: 'has no legs' } }));
    assert.deepEqual(runner.titles, []);
    assert.deepEqual(runner.skipped, ['walks [skipped: has no legs]']);
  });

  it('runLaws refuses a skip that names no law or gives no reason, and a capability that no law needs', () => {
    const run = (laws: readonly TestLaw[], one: TestSubject) => () =>
      runLaws(new CollectingRunner(), laws, one);
    assert.throws(run([NO_BIRDS], subject({ skip: { swims: 'no water' } })), /"swims", which is no law/);
    assert.throws(run([NO_BIRDS], subject({ skip: { walks: ' ' } })), /without a reason/);
    assert.throws(run([NO_BIRDS], subject({ supports: ['fly'] })), /"fly", which no law asks for/);
    assert.throws(run([NO_BIRDS, NO_BIRDS], subject()), /two laws/);
  });
});
