import assert from 'node:assert/strict';
import type {
  RedisMessage,
  SubscribeOptions,
  SubscriptionTarget,
} from '../../../src/interfaces/redis-subscription.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { type ConnectionLaw, fails, law, type OpenConnection, whileFrozen } from './subject.js';

const isListening = ({ subscriptions }: { readonly subscriptions: number }): boolean => subscriptions > 0;

/** Publishes as another program does; each message only once the one before has been taken. */
async function publish(
  { servers }: OpenConnection,
  channel: string,
  ...payloads: (string | Buffer)[]
): Promise<void> {
  for (const payload of payloads) await servers.at(channel, 'PUBLISH', channel, payload);
}

/** Collects what a subscription hears. */
async function listen(
  { connection }: OpenConnection,
  target: SubscriptionTarget,
  options?: SubscribeOptions,
) {
  const messages: RedisMessage[] = [];
  const subscription = await connection.subscribe(target, (message) => messages.push(message), options);
  const texts = (): string[] => messages.map(({ payload }) => payload.toString());
  return { subscription, messages, texts };
}

/** Publishes a last message and waits for it: all earlier messages have been received by then. */
async function allHeard(opened: OpenConnection, channel: string): Promise<void> {
  const { subscription, texts } = await listen(opened, { channel });
  await publish(opened, channel, 'the last one');
  await eventually('all that was published has been heard', () => texts().includes('the last one'));
  await subscription.unsubscribe();
}

const messages: readonly ConnectionLaw[] = [
  law('a subscription receives the messages of its channel, in order, and no others', async (open) => {
    const opened = await open();
    const channel = `${opened.space}c`;
    const { texts, messages: heard, subscription } = await listen(opened, { channel });
    assert.equal(subscription.active, true);
    await publish(opened, `${channel}other`, 'x');
    await publish(opened, channel, 'a', 'b', 'c');
    await eventually('three messages', () => heard.length === 3);
    assert.deepEqual(texts(), ['a', 'b', 'c']);
    assert.deepEqual(
      heard.map((message) => message.channel.toString()),
      [channel, channel, channel],
    );
  }),
  law('a pattern subscription receives the messages of every matching channel', async (open) => {
    const opened = await open();
    const { space } = opened;
    const { messages: heard } = await listen(opened, { pattern: `${space}[ab]:*` });
    for (const name of ['a:1', 'c:1', 'b:2', 'a']) await publish(opened, space + name, name);
    await eventually('two messages', () => heard.length === 2);
    await allHeard(opened, `${space}a:last`);
    const names = heard.map(({ channel, payload }) => [channel.toString(), payload.toString()]);
    assert.deepEqual(names.slice(0, 2), [
      [`${space}a:1`, 'a:1'],
      [`${space}b:2`, 'b:2'],
    ]);
    assert.equal(names.length, 3);
  }),
  law('payloads are delivered as bytes, and channel names are literal', async (open) => {
    const opened = await open();
    const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    for (const name of ['plain', '*', '[a]', '\r\nPUBLISH', '😀', '__proto__', '{', ' ']) {
      const channel = opened.space + name;
      const { messages: heard, subscription } = await listen(opened, { channel });
      await publish(opened, `${opened.space}a`, 'x');
      await publish(opened, channel, every, '');
      await eventually('two messages', () => heard.length >= 2);
      assert.deepEqual(
        heard.map(({ payload }) => payload),
        [every, Buffer.alloc(0)],
      );
      await subscription.unsubscribe();
    }
  }),
  law('every handler of a channel is called with its own copy of the message', async (open) => {
    const opened = await open();
    const channel = `${opened.space}c`;
    const heard: string[][] = [[], [], []];
    const targets: SubscriptionTarget[] = [{ channel }, { channel }, { pattern: `${channel}*` }];
    await Promise.all(
      targets.map((target, index) =>
        opened.connection.subscribe(target, ({ payload, channel: name }) => {
          heard[index]?.push(`${name} ${payload}`);
          payload.fill(0);
          name.fill(0);
        }),
      ),
    );
    await publish(opened, channel, 'a', 'b');
    await eventually('all of them', () => heard.every((texts) => texts.length === 2));
    for (const texts of heard) assert.deepEqual(texts, [`${channel} a`, `${channel} b`]);
  }),
  law(
    'a handler that throws or rejects is logged, and other handlers still get the message',
    async (open) => {
      const opened = await open();
      const channel = `${opened.space}c`;
      await opened.connection.subscribe({ channel }, () => {
        throw new Error('thrown by a handler');
      });
      await opened.connection.subscribe({ channel }, async () =>
        Promise.reject(new Error('rejected by a handler')),
      );
      const { texts } = await listen(opened, { channel });
      await publish(opened, channel, 'secret-payload', 'b');
      await eventually('both messages', () => texts().length === 2);
      const errors = () => opened.log.filter(({ level }) => level === 'error');
      await eventually('both are logged', () => errors().length >= 4);
      const reasons = new Set(errors().map(({ error }) => (error as Error).message));
      assert.deepEqual([...reasons].sort(), ['rejected by a handler', 'thrown by a handler']);
      for (const { message, attributes } of opened.log) {
        assert.doesNotMatch(`${message} ${JSON.stringify(attributes)}`, /secret-payload/);
      }
    },
  ),
  law('a handler that never settles delays no other message', async (open) => {
    const opened = await open();
    const channel = `${opened.space}c`;
    let calls = 0;
    await opened.connection.subscribe({ channel }, () => {
      calls += 1;
      return new Promise(() => undefined);
    });
    await publish(opened, channel, 'a', 'b', 'c');
    await eventually('it is called for each message', () => calls === 3);
  }),
];

