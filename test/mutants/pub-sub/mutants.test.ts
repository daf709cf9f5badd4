import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { pubSubContract, pubSubLaws } from '../../contract/pub-sub/pub-sub.contract.js';
import { memoryPubSub, redisPubSub } from '../../subjects/pub-sub/pub-sub.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { attachmentTests } from '../attachment.js';
import { CollectingRunner } from '../collecting-runner.js';
import { pubSubLinkMutants, pubSubMutants } from './pub-sub.mutants.js';

describe('contract of IPubSub', () => {
  attachmentTests('IPubSub', pubSubLaws, [...pubSubMutants, ...pubSubLinkMutants]);

  describe('mutants in memory', () => {
    for (const { breaks, flaw, make } of pubSubMutants) {
      it.concurrent(`publish/subscribe that ${flaw} breaks the law "${breaks}"`, async () => {
        const runner = new CollectingRunner();
        pubSubContract(runner, memoryPubSub(make));
        assert.ok((await runner.failureOf(breaks)) !== undefined, 'the suite did not notice');
      });
    }
  });

  describe('mutants on a server', () => {
    const stage = onStage(TOPOLOGIES.STANDALONE);
    for (const { breaks, flaw, make } of pubSubLinkMutants) {
      it(`publish/subscribe over a link that ${flaw} breaks the law "${breaks}"`, async () => {
        const runner = new CollectingRunner();
        pubSubContract(
          runner,
          redisPubSub('one server', () => stage(), { flaw: make }),
        );
        assert.ok((await runner.failureOf(breaks)) !== undefined, 'the suite did not notice');
      });
    }
  });
});
