import { got } from '../text/got.js';
import { shownKey } from '../text/node.js';
import type { Problems } from '../text/problems.js';
import { suggestion } from '../text/suggest.js';
import type { UnknownOption } from './option-reader.js';

/** Longest list of options that a message repeats. */
const MAX_LISTED = 12;

/** Names under which other libraries know an option, by our name for it. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  url: ['uri', 'connectionString', 'redisUrl'],
  host: ['hostname', 'address', 'server'],
  db: ['database', 'index'],
  username: ['user'],
  password: ['pass', 'auth', 'auth_pass'],
  tls: ['ssl', 'rediss'],
  path: ['socket', 'unixSocket'],
  sentinels: ['sentinel'],
  nodes: ['rootNodes', 'clusterNodes', 'startupNodes'],
  prefix: ['keyPrefix', 'namespace'],
  namespace: ['prefix', 'keyPrefix'],
  expire: ['ttl', 'maxAge', 'lifetime', 'duration', 'expiry', 'expires'],
  defaultExpire: ['ttl', 'expire', 'expires', 'expiry', 'maxAge', 'lifetime', 'defaultTtl'],
  grace: ['staleTtl', 'staleWhileRevalidate', 'swr'],
  negativeExpire: ['negativeTtl'],
  loadTimeout: ['factoryTimeout'],
  connectTimeout: ['connectionTimeout'],
  commandTimeout: ['timeout', 'socketTimeout'],
  maxInFlight: ['commandsQueueMaxLength'],
  maxEntries: ['max', 'maxSize', 'maxKeys', 'maxItems', 'size', 'capacity'],
  maxBytes: ['maxMemory'],
  store: ['cache', 'stores', 'backend'],
  codec: ['serializer', 'serialization'],
};

/** Hints for options that no class with these options has. */
const ELSEWHERE: readonly (readonly [names: RegExp, hint: string])[] = [
  [
    /^(?:ttl|expires?|expiry|max_?age|default_?(?:ttl|expire))$/i,
    'each setValue names its expiry; a TypedCache has the option expire',
  ],
  [/^tags$/i, 'tags are an option of the calls of a TypedCache'],
  [/^name$/i, 'a name is part of an entry: entries: [{ interface: ICache, name: Redis }]'],
];

/** Reports an option that a class does not have. */
export function reportUnknown(option: UnknownOption, className: string, problems: Problems): void {
  const { key, value, place, path, known } = option;
  const message = `expected an option of ${className}, got ${shownKey(key)} with ${got(value, true)}`;
  problems.add({ code: 'E_CONFIG_SCHEMA', place, path, message, hint: optionHint(key, known) });
}

/** Leads from an option that a class does not have to the one that was meant. */
export function optionHint(written: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const plain = (name: string): string => name.replace(/[-_]/g, '').toLowerCase();
  const named = known.find((name) => OTHER_NAMES[name]?.some((other) => plain(other) === plain(written)));
  if (named !== undefined) return `use ${named}`;
  const near = suggestion(written, known);
  if (near !== undefined) return near;
  const elsewhere = ELSEWHERE.find(([names]) => names.test(written));
  if (elsewhere !== undefined) return elsewhere[1];
  return known.length <= MAX_LISTED
    ? `options: ${known.join(', ')}`
    : 'docs/reference/options.md lists the options of each class';
}
