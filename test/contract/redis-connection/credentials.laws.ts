import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Credentials, ICredentialsProvider } from '../../../src/interfaces/credentials-provider.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { everyCall } from './calls.js';
import { type ConnectionLaw, type Failure, fails, failureOf, law, type OpenConnection } from './subject.js';

const SECRET = 'canary-7b1f';
const RIGHTS = ['~*', '&*', '+@all'];

/** A provider that returns the given credentials, and counts its calls. */
function provider(give: (signal: AbortSignal) => Promise<Credentials>) {
  const asked: AbortSignal[] = [];
  const credentials: ICredentialsProvider = {
    getCredentials: ({ signal }) => {
      asked.push(signal);
      return give(signal);
    },
  };
  return { asked, credentials };
}

/** Everything that a connection may show to people. */
async function shownBy({ connection, log, space }: OpenConnection): Promise<string> {
  const failure = await failureOf(
    connection.execute(['GET', `${space}k`, 'too many'], { keys: [`${space}k`] }),
  );
  const deep = { depth: 8, showHidden: true } as const;
  return [
    ...[inspect(connection, deep), JSON.stringify(connection), String(connection)],
    ...[JSON.stringify(await connection.health()), inspect(failure, deep), String(failure.stack)],
    ...log.map(({ message, attributes, error }) => inspect({ message, attributes, error }, deep)),
  ].join('\n');
}

/** Tells whether a string contains a secret, plain or encoded. */
function reveals(text: string): boolean {
  const bytes = Buffer.from(SECRET);
  return [SECRET, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex')].some((each) =>
    text.includes(each),
  );
}

