import assert from 'node:assert/strict';
import type { Delivery } from '../../../src/interfaces/queue.js';
import { eventually } from '../../support/time/eventually.js';
import { assertPatterned, patterned } from '../expectations.js';
import { Hand, law, type QueueLaw, rejects } from './subject.js';

export const storingLaws: readonly QueueLaw[] = [
  law('a delayed message is delivered once, not before its delay, and soon after it', async (open) => {
    const { site, other } = await open({ codec: 'json', visibility: 300 });
    const stop = new AbortController();
    const seen: { message: number; tookMs: number }[] = [];
    const since = performance.now();
    const handle = ({ message }: Delivery<number>): void =>
      void seen.push({ message, tookMs: performance.now() - since });
    const running = Array.from({ length: 8 }, (_, index) =>
      (index % 2 === 0 ? site : other).getConsumer<number>('one').run(handle, { signal: stop.signal }),
    );
    const delays = [900, 300, 600];
    for (const delay of delays) {
      const { outcome } = await site.getProducer<number>('one').produce(delay, { delay });
      assert.equal(outcome, 'delayed');
    }
    const slackMs = performance.now() - since;
    await eventually('all were handled', () => seen.length >= 3);
    stop.abort();
    await Promise.all(running);
    assert.deepEqual(
      seen.map(({ message }) => message),
      [300, 600, 900],
    );
    for (const { message, tookMs } of seen) {
      assert.ok(tookMs >= message - 2, `${message} came after ${tookMs} ms`);
      assert.ok(tookMs <= message + slackMs + 1100, `${message} came after ${tookMs} ms`);
    }
  }),
  law('a delay that is longer than the visibility counts no delivery', async (open) => {
    const { site } = await open({ codec: 'text', visibility: 100, maxAttempts: 1 });
    await site.getProducer<string>('one').produce('a', { delay: 500 });
    const hand = new Hand(site.getConsumer<string>('one'));
    const delivery = await hand.take();
    assert.deepEqual([delivery.attempt, await delivery.ack()], [1, true]);
    assert.equal((await site.getAdmin('one').stats()).dead, 0);
  }),
  law('a message id is stored once within the dedupeWindow, and again after it', async (open) => {
    const { site, other } = await open({ codec: 'text', dedupeWindow: 1500 });
    const outcomes = async (ids: readonly string[]): Promise<string[]> => {
      const calls = ids.map((id, index) =>
        (index % 2 ? other : site).getProducer<string>('one').produce('a', { id }),
      );
      return (await Promise.all(calls)).map(({ id, outcome }) => `${id} ${outcome}`).sort();
    };
    assert.deepEqual(await outcomes(['x', 'x', 'x', 'y']), [
      'x duplicate',
      'x duplicate',
      'x queued',
      'y queued',
    ]);
    const many = [{ message: 'a', id: 'z' }, { message: 'b', id: 'z', delay: '1h' as const }, 'c'];
    const produced = await site.getProducer<string>('one').produceMany(many);
    assert.deepEqual(
      produced.map(({ outcome }) => outcome),
      ['queued', 'duplicate', 'queued'],
    );
    // Also after it was handled.
    const hand = new Hand(site.getConsumer<string>('one'));
    for (const delivery of await hand.takeMany(4)) assert.ok(await delivery.ack());
    assert.deepEqual(await outcomes(['x']), ['x duplicate']);
    await eventually('the window is over', async () => (await outcomes(['x']))[0] === 'x queued');
  }),
  law('a queue that holds maxLength messages refuses others, and keeps those', async (open) => {
    const { site, other } = await open({ codec: 'json', maxLength: 3 });
    const producer = site.getProducer<number>('one');
    const outcomes = (await producer.produceMany([1, { message: 2, delay: 1 }, 3, 4, 5])).map(
      ({ outcome }) => outcome,
    );
    assert.deepEqual(outcomes, ['queued', 'delayed', 'queued', 'full', 'full']);
    const hand = new Hand(other.getConsumer<number>('one'));
    const taken = await hand.takeMany(3);
    assert.deepEqual(taken.map(({ message }) => message).sort(), [1, 2, 3]);
    // Messages in flight count, and an id that was refused is not known.
    assert.equal((await producer.produce(6, { id: 'six' })).outcome, 'full');
    assert.equal(await taken[0]?.ack(), true);
    assert.equal((await producer.produce(6, { id: 'six' })).outcome, 'queued');
  }),
  law('large messages come in requests that a call has time for', async (open) => {
    const { site, other } = await open({ commandTimeout: '2s' });
    const large = patterned(3 * 1024 ** 2);
    await other.getProducer('one').produceMany(Array.from({ length: 12 }, () => large));
    const hand = new Hand(site.getConsumer('one'), { prefetch: 20 });
    const taken = await hand.takeMany(12);
    for (const delivery of taken) {
      assertPatterned(delivery.message, large.length, 'the message');
      assert.equal(delivery.attempt, 1);
      await delivery.ack();
    }
  }),
  law('messages without an id have different ones', async (open) => {
    const { site, other } = await open({ codec: 'json' });
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    const both = [site, other].map((at) => at.getProducer<number>('one').produceMany(numbers));
    const ids = (await Promise.all(both)).flat().map(({ id }) => id);
    assert.equal(new Set(ids).size, 1000);
  }),
  law('queues of different names are independent, whatever the names hold', async (open) => {
    const { site } = await open({ codec: 'text' });
    const names = ['a', 'A', '{a}', 'a}', 'a:b', 'a*', '__proto__', 'a\0', 'a%7Db', 'a}b', 'ä'];
    for (const name of names) await site.getProducer<string>(name).produce(name, { id: 'same' });
    for (const name of names) {
      assert.equal((await site.getAdmin(name).stats()).ready, 1, name);
      const delivery = await new Hand(site.getConsumer<string>(name)).take();
      assert.equal(delivery.message, name);
      await delivery.ack();
    }
  }),
  law('bad names, messages and options are refused before anything happens', async (open) => {
    const { site } = await open({ maxMessageBytes: 100 });
    for (const name of ['', 'x'.repeat(1025), '\ud800', 1, undefined]) {
      assert.throws(() => site.getProducer(name as string), { code: 'E_ARGUMENT' });
      assert.throws(() => site.getConsumer(name as string), { code: 'E_ARGUMENT' });
      assert.throws(() => site.getAdmin(name as string), { code: 'E_ARGUMENT' });
    }
    const producer = site.getProducer<unknown>('one');
    await rejects(producer.produce('text'), 'E_ENCODE');
    await rejects(producer.produce(new Uint8Array(101)), 'E_ARGUMENT');
    for (const options of [{ id: '' }, { id: 7 }, { delay: -1 }, { delay: 'soon' }, { to: 1 }, 7, null]) {
      await rejects(producer.produce(new Uint8Array(1), options as object), 'E_ARGUMENT');
    }
    await rejects(producer.produce(new Uint8Array(1), { signal: AbortSignal.abort() }), 'E_ABORTED');
    await rejects(producer.produceMany([new Uint8Array(1), 'text']), 'E_ENCODE');
    await rejects(producer.produceMany(7 as never), 'E_ARGUMENT');
    const consumer = site.getConsumer('one');
    for (const options of [{ concurrency: 0 }, { prefetch: -1 }, { visibility: 0 }, { fast: true }]) {
      assert.throws(() => consumer.consume(options as object), { code: 'E_ARGUMENT' });
    }
    await rejects(consumer.run(undefined as never), 'E_ARGUMENT');
    await rejects(
      consumer.run(() => undefined, { concurrency: 1.5 }),
      'E_ARGUMENT',
    );
    await rejects(site.getAdmin('one').redrive([7 as never]), 'E_ARGUMENT');
    const stats = await site.getAdmin('one').stats();
    assert.deepEqual([stats.ready, stats.delayed, stats.inFlight], [0, 0, 0]);
    await producer.produce(new Uint8Array(100));
    const delivery = await new Hand(consumer).take();
    await rejects(delivery.nack({ delay: -1 }), 'E_ARGUMENT');
    await rejects(delivery.extend('never' as never), 'E_ARGUMENT');
    assert.equal(await delivery.ack(), true);
  }),
];
