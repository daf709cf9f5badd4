import type { z } from 'zod';
import { shapeOf } from '../../src/implements/foundation/options/shape.js';
import { CATALOGUE } from '../../src/implements/site/catalogue.js';
import {
  analyticsRules,
  cacheRules,
  collectionRules,
  keyValueRules,
  leastPrivilege,
  mutexRules,
  pubSubRules,
  queueRules,
  rateLimiterRules,
  sessionRules,
  shardedPubSubRules,
} from '../support/redis/stage/least-privilege.js';
import { BAD_CALLS, BAD_DECLARATIONS, type BadInput } from './bad-input.js';
import { errorRows, memberRows, textOfType } from './declared-types.js';
import { failureRows } from './failures.js';
import { table } from './markdown.js';
import { optionTable } from './option-table.js';

const MADE = '<!-- Made by `npm run docs`; change its sources instead. -->';

/** Pages that are made as a whole, by their paths from the root. */
export const REFERENCE: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/reference/options.md': optionsPage,
  'docs/reference/messages.md': messagesPage,
  'docs/reference/events.md': eventsPage,
  'docs/reference/acl.md': aclPage,
};

async function optionsPage(): Promise<string> {
  const sections = [...CATALOGUE.keys()].map(async (name) => {
    const schema = await schemaOf(name);
    // The connection's options are all options of the cache too; one table of them is enough.
    const without =
      name.startsWith('Redis') && name !== 'RedisConnection' ? await schemaOf('RedisConnection') : undefined;
    const rest =
      without === undefined
        ? ''
        : 'Without `connection`, also every option of [RedisConnection](#redisconnection).\n\n';
    const options = optionTable(schema, without);
    const body = options.trimEnd().split('\n').length > 2 ? options : 'No options.\n';
    return `## ${name}\n\n${shapeOf(schema).description}\n\n${rest}${body}`;
  });
  return `# Options

${MADE}

Every option of every class that a declaration can name. Durations and sizes carry a unit: \`30s\`, \`64MiB\`. In code the
same names are the properties of the constructor's argument.

${(await Promise.all(sections)).join('\n')}`;
}

async function messagesPage(): Promise<string> {
  return `# Errors and messages

${MADE}

Codes are API and do not change. Messages are for people and may change in any release. This page shows the messages of
this version; a test provokes each of them. [Errors](../errors.md) explains what to do about them.

## Codes

${table(['error', 'codes', 'who must act'], errorRows())}
## Declarations

In a file \`app.yml\`:

${await badTable(BAD_DECLARATIONS)}
## Calls

${await badTable(BAD_CALLS)}
## Redis

With \`failureMode: throw\`:

${table(['what happens', 'error', 'outcome', 'message'], await failureRows())}`;
}

function eventsPage(): string {
  return `# Events and statistics

${MADE}

## Diagnostics channel inversify-cache:degraded

One message for each call that a failing store cost, with \`failureMode: degrade\` (\`node:diagnostics_channel\`):

${table(['field', 'type', 'meaning'], memberRows('DegradedMessage'))}
## TypedCache: on(event, listener)

${table(['event', 'carries', 'meaning'], memberRows('TypedCacheEvents'))}
Reasons of a miss: ${textOfType('MissReason')}.

## TypedCache: stats()

${table(['field', 'type', 'meaning'], memberRows('TypedCacheStats'))}
## MemoryCache: on('removed', listener)

${table(['field', 'type', 'meaning'], memberRows('Removal'))}
Causes: ${textOfType('RemovalCause')}.

## MemoryCache: stats()

${table(['field', 'type', 'meaning'], memberRows('MemoryCacheStats'))}
## RedisConnection: on(event, listener)

${table(
  ['event', 'carries'],
  memberRows('RedisConnectionEvents').map(([name = '', type = '']) => [name, type]),
)}
Status: ${textOfType('ConnectionStatus')}. Circuit: ${textOfType('CircuitState')}.

## ComponentSite: health()

Status: ${textOfType('HealthStatus')}, the worst of these components:

${table(['field', 'type', 'meaning'], memberRows('ComponentHealth'))}
## IHealth: check()

${table(['field', 'type', 'meaning'], memberRows('CheckedComponent'))}
## TypedCache: health()

${table(['field', 'type', 'meaning'], memberRows('TypedCacheHealth'))}
## RedisConnection and RedisCache: health()

${table(['field', 'type', 'meaning'], memberRows('RedisHealth'))}`;
}

function aclPage(): string {
  const rules = (text: string): string => `\`${text}\``;
  return `# Access rules for Redis (ACL)

${MADE}

The least that a user needs, for keys and channels that begin with \`app:\`. [Redis](../redis.md#access-rules) explains
them.

${table(
  ['user of', 'rules'],
  [
    ['a cache (`ICache`)', rules(cacheRules('app:'))],
    ['mutexes (`IMutexSite`)', rules(mutexRules('app:'))],
    ['rate limiters (`IRateLimiter`)', rules(rateLimiterRules('app:'))],
    ['queues (`IQueueSite`)', rules(queueRules('app:'))],
    ['values by key (`IKeyValue`)', rules(keyValueRules('app:'))],
    ['collections (`ICollectionSite`)', rules(collectionRules('app:'))],
    ['publish/subscribe (`IPubSub`)', rules(pubSubRules('app:'))],
    ['publish/subscribe with `sharded`, on Redis 7.0 or later', rules(shardedPubSubRules('app:'))],
    ['publish/subscribe with `sharded`, on a cluster', rules(shardedPubSubRules('app:', 'cluster'))],
    ['sessions (`ISessionStore`)', rules(sessionRules('app:'))],
    ['analytics (`IAnalytics`)', rules(analyticsRules('app:'))],
    ['everything here', rules(leastPrivilege('app:'))],
    ['everything here, behind Sentinels', rules(leastPrivilege('app:', 'sentinel'))],
    ['everything here, on a cluster', rules(leastPrivilege('app:', 'cluster'))],
  ],
)}`;
}

async function badTable(inputs: readonly BadInput[]): Promise<string> {
  const rows = inputs.map(async ({ shown, outcome }) => {
    const { code, message } = await outcome();
    return [shown, code, message];
  });
  return table(['you write', 'you get', 'message'], await Promise.all(rows));
}

async function schemaOf(name: string): Promise<z.ZodType> {
  const load = CATALOGUE.get(name);
  if (load === undefined) throw new Error(`there is no class ${name}`);
  return (await load()).component.options;
}