const ends: readonly ConnectionLaw[] = [
  law('no handler is called after its subscription has ended', async (open) => {
    const opened = await open();
    const channel = `${opened.space}c`;
    const { texts, subscription } = await listen(opened, { channel });
    const other = await listen(opened, { channel });
    await publish(opened, channel, 'a');
    await eventually('the first message', () => texts().length === 1 && other.texts().length === 1);
    const ending = subscription.unsubscribe();
    assert.equal(subscription.active, false);
    await publish(opened, channel, 'b');
    await ending;
    await publish(opened, channel, 'c');
    await eventually('the other one hears on', () => other.texts().length === 3);
    assert.deepEqual(texts(), ['a']);
    await subscription.unsubscribe();
    await subscription[Symbol.asyncDispose]();
    assert.deepEqual(other.texts(), ['a', 'b', 'c']);
  }),
  law('a signal ends a subscription', async (open) => {
    const opened = await open();
    const channel = `${opened.space}c`;
    const giving = new AbortController();
    const { texts, subscription } = await listen(opened, { channel }, { signal: giving.signal });
    await publish(opened, channel, 'a');
    await eventually('the first message', () => texts().length === 1);
    giving.abort();
    assert.equal(subscription.active, false);
    await allHeard(opened, channel);
    assert.deepEqual(texts(), ['a']);
  }),
  law('one connection serves all subscriptions, and exists only while there are any', async (open) => {
    const opened = await open();
    const { servers, space } = opened;
    const before = (await servers.clients()).length;
    const subscriptions = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        listen(opened, index % 2 ? { channel: `${space}${index}` } : { pattern: `${space}${index}*` }),
      ),
    );
    const listening = (await servers.clients()).filter(isListening);
    assert.deepEqual([listening.length, listening[0]?.subscriptions], [1, 20]);
    for (const { subscription } of subscriptions.slice(1)) await subscription.unsubscribe();
    const last = async () => (await servers.clients()).filter(isListening)[0]?.subscriptions === 1;
    await eventually('one is left', last);
    await subscriptions[0]?.subscription.unsubscribe();
    await eventually('it is gone', async () => (await servers.clients()).length === before);
  }),
  law('a channel that is left and joined again at once is received', async (open) => {
    const opened = await open();
    const { space } = opened;
    const stays = await listen(opened, { channel: `${space}stays` });
    let current = await listen(opened, { channel: `${space}c` });
    for (let round = 0; round < 10; round += 1) {
      const [next] = await Promise.all([
        listen(opened, { channel: `${space}c` }),
        current.subscription.unsubscribe(),
      ]);
      await publish(opened, `${space}c`, String(round));
      await eventually(`it hears round ${round}`, () => next.texts().includes(String(round)));
      const leaving = next.subscription.unsubscribe();
      current = await listen(opened, { channel: `${space}c` });
      await leaving;
      await publish(opened, `${space}c`, 'again');
      await eventually(`it hears again in round ${round}`, () => current.texts().includes('again'));
    }
    assert.equal(stays.subscription.active, true);
    await publish(opened, `${space}stays`, 'a');
    await eventually('the other one was not touched', () => stays.texts().length === 1);
  }),
  law('subscriptions end when the connection is closed', async (open) => {
    const opened = await open();
    const { subscription, texts } = await listen(opened, { channel: `${opened.space}c` });
    await opened.connection.close();
    assert.equal(subscription.active, false);
    await subscription.unsubscribe();
    await publish(opened, `${opened.space}c`, 'a');
    assert.deepEqual(texts(), []);
    await eventually('no client listens', async () => !(await opened.servers.clients()).some(isListening));
  }),
];