export const credentialsLaws: readonly ConnectionLaw[] = [
  law('the credentials provider is asked at every connection attempt', async (open) => {
    const { servers, space } = await open();
    const name = `${space}user`;
    await servers.setUser(name, SECRET, ...RIGHTS);
    const { asked, credentials } = provider(async () => ({ username: name, password: SECRET }));
    const clientName = `${space}asking`;
    const { connection } = await open({ credentials, clientName });
    const clients = await servers.clients(clientName);
    assert.ok(clients.length > 0 && clients.every(({ user }) => user === name), 'all are of that user');
    assert.ok(
      asked.length >= clients.length,
      `asked ${asked.length} times for ${clients.length} connections`,
    );
    const before = asked.length;
    await connection.transaction([['INCR', `${space}n`]], { keys: [`${space}n`] });
    assert.equal(asked.length, before + 1);
    await connection.subscribe({ channel: `${space}c` }, () => {});
    assert.equal(asked.length, before + 2);
    assert.ok(
      (await servers.clients(clientName)).every(({ user }) => user === name),
      'all are of that user',
    );
  }),
  law('rotated credentials are adopted, and no command runs as another user', async (open) => {
    const { servers, space } = await open();
    const name = `${space}user`;
    await servers.setUser(name, 'old', ...RIGHTS);
    let password = 'old';
    const { credentials } = provider(async () => ({ username: name, password }));
    const clientName = `${space}rotating`;
    const { connection } = await open({ credentials, clientName });
    await servers.setUser(name, 'new', ...RIGHTS);
    password = 'new';
    assert.ok((await servers.kill(undefined, clientName)) > 0, 'there were connections');
    const users = new Set<unknown>();
    await eventually('it is back', async () => {
      await connection.execute(['ACL', 'WHOAMI'], { reply: 'text' }).then(
        (user) => users.add(user),
        () => undefined,
      );
      return connection.status === 'ready' && users.size > 0;
    });
    await everyCall.execute(connection, space);
    assert.deepEqual([...users], [name]);
    assert.ok(
      (await servers.clients(clientName)).every(({ user }) => user === name),
      'all are of that user',
    );
  }),
  law(
    'a credentials provider that fails counts as refused credentials, and its error is shown nowhere',
    async (open) => {
      const { credentials, asked } = provider(async () => Promise.reject(new Error(SECRET)));
      const opened = await open({ credentials });
      const { connection, space } = opened;
      await eventually('it was asked again', () => asked.length > 1);
      assert.equal(connection.status, 'auth-failed');
      const failure = await fails(everyCall.execute(connection, space), {
        code: 'E_CONNECTION_AUTH',
        outcome: 'not-sent',
      });
      assert.equal(failure.cause, undefined);
      assert.ok(
        opened.log.some(({ level }) => level === 'warning'),
        'it is logged',
      );
      assert.ok(!reveals(await shownBy(opened)), 'what it threw is shown');
      assert.equal((await connection.health()).status, 'auth-failed');
    },
  ),
  law('a credentials provider that gives no password counts as refused credentials', async (open) => {
    for (const wrong of [
      undefined,
      null,
      {},
      { password: '' },
      { password: 5 },
      { username: 'default' },
      { username: 5, password: 'x' },
    ]) {
      const { credentials } = provider(async () => wrong as unknown as Credentials);
      const { connection, space } = await open({ credentials });
      await eventually(`refused: ${JSON.stringify(wrong)}`, () => connection.status === 'auth-failed');
      await fails(everyCall.execute(connection, space), { code: 'E_CONNECTION_AUTH', outcome: 'not-sent' });
      await connection.close();
    }
  }),
  law('refused credentials have their own status, and are tried again', async (open) => {
    const { servers, space } = await open();
    const name = `${space}user`;
    await servers.setUser(name, 'right', ...RIGHTS);
    let password = 'wrong';
    const { credentials } = provider(async () => ({ username: name, password }));
    const { connection } = await open({ credentials });
    assert.equal(connection.status, 'auth-failed');
    await fails(everyCall.execute(connection, space), { code: 'E_CONNECTION_AUTH', outcome: 'not-sent' });
    password = 'right';
    await eventually('it gets in', () => connection.status === 'ready');
    assert.equal(await connection.execute(['ACL', 'WHOAMI'], { reply: 'text' }), name);
  }),
  law(
    'a credentials provider that never answers is bounded by connectTimeout, and its signal aborts then',
    async (open) => {
      const { credentials, asked } = provider(() => new Promise(() => undefined));
      const { connection, space } = await open({ credentials, connectTimeout: 400, started: false });
      await settlesInTime(500, 'start', () => connection.start());
      await fails(everyCall.execute(connection, space), { outcome: 'not-sent' });
      await eventually('it was asked', () => asked.length > 0);
      await eventually('the signal of the first question aborts', () => asked[0]?.aborted === true);
      const count = asked.length;
      await eventually('it is asked again', () => asked.length > count);
      await connection.close();
      await eventually('all signals abort', () => asked.every(({ aborted }) => aborted));
    },
  ),
  law('a password is shown nowhere', async (open) => {
    const { servers, space } = await open();
    const name = `${space}user`;
    await servers.setUser(name, SECRET, ...RIGHTS);
    const { credentials } = provider(async () => ({ username: name, password: SECRET }));
    const opened = await open({ credentials });
    assert.ok(!reveals(await shownBy(opened)), 'the password is shown');
    await servers.setUser(name, 'another', ...RIGHTS);
    await servers.each('CLIENT', 'KILL', 'USER', name);
    await eventually('it is refused', () => opened.connection.status === 'auth-failed');
    const { connection } = opened;
    let failure: Failure | undefined;
    await eventually('every node refuses it', async () => {
      failure = await failureOf(everyCall.execute(connection, space));
      return failure.code === 'E_CONNECTION_AUTH';
    });
    assert.ok(!reveals(inspect(failure, { depth: 8 })), 'the password is shown by an error');
    const shown = [JSON.stringify(await connection.health()), inspect(opened.log, { depth: 8 })].join('\n');
    assert.ok(!reveals(shown), 'the password is shown');
  }),
];
