import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { PubSubMessage } from '../../../src/interfaces/pub-sub.js';
import { eventually } from '../../support/time/eventually.js';
import { bytes } from '../expectations.js';
import { law, lawOf, listen, type OpenPubSub, type PubSubLaw, textOf } from './subject.js';

/** A handler that waits, message by message, until the test lets it go on. */
function gate(): {
  readonly handler: (message: PubSubMessage<unknown>) => Promise<void>;
  open(): void;
  readonly calls: string[];
} {
  const calls: string[] = [];
  let isOpen = false;
  const waiting: (() => void)[] = [];
  return {
    calls,
    handler: async (message) => {
      calls.push(textOf(message));
      if (!isOpen) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    open: () => {
      isOpen = true;
      for (const resolve of waiting) resolve();
    },
  };
}

/**
 * Publishes on one channel and waits until a bystander has heard these messages. It may hear earlier ones, too: another
 * node of a cluster passes them on later.
 */
async function publishAll(opened: OpenPubSub, channel: string, ...texts: string[]): Promise<void> {
  const { texts: heard, subscription } = await listen(opened, { channels: [channel] });
  for (const text of texts) await opened.pubSub.publish(channel, bytes(text));
  const all = texts.map((text) => `${channel} ${text}`);
  await eventually('a bystander has heard all', () => all.every((text) => heard.includes(text)));
  await subscription.unsubscribe();
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

const handlers: readonly PubSubLaw[] = [
  law(
    'a handler that throws or rejects is logged, without the message, and is called again',
    async (open) => {
      const opened = await open();
      let calls = 0;
      await opened.pubSub.subscribe({ channels: ['c'] }, () => {
        calls++;
        throw new Error('thrown by a handler');
      });
      await opened.pubSub.subscribe({ channels: ['c'] }, async () => {
        calls++;
        throw new Error('rejected by a handler');
      });
      await publishAll(opened, 'c', 'secret', 'secret');
      await eventually('both were called twice', () => calls === 4);
      const errors = () => opened.log.filter(({ level }) => level === 'error');
      await eventually('all errors are logged', () => errors().length === 4);
      const reasons = new Set(errors().map(({ error }) => (error as Error).message));
      assert.deepEqual([...reasons].sort(), ['rejected by a handler', 'thrown by a handler']);
      for (const { message, attributes } of errors()) {
        assert.doesNotMatch(`${message} ${JSON.stringify(attributes)}`, /secret/);
      }
    },
  ),
  law('a handler that never ends costs no other subscription a message', async (open) => {
    const opened = await open();
    const stuck = gate();
    await opened.pubSub.subscribe({ channels: ['c'] }, stuck.handler);
    await publishAll(opened, 'c', ...numbers(0, 50));
    assert.deepEqual(stuck.calls, ['c 0']);
  }),
  law('a handler is called for one message at a time, in order', async (open) => {
    const opened = await open();
    let running = 0;
    let most = 0;
    const heard: string[] = [];
    await opened.pubSub.subscribe({ channels: ['c'] }, async (message) => {
      most = Math.max(most, ++running);
      await setImmediate();
      heard.push(textOf(message));
      running--;
    });
    await Promise.all(numbers(0, 50).map((text) => opened.pubSub.publish('c', bytes(text))));
    await eventually('all are handled', () => heard.length === 50);
    assert.equal(most, 1);
    assert.deepEqual(
      heard,
      numbers(0, 50).map((text) => `c ${text}`),
    );
  }),
  law('a full buffer drops the oldest messages, and each is told', async (open) => {
    const opened = await open();
    const slow = gate();
    let dropped = 0;
    await opened.pubSub.subscribe({ channels: ['c'] }, slow.handler, {
      buffer: 10,
      onDrop: ({ messages }) => {
        dropped += messages;
        throw new Error('thrown by onDrop');
      },
    });
    await publishAll(opened, 'c', ...numbers(0, 100));
    await eventually('all drops are told', () => dropped === 89);
    slow.open();
    await eventually('the rest is handled', () => slow.calls.length === 11);
    assert.deepEqual(
      slow.calls,
      ['0', ...numbers(90, 100)].map((text) => `c ${text}`),
    );
  }),
  law('a buffer is bounded in bytes', async (open) => {
    const opened = await open();
    const slow = gate();
    let dropped = 0;
    const onDrop = ({ messages }: { readonly messages: number }): void => {
      dropped += messages;
    };
    const options = { bufferBytes: '8KiB', onDrop } as const;
    await opened.pubSub.subscribe({ channels: ['c'] }, slow.handler, options);
    await publishAll(opened, 'c', 'first', ...numbers(0, 20).map((text) => text.padStart(2000)));
    await eventually('17 drops are told', () => dropped === 17);
    await publishAll(opened, 'c', 'x'.repeat(10_000));
    await eventually('what is larger than the buffer is dropped', () => dropped === 18);
    slow.open();
    await eventually('the rest is handled', () => slow.calls.length === 4);
    assert.deepEqual(
      slow.calls.slice(1).map((call) => call.slice(2).trim()),
      ['17', '18', '19'],
    );
  }),
];

const ends: readonly PubSubLaw[] = [
  law('no handler is called after its subscription has ended, not even for what waited', async (open) => {
    const opened = await open();
    for (const end of ['unsubscribe', 'dispose', 'abort'] as const) {
      const [slow, controller] = [gate(), new AbortController()];
      const { signal } = controller;
      const subscription = await opened.pubSub.subscribe({ channels: [end] }, slow.handler, { signal });
      await publishAll(opened, end, 'a', 'b');
      await eventually('it is called', () => slow.calls.length === 1);
      assert.equal(subscription.active, true);
      if (end === 'unsubscribe') await subscription.unsubscribe();
      else if (end === 'dispose') await subscription[Symbol.asyncDispose]();
      else controller.abort();
      assert.equal(subscription.active, false);
      slow.open();
      await publishAll(opened, end, 'd');
      assert.deepEqual(slow.calls, [`${end} a`]);
    }
  }),
  law('a handler can end its own subscription', async (open) => {
    const opened = await open();
    const heard: string[] = [];
    const subscription = await opened.pubSub.subscribe({ channels: ['c'] }, async (message) => {
      heard.push(textOf(message));
      await subscription.unsubscribe();
      heard.push('ended');
    });
    await publishAll(opened, 'c', 'a', 'b', 'c');
    await eventually('it has ended', () => heard.includes('ended'));
    assert.deepEqual(heard, ['c a', 'ended']);
  }),
  law('a channel can be subscribed to again at once', async (open) => {
    const opened = await open();
    let last = await listen(opened, { channels: ['c', 'd'] });
    for (let round = 0; round < 10; round++) {
      const ending = last.subscription.unsubscribe();
      last = await listen(opened, { channels: ['d', 'c'] });
      await ending;
    }
    await publishAll(opened, 'c', 'x');
    await publishAll(opened, 'd', 'x');
    await eventually('both arrive', () => last.texts.length === 2);
    assert.equal(last.subscription.active, true);
  }),
];

const links: readonly PubSubLaw[] = [
  lawOf('shared', 'bytes that the codec refuses are told, and the next message is handled', async (open) => {
    const opened = await open({ codec: 'json' });
    const { other } = opened;
    assert.ok(other, 'there is another process');
    const malformed: string[] = [];
    const { texts } = await listen(
      opened,
      { channels: ['c'] },
      {
        onMalformed: ({ channel, payload, error }) => {
          malformed.push(`${channel} ${Buffer.from(payload)} ${(error as { code?: unknown }).code}`);
          throw new Error('thrown by onMalformed');
        },
      },
    );
    const silent = await listen(opened, { channels: ['c'] });
    await other.publish('c', bytes('{'));
    await other.publish('c', bytes('{"a":1}'));
    await eventually('the next message', () => texts.length === 1 && silent.texts.length === 1);
    assert.deepEqual(malformed, ['c { E_DECODE']);
    assert.deepEqual(texts, ['c {"a":1}']);
    assert.ok(
      opened.log.some(({ level }) => level === 'warning'),
      'without onMalformed it is logged',
    );
  }),
  lawOf(
    'link',
    'each loss of the link is told once to each subscription, before later messages',
    async (open) => {
      const opened = await open();
      assert.ok(opened.other && opened.breakLinks, 'its link can break');
      const stories: string[][] = [];
      for (const target of [
        { channels: ['a', 'b', 'c', 'd'] },
        { channels: ['a'] },
        { channels: ['b', 'a'] },
      ]) {
        const story: string[] = [];
        stories.push(story);
        await opened.pubSub.subscribe(target, (message) => void story.push(textOf(message)), {
          onGap: ({ lostMs }) => {
            assert.ok(lostMs >= 0);
            story.push('gap');
            throw new Error('thrown by onGap');
          },
        });
      }
      for (let round = 1; round <= 3; round++) {
        await opened.breakLinks();
        await eventually('all are told', () =>
          stories.every((story) => story.filter((each) => each === 'gap').length === round),
        );
        await eventually('the message arrives', async () => {
          await opened.other?.publish('a', bytes(String(round)));
          return stories.every((story) => story.includes(`a ${round}`));
        });
      }
      for (const story of stories) {
        const unique = story.filter((each, index) => each === 'gap' || story.indexOf(each) === index);
        assert.deepEqual(unique, ['gap', 'a 1', 'gap', 'a 2', 'gap', 'a 3']);
      }
    },
  ),
  lawOf('link', 'subscriptions are restored after a loss, and those that ended are not', async (open) => {
    const opened = await open();
    assert.ok(opened.other && opened.breakLinks, 'its link can break');
    const kept = await listen(opened, { channels: ['a', 'b'] });
    const ended = await listen(opened, { channels: ['b', 'c'] });
    await opened.breakLinks();
    await ended.subscription.unsubscribe();
    await eventually('it is active again', () => kept.subscription.active);
    for (const channel of ['a', 'b', 'c']) await opened.other.publish(channel, bytes('x'));
    await eventually('both messages', () => kept.texts.length === 2);
    assert.deepEqual(ended.texts, []);
  }),
];

export const subscriptionLaws: readonly PubSubLaw[] = [...handlers, ...ends, ...links];
