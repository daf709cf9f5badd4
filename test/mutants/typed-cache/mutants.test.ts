import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { TypedSubject } from '../../contract/typed-cache/subject.js';
import { typedCacheContract, typedLaws } from '../../contract/typed-cache/typed-cache.contract.js';
import {
  flawedTypedCaches,
  type TypedFlaw,
  TypedRedis,
} from '../../subjects/typed-cache/typed-cache.subjects.js';
import { openRedis } from '../../support/redis/server/redis-for-tests.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { typedCoverMutants } from './cover.mutants.js';
import { typedEditionMutants } from './edition.mutants.js';
import { typedFailureMutants } from './failure.mutants.js';
import { typedGraceMutants } from './grace.mutants.js';
import { typedInvalidationMutants } from './invalidation.mutants.js';
import { typedLifeMutants } from './life.mutants.js';
import {
  typedLeaseMutants,
  typedManyMutants,
  typedNestingMutants,
  typedRefreshMutants,
  typedTimeoutMutants,
} from './loading.mutants.js';
import {
  typedByteMutants,
  typedClosingMutants,
  typedObservationMutants,
  typedOptionMutants,
} from './option.mutants.js';
import { typedOrderMutants } from './order.mutants.js';
import { typedTagMutants } from './tag.mutants.js';
import { typedConductMutants, typedFlightMutants, typedValueMutants } from './value.mutants.js';

const MUTANTS = [
  ...typedValueMutants,
  ...typedFlightMutants,
  ...typedConductMutants,
  ...typedNestingMutants,
  ...typedManyMutants,
  ...typedInvalidationMutants,
  ...typedOrderMutants,
  ...typedLifeMutants,
  ...typedGraceMutants,
  ...typedRefreshMutants,
  ...typedTimeoutMutants,
  ...typedLeaseMutants,
  ...typedTagMutants,
  ...typedOptionMutants,
  ...typedEditionMutants,
  ...typedByteMutants,
  ...typedFailureMutants,
  ...typedCoverMutants,
  ...typedObservationMutants,
  ...typedClosingMutants,
];

describe('contract of ITypedCache', () => {
  const redis = new TypedRedis(openRedis, false);
  beforeAll(() => redis.start());
  afterAll(() => redis.close());

  attachmentTests('ITypedCache', typedLaws, MUTANTS);

  describe('mutants', () => {
    for (const { breaks, flaw, make } of MUTANTS) {
      it(`a typed cache that ${flaw} breaks the law "${breaks}"`, async () => {
        for (const subject of subjects(make)) {
          const runner = new CollectingRunner();
          typedCacheContract(runner, subject);
          if (runner.titles.includes(breaks) && (await runner.failureOf(breaks)) !== undefined) return;
        }
        assert.fail('the suite did not notice');
      });
    }
  });

  /** Memory first, which is fast; Redis for the laws that inspect a server. */
  function subjects(flaw: TypedFlaw): readonly TypedSubject[] {
    return [...flawedTypedCaches(flaw), redis.subject(flaw)];
  }
});