const failures: readonly ConnectionLaw[] = [
  law('a subscription that lost its connection resumes, and is told of the gap', async (open) => {
    const opened = await open();
    const { servers, space } = opened;
    const gaps: number[] = [];
    const onGap = ({ lostMs }: { readonly lostMs: number }): void => void gaps.push(lostMs);
    const channel = await listen(opened, { channel: `${space}c` }, { onGap });
    const pattern = await listen(opened, { pattern: `${space}p*` }, { onGap });
    const ended = await listen(
      opened,
      { channel: `${space}c` },
      { onGap: () => assert.fail('it was ended') },
    );
    await ended.subscription.unsubscribe();
    assert.equal(await servers.kill(isListening), 1);
    await eventually(
      'the loss is noticed',
      () => !channel.subscription.active && !pattern.subscription.active,
    );
    await eventually('both are back', () => channel.subscription.active && pattern.subscription.active);
    await eventually('both were told', () => gaps.length === 2);
    assert.ok(
      gaps.every((lostMs) => lostMs > 0 && lostMs < 60_000),
      String(gaps),
    );
    await publish(opened, `${space}c`, 'a');
    await publish(opened, `${space}p1`, 'b');
    await eventually('both hear again', () => channel.texts().includes('a') && pattern.texts().includes('b'));
    assert.deepEqual([gaps.length, ended.texts()], [2, []]);
  }),
  law('a subscription that the server refuses rejects, and leaves nothing behind', async (open) => {
    const { space, servers } = await open();
    const name = `${space}user`;
    await servers.setUser(name, 'password', '~*', '+@all', 'resetchannels', `&${space}mine*`);
    const credentials = { getCredentials: async () => ({ username: name, password: 'password' }) };
    const opened = await open({ credentials, clientName: `${space}other` });
    const before = (await servers.clients(`${space}other`)).length;
    const refused = { code: 'E_OPERATION_REFUSED', outcome: 'refused', reason: 'NOPERM' };
    for (const target of [{ channel: `${space}theirs` }, { pattern: `${space}*` }]) {
      await fails(
        opened.connection.subscribe(target, () => assert.fail('it was refused')),
        refused,
      );
    }
    await eventually(
      'no connection is left',
      async () => (await servers.clients(`${space}other`)).length === before,
    );
    const { texts } = await listen(opened, { channel: `${space}mine` });
    await fails(
      opened.connection.subscribe({ channel: `${space}theirs` }, () => {}),
      refused,
    );
    await publish(opened, `${space}mine`, 'a');
    await eventually('what is allowed is heard', () => texts().length === 1);
  }),
  law('subscribe refuses an invalid channel, pattern or handler', async (open) => {
    const { connection, space } = await open();
    const wrongs: unknown[] = [undefined, null, 'c', {}, { channel: '' }, { channel: 5 }, { pattern: null }];
    for (const wrong of [...wrongs, { channel: 'a', pattern: 'a' }, { channel: ['a'] }]) {
      await fails(
        connection.subscribe(wrong as SubscriptionTarget, () => {}),
        { code: 'E_ARGUMENT' },
      );
    }
    for (const handler of [undefined, null, 'f', {}] as unknown as (() => void)[]) {
      await fails(connection.subscribe({ channel: `${space}c` }, handler), { code: 'E_ARGUMENT' });
    }
  }),
  law(
    'subscribe rejects within its timeout on a frozen server, and leaves no subscription behind',
    async (open) => {
      const opened = await open();
      const { connection, servers, space } = opened;
      const target = { channel: `${space}c` };
      const silent = (): void => assert.fail('it was given up');
      const subscribe = () =>
        fails(connection.subscribe(target, silent, { timeout: 200 }), {
          code: ['E_OPERATION_TIMEOUT', 'E_CONNECTION_TIMEOUT'],
        });
      await whileFrozen(servers, () => settlesInTime(250, 'the first subscription', subscribe));
      const { texts } = await listen(opened, { channel: `${space}other` });
      await whileFrozen(servers, () => settlesInTime(250, 'another subscription', subscribe));
      await eventually('nothing is left of it', async () => {
        const listening = (await servers.clients()).filter(isListening);
        return listening.length === 1 && listening[0]?.subscriptions === 1;
      });
      await publish(opened, target.channel, 'a');
      await publish(opened, `${space}other`, 'b');
      await eventually('the other one hears', () => texts().includes('b'));
    },
  ),
];

export const subscribeLaws: readonly ConnectionLaw[] = [...messages, ...ends, ...failures];
