import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type LangchainGeneration, langchainCache } from '../../../src/adapters/langchain.js';
import { type CacheUnderTest, openCache, PLACES } from '../../adapters/cache-under-test.js';
import { otherPackage } from '../packages.js';

interface Caches {
  readonly BaseCache: abstract new () => object;
  // biome-ignore lint/suspicious/noExplicitAny: of LangChain.
  serializeGeneration(generation: any): object;
  // biome-ignore lint/suspicious/noExplicitAny: of LangChain.
  deserializeStoredGeneration(stored: any): any;
}
interface Message {
  readonly content: unknown;
  readonly tool_calls?: readonly object[];
  readonly usage_metadata?: object;
}
interface Messages {
  readonly AIMessage: new (fields: object) => Message;
}
interface FakeModel {
  invoke(text: string): Promise<Message>;
}

describe.each(PLACES)('LangChain over %s', (where) => {
  let subject: CacheUnderTest;

  beforeAll(async () => {
    await otherPackage('@langchain/core/caches');
    subject = await openCache(where);
  });
  afterAll(() => subject?.close());

  it('generations come back as a whole, with messages, tool calls, usage and what the model told', async () => {
    const caches = await otherPackage<Caches>('@langchain/core/caches');
    const { AIMessage } = await otherPackage<Messages>('@langchain/core/messages');
    const answers = langchainCache(caches, subject.cache);
    assert.ok(answers instanceof caches.BaseCache);
    const message = new AIMessage({
      content: [{ type: 'text', text: 'hi' }],
      tool_calls: [{ name: 'search', args: { q: 'é' }, id: 'c1', type: 'tool_call' }],
      usage_metadata: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
    });
    const generations = [
      { text: 'hi', message, generationInfo: { finish_reason: 'stop' } },
      { text: 'two' },
    ] as LangchainGeneration[];
    await answers.update('prompt', 'model', generations);
    const [first, second] = (await answers.lookup('prompt', 'model')) ?? [];
    assert.ok(first.message instanceof AIMessage);
    assert.deepEqual(first.message.tool_calls, message.tool_calls);
    assert.deepEqual(first.message.usage_metadata, message.usage_metadata);
    assert.deepEqual(
      [first.message.content, first.generationInfo],
      [message.content, { finish_reason: 'stop' }],
    );
    assert.deepEqual(second, { text: 'two' });
    assert.equal(await answers.lookup('other prompt', 'model'), null);
    const lives: number[] = [];
    for await (const key of subject.cache.keys('*')) lives.push((await subject.cache.getExpiry(key)) ?? 0);
    assert.equal(lives.length, 1);
    for (const life of lives) assert.ok(life > 86_000_000 && life <= 86_400_000);
  });

  it('two requests that the encoder gives one key are told apart, and other bytes are a miss', async () => {
    const caches = await otherPackage<Caches>('@langchain/core/caches');
    const answers = langchainCache(caches, subject.cache, { prefix: 'own' });
    await answers.update('a_b', 'c', [{ text: 'first' }]);
    assert.equal(await answers.lookup('a', 'b_c'), null);
    assert.deepEqual(await answers.lookup('a_b', 'c'), [{ text: 'first' }]);
    answers.makeDefaultKeyEncoder((...texts) => texts.join('|'));
    assert.equal(await answers.lookup('a_b', 'c'), null);
    await subject.cache.setValue('own:a_b|c', Buffer.from('{'), '1m');
    assert.equal(await answers.lookup('a_b', 'c'), null);
  });

  it('a model of LangChain is asked once for a prompt', async () => {
    const caches = await otherPackage<Caches>('@langchain/core/caches');
    const { FakeListChatModel } = await otherPackage<{
      readonly FakeListChatModel: new (options: object) => FakeModel;
    }>('@langchain/core/utils/testing');
    const { cache } = subject;
    // region langchain
    const { BaseCache, serializeGeneration, deserializeStoredGeneration } = caches; // '@langchain/core/caches'
    const parts = { BaseCache, serializeGeneration, deserializeStoredGeneration };
    const answers = langchainCache(parts, cache, { prefix: 'app:llm', expire: '7d' });
    const model = new FakeListChatModel({ responses: ['one', 'two', 'three'], cache: answers });
    // endregion
    const told = [await model.invoke('hello'), await model.invoke('hello'), await model.invoke('bye')];
    assert.deepEqual(
      told.map(({ content }) => content),
      ['one', 'one', 'two'],
    );
  });
});
