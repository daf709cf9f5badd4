import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { collectionLaws, collectionsContract } from '../../contract/collections/collections.contract.js';
import type { CollectionSubject } from '../../contract/collections/subject.js';
import { memoryCollections } from '../../subjects/collections/memory.subjects.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { counterMutants } from './counter.mutants.js';
import { hashMutants } from './hash.mutants.js';
import { listMutants } from './list.mutants.js';
import { setMutants } from './set.mutants.js';
import { sharedMutants, unshared } from './shared.mutants.js';

const MUTANTS = [...counterMutants, ...hashMutants, ...listMutants, ...setMutants, ...sharedMutants];

async function assertNoticed(subject: CollectionSubject, law: string): Promise<void> {
  const runner = new CollectingRunner();
  collectionsContract(runner, subject);
  assert.notEqual(await runner.failureOf(law), undefined, 'the suite did not notice');
}

describe('contract of ICollectionSite', () => {
  attachmentTests('ICollectionSite', collectionLaws, [...MUTANTS, unshared]);

  for (const { breaks, flaw, subject } of MUTANTS) {
    it(`a collection that ${flaw} breaks the law "${breaks}"`, () => assertNoticed(subject, breaks));
  }

  it(`a site that ${unshared.flaw} breaks the law "${unshared.breaks}"`, () => {
    const subject: CollectionSubject = {
      ...memoryCollections,
      supports: ['shared'],
      open: async (options) => ({ ...(await memoryCollections.open(options)), twin: unshared.twin }),
    };
    return assertNoticed(subject, unshared.breaks);
  });
});
