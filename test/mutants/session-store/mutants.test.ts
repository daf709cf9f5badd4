import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import {
  sessionStoreContract,
  sessionStoreLaws,
} from '../../contract/session-store/session-store.contract.js';
import type { ClosableStore, SessionSubject } from '../../contract/session-store/subject.js';
import { memorySessions, redisSessions } from '../../subjects/session-store/session-store.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { scriptMutants } from './script.mutants.js';
import { storeMutants } from './store.mutants.js';

/** Every method of a store, bound, so that single ones can be replaced. */
function methodsOf(store: ClosableStore): ClosableStore {
  return {
    create: (...args) => store.create(...args),
    get: (...args) => store.get(...args),
    update: (...args) => store.update(...args),
    touch: (...args) => store.touch(...args),
    regenerate: (...args) => store.regenerate(...args),
    destroy: (...args) => store.destroy(...args),
    destroyAll: (...args) => store.destroyAll(...args),
    list: (...args) => store.list(...args),
    close: () => store.close(),
  };
}

async function assertNoticed(subject: SessionSubject, law: string): Promise<void> {
  const runner = new CollectingRunner();
  sessionStoreContract(runner, subject);
  assert.notEqual(await runner.failureOf(law), undefined, 'the suite did not notice');
}

describe('contract of ISessionStore', () => {
  const stage = onStage(TOPOLOGIES.STANDALONE);

  attachmentTests('ISessionStore', sessionStoreLaws, [...scriptMutants, ...storeMutants]);

  for (const { breaks, flaw, from, to, besides } of scriptMutants) {
    it(`a session script that ${flaw} breaks the law "${breaks}"`, async () => {
      let isThere = false;
      const script = (source: string): string => {
        isThere ||= source.includes(from);
        const flawed = source.replace(from, () => to);
        return besides === undefined ? flawed : flawed.replace(besides.from, () => besides.to);
      };
      await assertNoticed(redisSessions(TOPOLOGIES.STANDALONE, stage, { script }), breaks);
      assert.ok(isThere, `"${from}" is in a script`);
    });
  }

  for (const { breaks, flaw, change } of storeMutants) {
    it(`a session store that ${flaw} breaks the law "${breaks}"`, async () => {
      const store = (one: ClosableStore): ClosableStore => ({ ...methodsOf(one), ...change(one) });
      await assertNoticed(memorySessions({ store }), breaks);
    });
  }
});
