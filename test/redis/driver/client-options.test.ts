import { describe, expect, it } from 'vitest';
import { clientOptions, entranceOf } from '../../../src/implements/redis/driver/client-options.js';
import type { Driver } from '../../../src/implements/redis/driver/driver.js';
import type { Access, Address, Endpoint } from '../../../src/implements/redis/endpoint.js';
import type { Credentials } from '../../../src/interfaces/credentials-provider.js';
import { ManualClock } from '../../support/time/manual-clock.js';

const NOBODY: Access = {
  username: undefined,
  password: undefined,
  provider: undefined,
  tls: undefined,
  clientName: 'app',
};
const HOST = { host: 'cache.example', port: 6379 };
const DRIVER = { RESP_TYPES: { BLOB_STRING: 36, VERBATIM_STRING: 61, MAP: 37, NUMBER: 58 } } as Driver;
const { signal } = new AbortController();

const endpoint = (access: Partial<Access> = {}, address: Address = HOST): Endpoint => ({
  address,
  db: 3,
  access: { ...NOBODY, ...access },
});

/** Entrance of an application whose provider gives these credentials. */
const given = (credentials: unknown) =>
  entranceOf(
    endpoint({ provider: { getCredentials: async () => credentials as Credentials } }),
    new ManualClock(5000),
    signal,
  );

describe('options of a driver client', () => {
  it('a client queues nothing, never reconnects, and leaves timeouts to its link', () => {
    const entrance = { tls: {}, credentials: {}, validUntil: undefined, protocol: 3 as const };
    expect(clientOptions(DRIVER, endpoint(), { host: '10.0.0.1', port: 7 }, entrance, signal)).toEqual({
      socket: {
        host: '10.0.0.1',
        port: 7,
        connectTimeout: 0,
        reconnectStrategy: false,
        writableHighWaterMark: 1_048_576,
        signal,
      },
      name: 'app',
      database: 3,
      RESP: 3,
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      commandOptions: { timeout: 0, typeMapping: { 36: Buffer, 61: Buffer, 37: Array } },
    });
  });

  it('a client logs in with the credentials that there are, by the protocol that its server speaks', () => {
    const entrance = { tls: {}, validUntil: undefined, protocol: 2 as const };
    const options = (credentials: object) =>
      clientOptions(DRIVER, endpoint(), HOST, { ...entrance, credentials }, signal);
    expect(options({ username: 'u', password: 'p' })).toMatchObject({
      username: 'u',
      password: 'p',
      RESP: 2,
    });
    expect(Object.keys(options({ password: 'p' }))).not.toContain('username');
    expect(Object.keys(options({ username: 'u' }))).not.toContain('password');
  });

  it.each<[Address, Record<string, unknown>, string | undefined]>([
    [HOST, { tls: true }, 'cache.example'],
    [HOST, { tls: true, servername: 'other' }, 'other'],
    [{ host: '10.0.0.1', port: 7 }, { tls: true }, undefined],
    [{ host: '::1', port: 7 }, { tls: true }, undefined],
    [{ path: '/run/redis.sock' }, { tls: true }, undefined],
    [HOST, {}, undefined],
  ])(
    'a certificate is checked for the name of the host, not for its address: %j %j',
    (named, tls, servername) => {
      const entrance = { tls, credentials: {}, validUntil: undefined, protocol: 3 as const };
      const address = { host: '10.0.0.9', port: 7 };
      const options = clientOptions(DRIVER, endpoint({}, named), address, entrance, signal);
      const { socket } = options as { socket: { servername?: string } };
      expect(socket.servername).toBe(servername);
    },
  );
});

describe('entrance to a server', () => {
  it('declared credentials never expire, and nothing is added to them', async () => {
    const clock = new ManualClock();
    expect(await entranceOf(endpoint(), clock, signal)).toEqual({
      tls: {},
      credentials: {},
      validUntil: undefined,
    });
    expect(await entranceOf(endpoint({ username: 'u', password: 'p' }), clock, signal)).toEqual({
      tls: {},
      credentials: { username: 'u', password: 'p' },
      validUntil: undefined,
    });
    const alone = await entranceOf(endpoint({ username: 'u' }), clock, signal);
    expect(Object.keys(alone.credentials)).toEqual(['username']);
    const secret = await entranceOf(endpoint({ password: 'p' }), clock, signal);
    expect(Object.keys(secret.credentials)).toEqual(['password']);
    expect(Object.keys((await given({ password: 'p' })).credentials)).toEqual(['password']);
  });

  it('an entrance by TLS has the options of TLS', async () => {
    const { tls } = await entranceOf(endpoint({ tls: { insecure: true } }), new ManualClock(), signal);
    expect(tls).toEqual({ tls: true, rejectUnauthorized: false });
  });

  it('a provider is asked with the signal that ends its link', async () => {
    const asked: unknown[] = [];
    const provider = {
      getCredentials: async (request: unknown) => {
        asked.push(request);
        return { password: 'p' };
      },
    };
    await entranceOf(endpoint({ provider }), new ManualClock(), signal);
    expect(asked).toEqual([{ signal }]);
  });

  it.each<[Credentials, object, number]>([
    [{ password: 'p' }, { password: 'p' }, Number.POSITIVE_INFINITY],
    [{ username: 'u', password: 'p' }, { username: 'u', password: 'p' }, Number.POSITIVE_INFINITY],
    [{ username: '', password: 'p', validFor: '2s' }, { password: 'p' }, 7000],
  ])(
    'credentials of a provider are taken with their time of expiry: %j',
    async (credentials, taken, validUntil) => {
      expect(await given(credentials)).toEqual({ tls: {}, credentials: taken, validUntil });
    },
  );

  it('an expiry by the calendar is converted to the time that is left, and the earlier one counts', async () => {
    const expiresAt = new Date(Date.now() + 60_000);
    const { validUntil = 0 } = await given({ password: 'p', expiresAt });
    expect(validUntil).toBeGreaterThan(5000);
    expect(validUntil).toBeLessThanOrEqual(65_000);
    expect((await given({ password: 'p', expiresAt, validFor: '1ms' })).validUntil).toBe(5001);
    expect((await given({ password: 'p', expiresAt, validFor: '1h' })).validUntil).toBeLessThanOrEqual(
      65_000,
    );
  });

  it.each([
    undefined,
    null,
    {},
    { password: '' },
    { password: 7 },
    { password: 'p', username: 7 },
    { password: 'p', username: null },
  ])('a provider that gives no password never leads to the default user: %j', async (credentials) => {
    await expect(given(credentials)).rejects.toMatchObject({
      code: 'E_CONNECTION_AUTH',
      outcome: 'not-sent',
      message: 'the credentials provider returned no password',
    });
  });

  it.each([
    { validFor: 'soon' },
    { validFor: 0 },
    { expiresAt: new Date(Number.NaN) },
    { expiresAt: 'never' },
  ])('an expiry that is no time is refused, rather than never reached: %j', async (expiry) => {
    await expect(given({ password: 'p', ...expiry })).rejects.toMatchObject({
      code: 'E_CONNECTION_AUTH',
      outcome: 'not-sent',
      message: 'the credentials provider returned no valid time of expiry (validFor, expiresAt)',
    });
  });

  it('a provider that fails is told without its error, which may hold a secret', async () => {
    const provider = { getCredentials: () => Promise.reject(new Error('secret')) };
    await expect(entranceOf(endpoint({ provider }), new ManualClock(), signal)).rejects.toMatchObject({
      code: 'E_CONNECTION_AUTH',
      outcome: 'not-sent',
      message: 'the credentials provider failed',
    });
  });
});
