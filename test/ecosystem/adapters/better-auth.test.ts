import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, it, onTestFinished } from 'vitest';
import { secondaryStorage } from '../../../src/adapters/better-auth.js';
import { MemoryKeyValue } from '../../../src/data.js';
import { otherPackage } from '../packages.js';

interface Auth {
  handler(request: Request): Promise<Response>;
}

describe('better-auth over values by key', () => {
  beforeAll(() => otherPackage('better-auth'), 180_000);

  it('a session is kept in the storage, and is over once its user signs out', async () => {
    const { betterAuth } = await otherPackage<{ betterAuth(options: object): Auth }>('better-auth');
    const { memoryAdapter } = await otherPackage<{ memoryAdapter(tables: object): unknown }>(
      'better-auth/adapters/memory',
    );
    const keyValue = new MemoryKeyValue();
    onTestFinished(() => keyValue.close());
    let handler: Auth['handler'] | undefined;
    const server = createServer(async (message, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk as Buffer);
      const answer = await handler?.(
        new Request(`${url}${message.url}`, {
          method: message.method ?? 'GET',
          headers: Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
          ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
        }),
      );
      response.statusCode = answer?.status ?? 500;
      for (const [name, value] of answer?.headers ?? []) response.appendHeader(name, value);
      response.end(await answer?.text());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const database = memoryAdapter({ user: [], session: [], account: [], verification: [] });
    const rest = {
      baseURL: url,
      database,
      emailAndPassword: { enabled: true },
      secret: 'a secret of this test, with more than 32 characters',
      telemetry: { enabled: false },
      logger: { disabled: true },
    };
    // region better-auth
    const auth = betterAuth({
      ...rest,
      secondaryStorage: secondaryStorage(keyValue, { prefix: 'app:auth' }),
    });
    // endregion
    handler = (request) => auth.handler(request);
    const post = (path: string, body: object, cookie = '') =>
      fetch(`${url}/api/auth/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url, cookie },
        body: JSON.stringify(body),
      });
    const user = { email: 'ada@example.org', password: 'a long password', name: 'Ada' };
    const signedUp = await post('sign-up/email', user);
    assert.equal(signedUp.status, 200, await signedUp.clone().text());
    const cookie = signedUp.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const session = async () =>
      (await fetch(`${url}/api/auth/get-session`, { headers: { cookie } })).json() as Promise<{
        user: { name: string };
      } | null>;
    assert.equal((await session())?.user.name, 'Ada');
    let kept = 0;
    for await (const key of keyValue.keys('app:auth:*')) {
      kept += 1;
      assert.equal((await keyValue.lifeOf(key)).state, 'expiring');
    }
    assert.ok(kept > 0);
    assert.equal((await post('sign-out', {}, cookie)).status, 200);
    assert.equal(await session(), null);
  });
});
