// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what declarations write.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type {
  RedisConnectionOptions,
  UncheckedConnectionOptions,
} from '../../../src/implements/redis/redis-connection-options.js';
import { ComponentSite } from '../../../src/implements/site/component-site.js';
import { ComponentSiteBuilder } from '../../../src/implements/site/component-site-builder.js';
import { ILoggerSite } from '../../../src/interfaces/logger.js';
import { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const DER = privateKey.export({ type: 'pkcs8', format: 'der' });
const BASE64 = DER.toString('base64');
const PASSPHRASE = 'canary-5f1d, locked';
const LOCKED = createPrivateKey(PEM)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
  .toString();
const CHANNELS = [
  'inversify-cache:degraded',
  ...['command', 'connect', 'batch'].flatMap((operation) =>
    ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map(
      (step) => `tracing:node-redis:${operation}:${step}`,
    ),
  ),
  ...['error', 'ready', 'closed'].map((event) => `node-redis:connection:${event}`),
];

/** A key as someone may have it by mistake, by name. */
const FORMS: Readonly<Record<string, string>> = {
  'PEM text': PEM,
  'PEM text, locked': LOCKED,
  'PEM text with escaped line breaks': PEM.replaceAll('\n', '\\n'),
  'PEM text on one line': PEM.replaceAll('\n', ' '),
  'PEM text after a space': `  \n ${PEM}`,
  'PEM text cut off': PEM.slice(0, 120),
  'PEM text without its first dashes': PEM.slice(3),
  'PEM text that repeats': PEM + PEM,
  'the body alone': BASE64,
  'the body alone, in lines': BASE64.replace(/.{64}/g, '$&\n'),
  'the body alone, with escaped line breaks': BASE64.replace(/.{64}/g, '$&\\n'),
  'the body after a space': ` ${BASE64}`,
  'the body of a URL': BASE64.replaceAll('+', '-').replaceAll('/', '_'),
  hexadecimal: DER.toString('hex'),
  'PEM text in Base64': Buffer.from(PEM).toString('base64'),
  'a passphrase': PASSPHRASE,
  'a null character': `\0${BASE64}`,
};

/** Every printable form of a value. */
function allOf(value: unknown): string {
  const texts = [inspect(value, { depth: 12, showHidden: true, maxStringLength: null }), String(value)];
  try {
    texts.push(JSON.stringify(value) ?? '');
  } catch {
    // Not every value has a JSON.
  }
  if (value instanceof Error) texts.push(value.stack ?? '', allOf(value.cause ?? ''));
  return texts.join('\n');
}

/** Pieces of the secrets that a text shows: runs of their characters that no other text has by chance. */
function shown(text: string, secrets: readonly string[]): string[] {
  const runs = secrets.flatMap(
    (secret) => secret.replace(/-----[A-Z ]+-----/g, '').match(/[^\s\\]{10,}/g) ?? [],
  );
  const pieces = runs.flatMap((run) => run.match(/.{10}/g) ?? []);
  return [...pieces, PASSPHRASE].filter((piece) => text.includes(piece));
}

describe('secrecy of certificates and keys', () => {
  let server: RedisServer;
  const seen: unknown[] = [];
  const note = (message: unknown): void => void seen.push(message);

  beforeAll(async () => {
    server = await RedisServer.start();
    for (const channel of CHANNELS) subscribe(channel, note);
    process.on('warning', note);
  });
  afterAll(async () => {
    for (const channel of CHANNELS) unsubscribe(channel, note);
    process.off('warning', note);
    await server.stop();
  });

  /** Everything that a connection shows of itself and of its failures. */
  async function everythingOf(options: UncheckedConnectionOptions): Promise<string> {
    const log = new RecordingLoggerSite();
    const results: unknown[] = [log.records, seen];
    try {
      const written = { connectTimeout: 200, loggerSite: log, ...options };
      const redis = new RedisConnection(written as RedisConnectionOptions);
      await redis.start().catch(note);
      results.push(redis, redis.database, redis.client, await redis.health());
      await redis.ping().catch(note);
      await redis.close();
      results.push(redis);
    } catch (error) {
      results.push(error);
    }
    return results.map(allOf).join('\n');
  }

  const secretsOf = (form: string): string[] => [form, BASE64, Buffer.from(form).toString('hex')];
  const wrong = <T>(value: T) => value as unknown as undefined;

  it.each(Object.entries(FORMS))('a key is never shown, given as %s', async (_, form) => {
    const at = { host: '127.0.0.1', port: server.port };
    const sentinels = { sentinels: [at], name: 'main' };
    const bytes = Buffer.from(form);
    const ways: UncheckedConnectionOptions[] = [
      { ...at, tls: { cert: form, key: form } },
      { ...at, tls: { cert: bytes, key: bytes } },
      { ...at, tls: { cert: [form, bytes], key: [bytes, form] } },
      { ...at, tls: { ca: form } },
      { ...at, tls: { ca: [form] }, required: true },
      { ...at, tls: { cert: LOCKED, key: LOCKED, passphrase: form } },
      { ...at, tls: { cert: PEM, key: form, passphrase: `${PASSPHRASE}!` } },
      { ...sentinels, tls: { cert: form, key: form } },
      { nodes: [at], tls: { cert: form, key: form } },
      { url: `rediss://127.0.0.1:${server.port}`, tls: { ca: form } },
      // Refused by the schema.
      { ...at, tls: { key: form } },
      { ...at, tls: { ca: form, insecure: true } },
      { ...at, tls: { passphrase: form } },
      { ...at, tls: wrong(form) },
      { ...at, tls: wrong({ key: { pem: form }, kye: form }) },
      { ...at, tls: wrong({ key: [[form], { form }], cert: [] }) },
      { ...at, db: wrong(form), port: wrong(form), dataConnections: wrong(bytes) },
    ];
    seen.length = 0;
    const texts = await Promise.all(ways.map(everythingOf));
    expect(Math.min(...texts.map(({ length }) => length))).toBeGreaterThan(100);
    expect(texts.map((text) => shown(text, secretsOf(form)))).toEqual(ways.map(() => []));
  });

  it.each(Object.entries(FORMS))('a declared key is never shown, given as %s', async (_, form) => {
    const quoted = JSON.stringify(form);
    const seenHere: unknown[] = [];
    const options = [
      `{ cert: ${quoted}, key: ${quoted} }`,
      `{ cert: [${quoted}], key: [${quoted}], passphrase: ${quoted} }`,
      '{ cert: "${env.KEY}", key: "${env.KEY}" }',
      '{ ca: ["${env.KEY}"], passphrase: "${env.KEY}" }',
      '{ cert: "${env.KEY}", key: "./${env.KEY}" }',
      '{ cert: "${env.NONE:-a.pem}", key: ["${env.KEY}"], kye: "${env.KEY}" }',
    ];
    const declared = options.map((tls) => `port: ${server.port}, tls: ${tls}`);
    declared.push('port: "${env.KEY}", db: "${env.KEY}", tls: "${env.KEY}"');
    if (/BEGIN|^ ?MIG/.test(form)) declared.push(`port: ${quoted}, tls: ${quoted}, db: [${quoted}]`);
    for (const each of declared) {
      const site = new ComponentSite();
      const log = new RecordingLoggerSite();
      site.registerComponent(ILoggerSite, log);
      const builder = new ComponentSiteBuilder();
      const text = `- { class: RedisConnection, entries: [{ interface: IRedisConnection }], ${each} }`;
      try {
        await builder.loads(site, text, { env: { KEY: form }, base: '/etc/app/caches.yml' });
        const redis = site.getComponent(IRedisConnection);
        seenHere.push(await redis.health(), builder.dumps(site), builder.dumps(site, 'json'));
      } catch (error) {
        seenHere.push(error);
      }
      seenHere.push(log.records);
      await site.close();
    }
    // A passphrase in place of a path looks like one; as a literal it is dumped as written.
    const secrets = form === PASSPHRASE ? [] : secretsOf(form);
    expect(shown(seenHere.map(allOf).join('\n').replaceAll(PASSPHRASE, ''), secrets)).toEqual([]);
  });
});
