// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the pages contain ${…}.
import type { PageProofs } from './proof-checks.js';

/**
 * Proofs of the pages: each sentence word by word, and the whole titles of the tests that prove it (the
 * `describe` chain and the test, joined by ` > `; a law by its sentence). Rename a test, and rename it here.
 */
export const PROOFS: Readonly<Record<string, PageProofs>> = {
  'README.md': [
    [
      'a value is fresh for its TTL; after that it serves as a fallback when loading is slow or fails.',
      'a value is fresh for its TTL, stale for its grace, and then gone',
      'a failed load falls back to the stale value',
      'softTimeout returns the stale value, while the load continues and is stored',
    ],
    [
      'single-flight loading per process, or among all processes that share a Redis.',
      'a cold key is loaded once for all concurrent callers',
      'lease cluster loads a cold key once among all processes',
    ],
    [
      '**Invalidation by key, tag or namespace** that a load already running can never undo.',
      'a load that began before delete serves its own callers, and no later caller',
      'a load that began before invalidateTags from elsewhere serves its own callers, and no later caller',
      'a load that began before clear from elsewhere serves its own callers, and no later caller',
    ],
    [
      'bounded calls, a circuit breaker, and recovery without a restart.',
      'a cache starts degraded while its server is down, and recovers by itself',
    ],
    [
      'Only an invalidation that Redis missed rejects, unless you declare [`invalidation: cover`](docs/failures.md#invalidations).',
      'invalidateTags rejects with its outcome when it does not reach the store',
      'invalidateTags that does not reach the store resolves with invalidation: cover, and is in effect in this process',
    ],
    [
      'A thousand callers of a cold key share one load.',
      'a cold key is loaded once for all concurrent callers',
      'examples from a fresh checkout > the example %s prints its expected output with %s Redis, and succeeds',
    ],
    [
      "What comes back is typed, deeply equal to what was stored, and each caller's own copy.",
      'a value that the codec json reads deeply equals the value that was stored',
      'a caller that mutates a loaded value changes nothing for the other callers',
    ],
    [
      '**No call hangs.** Round trips end within `commandTimeout` (1 s) + 50 ms; after five timeouts a circuit breaker opens.',
      'getValue ends within commandTimeout + 50 ms on a frozen server',
      'commandTimeout is 1 s by default',
      'typed cache with its server down > no call hangs while the server is %s',
      'calls are refused at once, unsent, while a server does not answer, and succeed when it answers again',
    ],
    [
      '`getOrSet` loads from your source, writes return `false`, and each cache logs one warning.',
      'a call that loads never fails because the store is gone',
      'reads are misses and set returns false while the store is gone',
      'many failures during one outage are logged as one line, without keys and values',
    ],
    [
      '**It recovers by itself.** Nothing is queued or sent twice, and invalidations that Redis missed are repeated.',
      'a cache recovers by itself when its server comes back',
      'a cache recovers by itself when its frozen server resumes',
      'no command that failed as not sent was executed, and none ran twice, while connections broke and returned',
      'RedisConnection when its server fails > a command that failed as not sent is never executed later',
      'a failed delete is repeated once the store answers, before the first read',
    ],
    ['a cache that holds nothing', 'promises of the pages > a NullCache holds nothing, and says so'],
    [
      'More programs that run: [`examples/`](examples), all of them by `npm run examples`.',
      'examples from a fresh checkout > npm run demo shows the main features, in memory and in Redis',
      'examples from a fresh checkout > every example is tested, run by npm run examples, and shorter than 60 lines',
    ],
  ],
  'docs/adapters/apollo.md': [
    [
      'a call is a miss or a rejection, within `commandTimeout`.',
      'adapters over a frozen Redis with failureMode: %s > every call of %s settles in time, and degrades only where nobody is misled',
    ],
    [
      '**Lives in seconds, with fractions**, and a life for everything.',
      'adapters for values in %s > apolloCache > an entry of Apollo is text, the empty one too, and its life is seconds',
    ],
    [
      '**The empty text is a value.** Absence is `undefined`.',
      'other caches over %s > the cache of Apollo passes the suite of Apollo, and works below its wrappers',
    ],
  ],
  'docs/adapters/axios.md': [
    [
      'responses are shared by all processes, and a request on its way is the business of its own process.',
      'axiosStorage in %s > a response is shared, and a request on its way is known to its process only',
      'axios-cache-interceptor over %s > an origin is asked once for parallel requests of a client, and confirms what another one has',
    ],
    [
      'A response stays for its `ttl` and stale time.',
      'axiosStorage in %s > a response is fresh, then stale, then over, and one that the origin can confirm stays',
    ],
    [
      'A response that cannot be stored is a warning, and the caller has it.',
      'axiosStorage in %s > headers of axios are stored as they are, and a response that cannot be stored is a warning',
    ],
    [
      'Every call settles within `commandTimeout` of the cache; of one that degrades, as `empty`.',
      'adapters over a frozen Redis with failureMode: %s > every call of %s settles in time, and degrades only where nobody is misled',
    ],
  ],
  'docs/adapters/bentocache.md': [
    [
      '**A pull gives its value to one** of several callers.',
      'adapters for values in %s > bentoDriver > a pull gives its value to one of several callers',
    ],
    [
      '`users` and `usersAbc` do not meet, and `clear` takes their characters literally.',
      'adapters for values in %s > bentoDriver > namespaces of bentocache begin keys with their names, and do not meet',
      'entries of another library in %s > clear removes what begins with a text in its own part, and nothing of another',
    ],
    [
      'Every call settles within `commandTimeout` of the cache, for each round trip.',
      'adapters over a frozen Redis with failureMode: %s > every call of %s settles in time, and degrades only where nobody is misled',
    ],
  ],
  'docs/adapters/better-auth.md': [
    [
      'No value is stored without a life (better-auth#4034); a counter gets its life in the step that creates it, and no later hit moves it.',
      'better-auth over values by key > a session is kept in the storage, and is over once its user signs out',
      'secondaryStorage in %s > a counter is exact, and its life begins when it is created',
    ],
    [
      'Of several `getAndDelete` at the same time, one gets the value',
      'secondaryStorage in %s > a value is text with a life in seconds, and one of its readers takes it away',
    ],
    [
      'Every call rejects within `commandTimeout` when the store does not answer.',
      'secondaryStorage without a server > a store that does not answer rejects in time, and logs nobody out',
    ],
  ],
  'docs/adapters/cachified.md': [
    [
      'An entry stays for `ttl` + `swr`, counted from when it was created; one for ever has the life of `expire`.',
      'adapters for values in %s > cachifiedCache > an entry of cachified lives for its ttl and swr, and keeps what JSON would lose',
    ],
    [
      'Dates, maps, sets, infinities and `undefined` come back as they were',
      'other caches over %s > cachified loads once, serves what is stale, and keeps what JSON would lose',
    ],
    [
      'Every call settles within `commandTimeout` of the cache; of one that degrades, as a miss.',
      'adapters over a frozen Redis with failureMode: %s > every call of %s settles in time, and degrades only where nobody is misled',
    ],
  ],
  'docs/adapters/envelop.md': [
    [
      'It costs the same for any number of results',
      'responseCache in %s > an invalidation forgets the results about an entity or a type, and no others',
      'the response cache of envelop over %s > a query is executed once for two servers, and again after a mutation of what it is about',
    ],
    [
      '**Every result ends.**',
      'responseCache in %s > a result lives for its ttl, else as long as the option or the typed cache says',
    ],
    [
      'one that fails ends no process',
      'responseCache in %s > a call that nobody waits for ends no process when it fails',
    ],
  ],
  'docs/adapters/express-rate-limit.md': [
    [
      'exactly, for all processes, in windows that begin with the first hit of a client.',
      'rateLimitStore in %s > a store counts before it was told its window, and 40 parallel hits of two stores exactly',
      'rateLimitStore in %s > a window begins with the first hit of a client, and no later hit moves its end',
    ],
    [
      '40 parallel requests to two processes with a limit of 10: 10 pass.',
      'Express with limits counted in %s > 10 of 40 parallel requests to two processes pass, and tell what remains',
    ],
    [
      '**A count has a floor of 0**',
      'rateLimitStore in %s > a hit that is taken back leaves no count below 0, and creates none',
      'Express with limits counted in %s > a request that does not count is taken back',
    ],
    [
      '`resetAll`, which rate-limit-redis lacks',
      'rateLimitStore in %s > a reset forgets one client or all, and none of another store',
    ],
    [
      'within `commandTimeout`, by `onUnavailable`.',
      'rateLimitStore without a server > a hit that the store did not count is an error, 1, beyond any limit, or counted in this process',
    ],
  ],
  'docs/adapters/express-session.md': [
    [
      'A visitor who logs out stays logged out, whatever request is still running; a store that fails is an error',
      'web frameworks with sessions in %s > a visitor of %s who logs out stays logged out, though a slow request ends later',
      'adapters over a frozen Redis with failureMode: %s > every call of %s settles in time, and degrades only where nobody is misled',
    ],
    [
      '(it is used as an `IFencedStore`, whose calls never degrade)',
      'caches for web sessions > a cache that can only degrade is refused when the store is made',
    ],
    [
      'a `set` or `touch` that arrives after it, from this process or another one, does nothing.',
      'web sessions in %s > a session that was destroyed never comes back by a set or a touch, in any order of calls',
      'web sessions in %s > a session that another process destroys while a request runs stays destroyed',
    ],
    [
      'A session ends with its cookie, to the millisecond',
      'web sessions in %s > a life is that of the cookie to the millisecond, else the option',
    ],
    [
      'It renews the life and the `cookie.expires` that is stored, in one atomic change, and loses nothing that another request sets meanwhile.',
      'web sessions in %s > a touch renews the life and the date in the cookie, and nothing else',
      'web sessions in %s > a touch that meets a set of another process loses nothing that was set',
    ],
    [
      'When Redis does not answer, every callback gets the error within `commandTimeout`.',
      'adapters over a frozen Redis with failureMode: %s > every call of %s settles in time, and degrades only where nobody is misled',
    ],
    [
      '`all` and `length` count the sessions that live; `clear` ends them with tombstones.',
      'web sessions in %s > all and length report the sessions that live, and clear ends them for good',
    ],
  ],
  'docs/adapters/fastify-session.md': [
    [
      'A visitor who logs out stays logged out, though a slow request saves its session later.',
      'web frameworks with sessions in %s > a visitor of %s who logs out stays logged out, though a slow request ends later',
    ],
    [
      'The two use the same keys',
      'web sessions in %s > a store of @fastify/session has the same sessions and the same tombstones',
    ],
    [
      'When Redis does not answer, every callback gets the error within `commandTimeout`.',
      'adapters over a frozen Redis with failureMode: %s > every call of %s settles in time, and degrades only where nobody is misled',
    ],
  ],
  'docs/adapters/keyv.md': [
    [
      'An end that has passed leaves nothing.',
      'Keyv stores in %s > a life that is over is accepted and leaves nothing, and one that is no number is not stored',
    ],
    [
      'Every call settles within `commandTimeout`, whether Redis is away or frozen',
      'adapters over a frozen Redis with failureMode: %s > every call of %s settles in time, and degrades only where nobody is misled',
    ],
    [
      '`users` and `usersAbc` never meet, and `clear` removes its own namespace only',
      'Keyv stores in %s > namespaces that begin alike do not meet, and clear and iterator see their own only',
    ],
    [
      '**No key lives for ever** by accident: an entry without a life has `expire`.',
      'Keyv stores in %s > a life is a length for Keyv 5, an end for Keyv 6, and everything has one',
    ],
    [
      'A key above 1 KiB is stored under its SHA-256 beside its text, which is compared on reading.',
      'entries of another library in %s > a value under the hash of another long key is not taken for that of this one',
    ],
    [
      'a second namespace on the same object is refused.',
      'Keyv stores in %s > a store serves one namespace, and refuses a second one and what is no text',
    ],
  ],
  'docs/adapters/langchain.md': [
    [
      'They are one entry;',
      'langchainCache in %s > all generations of a request are one entry, and live for a day or the option',
    ],
    [
      '**Messages come back whole**',
      'LangChain over %s > generations come back as a whole, with messages, tool calls, usage and what the model told',
    ],
    [
      'the entry holds a hash of its request, and is a miss for another one.',
      'langchainCache in %s > an answer to another request under the same key, and other bytes, are a miss',
    ],
    [
      'Every call settles within `commandTimeout` of the cache; of one that degrades, as a miss.',
      'adapters over a frozen Redis with failureMode: %s > every call of %s settles in time, and degrades only where nobody is misled',
    ],
  ],
  'docs/adapters/nest-throttler.md': [
    [
      'exactly, for all processes.',
      'throttlerStorage in %s > 10 of 40 parallel hits of two storages pass, and times are whole seconds',
      'Nest with throttlers counted in %s > 5 of 20 parallel requests to two applications pass, and the others are told to wait',
    ],
    [
      '**Blocks end**, and hits during one do not count after it.',
      'throttlerStorage in %s > a block lasts as long as it was said, and hits during it do not count after it',
    ],
    [
      'a window with one hit',
      'throttlerStorage in %s > a block of 0 lasts to the end of the window, and a window of 0 has one hit',
    ],
    [
      'a hit that was not counted is not allowed.',
      'throttlerStorage without a server > a hit that was not counted rejects, and is never allowed',
    ],
  ],
  'docs/adapters/undici.md': [
    [
      'responses of HTTP, shared by all processes, kept apart by the headers that they depend on.',
      'the cache interceptor of undici over %s > an origin is asked once for two clients and for each language, and again after a change',
      'undiciCacheStore in %s > a response is for requests with the headers that it depends on, and the newest of a kind stays',
    ],
    [
      'A response is there once its body is; a body that breaks or is too long leaves nothing.',
      'undiciCacheStore in %s > a response is there once its body is, as it was, until it is to be deleted',
      'undiciCacheStore in %s > a body that is too long, or breaks, is not stored',
    ],
    [
      'at most `maxValueBytes` of the cache',
      'undiciCacheStore in %s > a body that is too long, or breaks, is not stored',
    ],
    [
      '`delete` forgets all responses of an address, also one that is still arriving',
      'undiciCacheStore in %s > a delete forgets all responses of its address, also one that is still arriving',
    ],
    [
      'Nothing is used after its `deleteAt`, and nothing stays in the cache longer.',
      'undiciCacheStore in %s > a response is there once its body is, as it was, until it is to be deleted',
    ],
    [
      '**An outage is a request to the origin**, within `commandTimeout`.',
      'adapters over a frozen Redis with failureMode: %s > every call of %s settles in time, and degrades only where nobody is misled',
    ],
    [
      'responses for one address, of which the oldest give way',
      'undiciCacheStore in %s > responses to one address that arrive together are all kept, up to the limit',
    ],
  ],
  'docs/adapters/unstorage.md': [
    [
      'lives in seconds with fractions, bytes as they are, and a life for everything.',
      'adapters for values in %s > unstorageDriver > a ttl of unstorage is seconds, and an item without one has the life of the option',
      'adapters for values in %s > unstorageDriver > an item of unstorage is text or bytes, and absence is null',
    ],
    [
      '`clear` of the base `users` leaves `usersAbc:1`.',
      'adapters for values in %s > unstorageDriver > keys and clear of unstorage stay below their base, and maxDepth counts separators',
    ],
    [
      'Every call settles within `commandTimeout` of the cache, for each round trip.',
      'adapters over a frozen Redis with failureMode: %s > every call of %s settles in time, and degrades only where nobody is misled',
    ],
  ],
  'docs/cache-status.md': [
    [
      'clients and proxies see whether an answer came from the cache, how long it stays fresh, and why not.',
      'cacheStatus > the status of %s says so',
    ],
    [
      'beside a hit they are left out.',
      'cacheStatus > facts about a load stand beside a miss, and never beside a hit',
    ],
    ['the new status follows it.', 'cacheStatus > a status follows those of caches nearer to the source'],
    [
      'characters that a header must not have as `%XX`.',
      'cacheStatus > a status is a structured field for every name and key',
    ],
    ['`key` is told only when you pass it', 'cacheStatus > a key is told only to who asks for it'],
  ],
  'docs/monitoring.md': [
    [
      'On a cluster, every master answers.',
      'RedisMonitor > %s > memory names every master with its limit and its policy',
      'RedisMonitor > %s > the number of keys is that of all masters together',
    ],
    [
      'names the user, the command and the rule to add',
      'RedisMonitor > a call that the access rules forbid names user, command and rule, and other calls go on',
    ],
    [
      'Nothing is written, and no key is read',
      'RedisMonitor > a monitor sends DBSIZE and INFO, and no other command',
    ],
    [
      'A master that does not answer fails the call',
      'RedisMonitor > %s > a frozen master lets every call of a monitor fail',
    ],
    [
      'Every call takes `timeout` and `signal`.',
      'RedisMonitor > %s > a frozen master lets every call of a monitor fail',
      'RedisMonitor > an aborted signal ends every call of a monitor',
    ],
    [
      'A number that a server does not tell is an error, and never 0',
      'RedisMonitor > a number that INFO lacks is an error, and never 0',
    ],
  ],
  'docs/analytics.md': [
    [
      'counts events in minutes, hours and days of UTC',
      'an event counts in its minute, its hour and its day of UTC, to the millisecond',
    ],
    [
      'Every call is one round trip, and each size of bucket has its own retention.',
      'RedisAnalytics > every call of analytics is one command',
      'counts end when their retention does: minutes first, days last',
    ],
    [
      'An event without `at` counts now, by the clock of the server',
      'an event without a moment counts now',
      'RedisAnalytics > the clock of the server tells the minute, whatever that of the process says',
    ],
    [
      'A range has its `from` and not its `to`, and touches whole buckets.',
      'a series has every bucket that its range touches, in the order of time, and zeros',
    ],
    [
      'Without `per` it consists of days and hours where they fit, and of minutes at its ends',
      'a total counts the minutes of its range, each once, wherever it begins and ends',
    ],
    [
      'It has at most 3000 buckets.',
      'an invalid event, user, value, date or range is refused, and nothing is counted',
    ],
    [
      'what is past its retention counts as 0',
      'counts end when their retention does: minutes first, days last',
    ],
    [
      '`uniques` counts different users by',
      'different users count once, over several buckets too, within one per cent',
      'MemoryAnalytics > a hundred thousand users are counted within one per cent, in 16 KiB',
    ],
    [
      'they end when nothing was counted for `keepUsers`',
      'counts of a user end when nothing was counted for their retention',
    ],
    [
      'A user has at most `maxUserEvents` different events; one more is refused.',
      'an event more than a user may have is refused, and the others go on',
    ],
    [
      '`top` sorts by count, and equal counts by the bytes of the value.',
      'the most frequent values come first, and equal counts in the order of their bytes',
    ],
    [
      'So a frequent value is never missing, and memory is bounded',
      'a frequent value is never missing, however many values there are',
      'MemoryAnalytics > an event that has no room is refused, and nothing of it is counted',
    ],
    [
      'a call that fails rejects with its outcome, and nothing is sent twice',
      'RedisAnalytics > a frozen Redis lets every call of analytics fail in time',
    ],
    [
      'An event counts as a whole or not at all',
      'RedisAnalytics > a server without memory refuses an event as a whole',
      'RedisAnalytics > a value of another type in the place of a count is an error, and never 0',
    ],
    [
      'A count beyond 2^53 is refused.',
      'a count that would no longer be exact is refused, and nothing of the event is counted',
    ],
    [
      'A server that may evict keys is warned of at the start.',
      'RedisAnalytics > a server that may evict counts is warned of at the start',
    ],
    [
      'is a day, `…T13` an hour',
      'RedisAnalytics > every bucket is a key that tells its event and its time, and expires',
    ],
    [
      'Braces and `%` of names are percent-encoded.',
      'events, users, fields and values of all characters are kept apart',
    ],
  ],
  'docs/bundles.md': [
    [
      'esbuild, rollup, rolldown and webpack bundle the package without a warning.',
      'package in a bundle > a bundle by %s as %s runs with memory and Redis, redis inside, and no warning is about our modules',
    ],
    [
      'takes the class in place of the file, which is not imported.',
      'class given in code > a class given in code stands for the path that is its name, and no file is looked for',
    ],
    [
      'The names of the classes of this package cannot be taken.',
      'class given in code > no class given in code replaces a class of the package, not even one that is declared nowhere',
    ],
    [
      '`./greeter.js#Greeter` is found in `greeter.ts`: by tsx, by vitest, and by Node where Node can run the file. Where it cannot, the error says so, and the class is given in code.',
      'application that runs from its TypeScript sources > tsx finds a class beside the declaration in a source with %s',
      'application that runs from its TypeScript sources > Node finds a class in a source with %s, or the error says to give it in code',
      'application that runs from its TypeScript sources > vitest finds a class beside the declaration, or the error says to give it in code',
    ],
    [
      'mark it external (`--external:redis`) and install it beside the bundle',
      'package in a bundle > a bundle by %s as %s takes redis from node_modules when it is external',
    ],
    [
      'If it cannot be loaded, the cache starts degraded, and the log line has the cause:',
      'package in a bundle > a bundle in which redis cannot be loaded starts degraded, and the log line has the cause',
    ],
    [
      'The package has one file for each group of classes, and no side effects: what you do not import is left out. A program that loads declarations may name any class, so it holds them all;',
      'package in a bundle > a bundle of a program that only imports MemoryCache holds nothing of Redis and typed caches',
    ],
    [
      'Minified names change nothing: errors keep their `name`, and declarations name classes by text.',
      'package in a bundle > a bundle by %s as %s runs with memory and Redis, redis inside, and no warning is about our modules',
      'error classes > %s has a fixed name and a code, and is recognised by any copy of the package',
    ],
  ],
  'docs/coherence.md': [
    [
      'With the bus nobody tells of FLUSHALL.',
      'faults of the stream of one server > a key space that %s empties is heard of with a beat',
    ],
    [
      'A change that was not heard keeps the proof before it: what is served is younger than `B`, whatever was lost.',
      'simulated processes > the simulator catches %s',
    ],
    [
      'An answer becomes a copy unless a change of its key was heard of, or made here, after it was sent.',
      'simulated processes > the simulator catches %s',
    ],
    [
      'The message is published in the script that makes the change, and names what was changed.',
      'simulated processes > the simulator catches %s',
    ],
    [
      'A beat is sent on each stream in every fifth of `B` (50 ms to 1 s), one at a time.',
      'streams of changes > an answer of a stream whose pushes lag proves the beat before it',
    ],
  ],
  'docs/collections.md': [
    [
      'nothing is evicted, nothing degrades, and a store that fails is a typed error.',
      'MemoryCollectionSite > a full memory refuses every write that needs more as a whole, and evicts nothing',
      'RedisCollectionSite > a site without a server rejects as not sent, and never answers that a collection is absent',
    ],
    [
      'A collection gets its life in the step that creates it',
      'the life of a counter begins with its first increment, and no later one moves it',
      'a hash has its life from the step that creates it',
      'a list has its life from the step that creates it',
      'a set has its life from the step that creates it',
      'a sorted set has its life from the step that creates it',
    ],
    [
      'integers are exact to 64 bits',
      'a counter is exact to 64 bits, and a result beyond them is refused and changes nothing',
      'a field is incremented exactly, and one that is no number stays as it was',
    ],
    [
      'no call returns more than a limit.',
      'a call that would return more items than its limit is refused as a whole',
    ],
    [
      'so that other programs find it',
      'RedisCollectionSite > other programs find a collection under its prefix and name, and write into it',
    ],
    [
      'A call on a collection of another kind rejects with `E_OPERATION_REFUSED` and the reason `WRONGTYPE`.',
      'a collection of another kind is refused by every call, and never taken for absence',
    ],
    [
      'to a new one, and to one that another program left without',
      'an increment with a life repairs a counter that has none',
    ],
    [
      'A call takes at most `maxItems` (10 000) items and returns at most that many, or its `limit`.',
      'a call that would return more items than its limit is refused as a whole',
      'invalid arguments are refused before anything is done',
      'RedisCollectionSite > ten thousand items fit into one call, with a life or without',
    ],
    [
      'If there are more, it is refused as a whole, with the reason `TOOLARGE`',
      'a call that would return more items than its limit is refused as a whole',
    ],
    [
      'A call on one collection is one command or one script.',
      'RedisCollectionSite > every call is one command or one script, and arguments are checked before it',
    ],
    [
      'A server without memory (`OOM`) or a replica (`READONLY`) refuses it as a whole.',
      'RedisCollectionSite > a server without memory refuses every write with OOM, and leaves no half of one',
      'RedisCollectionSite > a replica refuses every write and every removal with READONLY, and nothing is changed',
    ],
    [
      'nothing is sent twice: an `increment` whose answer was lost rejects as `unknown`.',
      'RedisCollectionSite > a frozen server costs a call its timeout, and the call is not sent twice',
    ],
    [
      'Invalid arguments, unknown options among them, are an `ArgumentError` before anything is sent.',
      'invalid arguments are refused before anything is done',
    ],
    [
      'Members of equal scores are in the order of their bytes, in memory as in Redis',
      'members of one score are in the order of their bytes',
    ],
    [
      'Scores may be infinite, are never NaN, and -0 is 0.',
      'scores are exact, with both infinities and without NaN',
    ],
    [
      'Items go to the pops in the order of their arrival.',
      'items go to the blocking pops in the order of their arrival, each to one',
    ],
    [
      'A pop that is aborted, or whose site is closed, takes no item',
      'a blocking pop that is aborted rejects, and takes no item',
      'a close ends every blocking pop, and takes no item',
      'RedisCollectionSite > pops that are aborted while items arrive lose none of them, and none is handed out twice',
    ],
    [
      'the outcome is `unknown`, and an item may be lost.',
      'RedisCollectionSite > a pop that is aborted while the server is frozen rejects as unknown',
    ],
    [
      'On a cluster, sets in several slots are read one by one, each at most `limit` members, and combined here',
      'union, intersection and difference are those of all sets, wherever they are',
    ],
    [
      'beyond it a write is refused with the reason `OOM`',
      'MemoryCollectionSite > a full memory refuses every write that needs more as a whole, and evicts nothing',
    ],
  ],
  'docs/command-line.md': [
    [
      'Data goes to stdout, everything else to stderr; `--json` gives one object a line, and each kind of failure has its exit code.',
      'commands about declarations > validate says of each file whether it is valid, and exits with 3 when one is not',
      'commands about a component > get of a key that is absent exits with 1',
    ],
    [
      '| `validate FILE…` | checks files with the messages of the loader; opens nothing |',
      'commands about declarations > validate says of each file whether it is valid, and exits with 3 when one is not',
    ],
    [
      '| `delete KEY…` | deletes values; loads that are running cannot bring them back |',
      'commands about a component > values of a typed cache are explained, expired and deleted by typed keys',
      'a load that began before delete serves its own callers, and no later caller',
    ],
    [
      'Only the component of that entry and those that it refers to are opened, and a failure is an error whatever `failureMode` the file declares.',
      'commands about a component > a server that is away, and one that does not answer, are exit 4 within their time',
      'commands about a component > a command opens its component and those that it refers to, and no others',
    ],
    [
      '`doctor` opens every connection that the file declares, those in the options of a component too, and prints a line a check: `ok`, `warn` or `fail`, what it found, and what mends it.',
      'doctor of connections that fail > the doctor as a process writes a line a check for people, and exits with 1',
      'doctor of connections that fail > the doctor goes on with the other connections after one that fails',
    ],
    [
      'It changes nothing, writes no key, and shows none.',
      'doctor of a server that answers > a sound server passes every check, and the doctor leaves no key',
      'doctor of a server that answers > keys of a cache that never expire are counted, and not named',
    ],
    [
      '| `rights` | commands, keys and channels that the server would refuse to the user, and the rule to add; asked by `ACL DRYRUN`, which needs Redis 7.0 and `+acl\\|whoami +acl\\|dryrun` |',
      'doctor of a server that answers > a missing right is named with its user, and the rule that grants it',
      'doctor of a server that answers > the commands that the doctor asks about for %s are those of its least rights',
    ],
    [
      '| `expiry` | keys of a cache that never expire, among the first thousand |',
      'doctor of a server that answers > keys of a cache that never expire are counted, and not named',
    ],
    [
      'A reader that has seen enough (`| head`) ends a command in silence.',
      'commands about a component > a reader that has seen enough ends the command in silence',
    ],
    [
      'Ctrl-C ends it with 130.',
      'commands about a component > Ctrl-C at a question ends the command line with 130, and nothing is deleted',
    ],
    [
      'A password in an argument is refused, and not repeated',
      'commands about declarations > the command line refuses a secret in %s, and does not repeat it',
    ],
    [
      'Control characters of keys, values and servers are escaped before a person sees them, so that a key cannot steer a terminal.',
      'commands about a component > keys are listed as they are in JSON, and escaped as text',
      'commands about a component > the command line on a terminal asks, and escapes the bytes of a value',
    ],
  ],
  'docs/configuration.md': [
    [
      'A session is an independent view: what one part of a program changes in it, no other part sees.',
      'sessions of %s > a setting that is set, replaced or deleted is so in this session, and in no other',
    ],
    [
      '`setValue`, `deleteValue` and `listKeys` work on that view only.',
      'sessions of %s > a setting that is set, replaced or deleted is so in this session, and in no other',
    ],
    [
      'A name that does not exist is an empty session.',
      'sessions of %s > a session that is empty or does not exist can be filled',
    ],
    [
      'Every value is text, as it was written: `6379`, `1.10`, `true`.',
      'files of settings > a value is text as it was written, and variables are replaced',
    ],
    [
      "A value that is left out is an error: write `''` for an empty text.",
      'files of settings > a file with %s is refused by its place',
    ],
    [
      'All problems of a file are reported at once, by line and path, and no value that may be a secret is shown.',
      'files of settings > all problems of a file are told at once, and no secret',
    ],
    [
      'A file that does not exist fails the load, unless it is `optional: true`; one with a slip always does.',
      'files of settings > a file that does not exist is an error, unless it is optional',
      'declared settings > a declared file with a problem fails the load by its own place',
    ],
    [
      'Every spelling of a name means the same setting, and an empty variable counts as unset.',
      'EnvConfig > a setting is found by every spelling of its name',
      'sessions of %s > a session has its settings as text, and lists them',
    ],
    [
      'takes each setting from the first of its `layers` that has it',
      'declared settings > a connection takes its options from a session of layered settings',
    ],
    [
      'A connection, and every component with one of its own, takes the options that its declaration does not have',
      'declared settings > a connection takes its options from a session of layered settings',
      'connection options from an IConfig session > an option comes from the declaration, else the session, else the environment, else its default: %s',
    ],
  ],
  'docs/declarations.md': [
    [
      'A file loads as a whole or not at all, and every problem in it is reported at once, with line and column.',
      'mistakes in declarations > one mistake rejects the whole file: none of its components is registered',
      'error classes > ConfigurationError lists every problem with its place',
    ],
    [
      'Declarations may come in any order: the loader starts what is needed first, and starts independent components at the same time.',
      'order of a load > independent components start at once, and the others once their dependencies have started',
      'order of a load > a load keeps the order of the file between independent declarations',
      'order of a load > a load does not depend on file order: a reference may stand %s its target',
    ],
    [
      '`${env.NAME}` and `${env.NAME:-default}` work in every value except `class` and `entries`; `$${` is a literal.',
      'interpolation > interpolation replaces %s',
      'interpolation > interpolation reaches values at every depth, and no keys',
      'interpolation > interpolation reads process.env at load time when no environment is given',
    ],
    [
      'The value of a variable is never parsed as YAML and never shown in a message.',
      'interpolation > the option %s, with the variable set to %s, gets its own type',
      'secrets in declarations > a secret appears in no error: %s',
    ],
    [
      'Every problem is reported at once, with its place and, if a valid name is close, a suggestion.',
      'mistakes in declarations > issues carry the same facts as the message of the error',
      'suggestion > suggestion takes %s for a misspelling of %s',
    ],
    [
      'When one component fails to start, those that had started are closed again.',
      'failed load > a failed start closes the started components in reverse order',
    ],
    [
      '`loadComponentSite()` declares one `MemoryCache`, as the default `ICache` and as `ICache` "Memory"',
      'promises of the pages > a site without a path has one memory cache: the default, and "Memory"',
      'loadComponentSite > the site without a path is that of config/default.yml',
      'loadComponentSite > the site without a path has settings from the environment and from files that are there',
    ],
    [
      'Nothing connects to Redis that was not declared.',
      'promises of the pages > a site without a path has one memory cache: the default, and "Memory"',
    ],
    [
      'YAML and JSON are one format.',
      'loads of a site > a load builds the same from JSON as from YAML',
      'config folder > components.json declares the same as components.yml',
    ],
    [
      'Passwords are never shown. A message gives at most the length of a wrong one; a dump has the `${env.…}` that it came from, or `[redacted]`.',
      'secrets in declarations > a secret appears in no error: %s',
      'secrets in declarations > a secret appears in no dump of any format',
      'dumps of declarations > a dump hides options with secret-sounding names when no schema marks secrets',
    ],
    [
      'returns what was loaded, as text that loads again.',
      'dumps of declarations > a dump as %s loads again, with the same look-ups',
    ],
    [
      'A declaration text is at most 256 KiB long, 32 levels deep, with 10 000 keys and values.',
      'limits of a declaration text > a text may have 256 KiB, counted in bytes, not in characters',
      'limits of a declaration text > a text may have 32 levels',
      'limits of a declaration text > a text may have 10 000 keys and values',
    ],
    [
      'YAML aliases, merge keys and explicit tags are refused.',
      'limits of a declaration text > an alias bomb is refused before it is expanded',
      'limits of a declaration text > thousands of merge keys are refused',
    ],
    [
      'A path inside a file stays inside the folder of the file.',
      'forbidden class > the load refuses the class path %s',
    ],
    [
      'Within a site, a conflict is an error;',
      'key spaces in a load > overlapping key spaces fail the load, name the later declaration, and start nothing',
    ],
  ],
  'docs/decorators.md': [
    [
      '| `@CachePut` | at every call | stores the result; `undefined` and a refused one remove the value |',
      'a put runs the method at every call, and stores its result',
      'a put without a result, or with one that unless refuses, removes the outdated value',
    ],
    [
      '| `@CacheEvict` | at every call | removes a `key`, `tags(…)` or `all: true`, after the method |',
      'an eviction comes after the method',
      'an eviction takes a key, tags, or all',
    ],
    [
      '**`condition(…args)`**: with `false`, the method runs, and nothing is read, stored or removed.',
      'a call whose condition is false neither reads nor stores',
      'an eviction whose condition is false leaves the cache as it is',
    ],
    [
      'compile error: callers of one key share one run, with the arguments and the `this` of the first one.',
      'decorators of methods > a parameter that the method requires and the key forgets does not compile',
      'callers at the same time share one run of a method, its result or its error',
    ],
    ['reach all callers that wait, and are not kept.', 'an error of a method is not kept'],
    ['comes after the method, also when that failed', 'an eviction comes after a method that failed, too'],
    [
      'the result of the method stands and a warning is logged',
      'a result stands when its change does not reach the store, and a warning is logged',
      'a change that was asked to throw rejects when it does not reach the store',
    ],
    [
      '`@Caching({ evict, cacheable, put })` combines them',
      'combined decorators evict, look up, run, put and evict in this order',
    ],
    [
      'A name is looked up in the site of the container that made the instance, at every call, so that a cache which `registerComponent` replaces is used from the next call on.',
      'a cache is found by name, in the site of the container that made the instance',
      'a cache that replaces another is used from the next call on',
    ],
    [
      '| bound by `to` or `toSelf` | by itself: with standard decorators, its class needs `@CacheConfig`, which may be empty |',
      'a cache is found by name, in the site of the container that made the instance',
    ],
    [
      'In `transaction`, evictions wait for the commit, and a put becomes an eviction.',
      'changes in a transaction wait for its commit',
    ],
    [
      'They are dropped when the function fails, and done when nobody knows the outcome',
      'changes in a transaction that fails are dropped',
      'changes in a transaction whose outcome is unknown are done',
    ],
    [
      'What is loaded inside is neither stored nor shared, because it may be uncommitted, and what was changed inside is a miss inside.',
      'a value that a transaction loads is neither stored nor shared',
      'a value that a transaction has changed is a miss inside of it',
    ],
    ['A transaction in a transaction is part of it.', 'a transaction in a transaction is a part of it'],
    ['take part by `ITransactions`', 'transactions of a library count for the classes that name them'],
    [
      'each key is asked for once, and all callers get the same object',
      'a request asks its cache once for each key, and its callers share the result',
    ],
    ['`@CachePut` end that', 'own invalidations and puts end what a request has kept'],
    [
      'It keeps 1000 results at most, and no errors.',
      'a request keeps a bounded number of results',
      'a request does not keep an error, nor a result that unless refuses',
    ],
    ['Loads do not see it', 'a load does not see what its request has kept'],
    [
      'In Express: `app.use((_request, _response, next) => requestScope(next))`.',
      'a request whose function returns no promise keeps results, too',
    ],
    [
      '`@Locked` runs the method under a lock; `currentLock()` has its fence and its signal.',
      'calls of one lock run one after the other, and those of another lock beside them',
      'the lock is found in the method that holds it, and nowhere else',
    ],
    [
      'rejects with `E_LOCK_BUSY`',
      'a call that does not get its lock is an error, and the method does not run',
    ],
    [
      'a call that is denied rejects with `E_OPERATION_REFUSED`',
      'a call beyond the limit is an error with its decision, and the method does not run',
    ],
    [
      'Without a site, the first call rejects with `E_COMPONENT_NOT_FOUND`.',
      'an instance without a site rejects, and names the three ways to one',
    ],
    [
      'Its `scope`, such as `(self: Orders) => self.tenant`, is in front of every key.',
      'a scope of the instance is a part of every key',
    ],
    [
      'keeps the site of the container that resolves it first',
      'a singleton of a parent container keeps the site of the container that resolves it first',
    ],
  ],
  'docs/errors.md': [
    [
      'Every error has a stable `code`, and a class that tells who must act.',
      'error classes > %s has a fixed name and a code, and is recognised by any copy of the package',
    ],
    [
      'a key, value or option that the port does not allow; a `TypeError` too',
      'error classes > ArgumentError is a TypeError',
    ],
    [
      '`instanceof` and `is` recognise an error of another installed copy of the package, and `error.name` survives minification.',
      'promises of the pages > an error of another installed copy is recognised',
      'error classes > %s has a fixed name and a code, and is recognised by any copy of the package',
    ],
    [
      'Errors of caches and connections never hold a key, a value or a secret',
      'secrecy of secrets and values > secrets and values appear in no error, log or event: %s',
      'secrets in declarations > a secret appears in no error: %s',
    ],
    [
      'What a loader throws reaches its callers as it is.',
      'a loader’s rejection reaches its callers unchanged, error or not',
    ],
  ],
  'docs/failures.md': [
    [
      'Every call ends within its timeout, however long an outage lasts.',
      'getValue ends within commandTimeout + 50 ms on a frozen server',
      'typed cache with its server down > no call hangs while the server is %s',
    ],
    [
      'An invalidation of a `TypedCache` that did not reach the store rejects, unless you declare `invalidation: cover`.',
      'delete rejects with its outcome when it does not reach the store',
      'delete that does not reach the store resolves with invalidation: cover, and is in effect in this process',
    ],
    [
      '`delete`, `deleteMany`, `expire`, `invalidateTags` and `clear` of a `TypedCache` change what other processes see, so a failure is never silent: the call rejects, and its error names the cache and the call.',
      'the error of a failed delete names the cache and the call',
      'the error of a failed deleteMany names the cache and the call',
      'the error of a failed expire names the cache and the call',
      'the error of a failed invalidateTags names the cache and the call',
      'the error of a failed clear names the cache and the call',
    ],
    [
      'the call then resolves (`false`, `0`), and the cache logs a warning that names the call.',
      'deleteMany that does not reach the store resolves with invalidation: cover, and is in effect in this process',
      'covered invalidations > a covered invalidation logs one warning a minute that names cache and call',
    ],
    [
      'the invalidation is in effect in this process from the moment of the call: it serves nothing that is covered;',
      'this process serves no value that delete covers from its start, even before it settles',
    ],
    [
      'it is repeated until the store has it, and `stats().pendingInvalidations` counts what is left;',
      'clear that did not reach the store is repeated with invalidation: cover, for other processes too',
    ],
    [
      'it is lost, with a line in the log, if this process ends first.',
      'covered invalidations > invalidations that never reach the store are logged as lost when the cache closes',
    ],
    [
      'A call on a closed cache rejects in both modes, because nobody would repeat it.',
      'covered invalidations > a covered invalidation rejects when its cache is closed while it is on its way',
    ],
    [
      'By default a failure reads as a miss and is logged once, not once per call;',
      'getValue returns the same as for an absent entry while the server is down',
      'many failures during one outage are logged as one line, without keys and values',
    ],
    [
      'with `failureMode: throw` the call rejects, and the error says whether the command may have run.',
      'getValue rejects with a ConnectionError while the server is down, with failureMode throw',
      'a call that was sent and not answered rejects with an OperationError of unknown outcome, with failureMode throw',
    ],
    ['The connection heals by itself.', 'a cache recovers by itself when its server comes back'],
    [
      'Without a connection, calls are answered at once; those that find it just lost wait, within their timeout, for the first attempt to replace it.',
      'RedisConnection to an unreachable server > a connection to an unreachable server keeps trying, refuses calls at once, and logs one line',
      'RedisConnection when its server fails > a frozen server delays no call beyond its timeout, and its link is dropped after one second',
      'commandTimeout is 1 s by default',
    ],
    [
      'it loads what the store cannot return, and its invalidations reject and are repeated.',
      'a call that loads never fails because the store is gone',
      'delete rejects with its outcome when it does not reach the store',
      'a failed delete is repeated even if no caller reads any more',
    ],
    [
      '`not-sent`: the command will never be executed, so it is safe to repeat.',
      'RedisConnection when its server fails > a command that failed as not sent is never executed later',
      'a write that was refused while the server was down is never executed later',
    ],
    [
      '`ArgumentError` (a `TypeError`) and `DisposedError` are thrown in every mode',
      'a wrong argument is an ArgumentError even while the server is down',
      'error classes > ArgumentError is a TypeError',
    ],
    [
      'A lost connection is retried at once, and then with pauses of at most half a second; after a refused password, with pauses of one to one and a half seconds.',
      'RedisConnection to an unreachable server > a server that appears is found, which ends the incident',
      'credentials of RedisConnection > refused credentials have their own status, and are retried slowly',
    ],
    [
      'A link on which no call is answered in time for one second is replaced.',
      'RedisConnection when its server fails > a link whose answers all come too late is dropped, and nothing is kept for it',
      'RedisConnection when its server fails > a frozen server delays no call beyond its timeout, and its link is dropped after one second',
    ],
    [
      'calls are refused at once until a PING is answered.',
      'calls are refused at once, unsent, while a server does not answer, and succeed when it answers again',
    ],
    [
      'At most 10 000 calls wait for replies (`maxInFlight`). More wait for room within their timeout, in their order and in at most 64 MiB (`maxWaitingBytes`); further ones are refused, unsent.',
      'RedisConnection when its server fails > ten thousand commands are sent to a frozen server; more wait for their timeout, and are never sent',
      'process memory while the server is frozen > memory is bounded before the freeze is noticed, because calls beyond maxWaitingBytes are refused',
      'thirty thousand calls at once are all answered',
    ],
    [
      'Nothing is sent twice.',
      'calls that wait for room when the connection breaks are answered, or never executed',
      'no command that failed as not sent was executed, and none ran twice, while connections broke and returned',
    ],
    [
      'Calls that find their connection just lost wait for the first attempt to replace it, in the same order, memory and timeout. When it fails they are refused unsent, and further ones at once.',
      'execute waits for a broken connection to come back, and is answered',
      'calls while a lost link is replaced > calls are sent in the order in which they were made, those before the loss first',
      'calls while a lost link is replaced > calls are refused when the first attempt fails, and at once from then on',
    ],
    [
      'A load of declarations waits for Redis at most `connectTimeout` (5 s), and then starts the cache disconnected. `required: true` fails the load instead.',
      'a cache starts degraded while its server is down, and recovers by itself',
      'RedisConnection to an unreachable server > an unreachable server fails the start of a required connection, and closes it',
      'RedisConnection to an unreachable server > a required connection waits for its server as long as one attempt may take',
    ],
    [
      '`site.close()` takes at most a second per component. After that the process can end, even if Redis is frozen.',
      'close of a site > close waits one second for each component, logs late ones, and leaves no timer',
      'packed package > packed package with redis > the process ends by itself within a second of close() when Redis %s',
    ],
    [
      'the same one at most once a minute, until the application binds a logger of its own.',
      'promises of the pages > the same process warning comes at most once a minute',
    ],
    [
      'An outage is one warning of the connection and one of each cache, not one per call; the connection also logs when it ends.',
      'RedisConnection when its server fails > an outage is one log line when it begins and one when it ends',
      'many failures during one outage are logged as one line, without keys and values',
    ],
    [
      'Every degraded call is a message on the diagnostics channel `inversify-cache:degraded`.',
      'getValue publishes its degraded answer on the diagnostics channel, without key and value',
      'clear publishes its degraded answer on the diagnostics channel, without key and value',
    ],
    [
      'Neither the log nor the channel holds a key, a value or a password.',
      'secrecy of secrets and values > secrets and values appear in no error, log or event: %s',
      'secrecy of secrets and values > secrets and values appear in no process warning',
    ],
  ],
  'docs/faq.md': [
    [
      'The cache connects by itself once the server answers;',
      'a cache starts degraded while its server is down, and recovers by itself',
    ],
    [
      'Credentials are tried again every second or so',
      'credentials of RedisConnection > refused credentials have their own status, and are retried slowly',
    ],
    [
      'Until then the cache is disconnected; with `required: true` the load fails with `E_PEER_MISSING`.',
      'packed package > packed package without redis > a RedisCache starts disconnected, with one warning that names the package to install, without redis installed',
      'packed package > packed package without redis > a required RedisCache fails the load with E_PEER_MISSING, without redis installed',
    ],
    [
      'or one entry alone is larger than `maxBytes`.',
      'promises of the pages > an entry that alone is larger than maxBytes is not stored, and pushes nothing out',
    ],
    ['`explain(key)` names the reason of a miss.', 'explain names the reason of every miss'],
    [
      'Within a site, a conflict is an error;',
      'key spaces in a load > overlapping key spaces fail the load, name the later declaration, and start nothing',
    ],
    [
      'Importing opens nothing, and loads neither `redis` nor the YAML reader before a declaration needs them.',
      'packed package > the package can be imported without redis and js-yaml installed, and loads them on demand',
    ],
  ],
  'docs/getting-started.md': [
    [
      'Importing it opens nothing, and loads neither `redis` nor the YAML reader: each is loaded when a declaration needs it.',
      'packed package > the package can be imported without redis and js-yaml installed, and loads them on demand',
    ],
    [
      'All callers that ask for the same key in the meantime wait for that one load.',
      'a cold key is loaded once for all concurrent callers',
    ],
    [
      'It closes what it built.',
      'close of a site > close closes each built component once, however often it is called',
    ],
    [
      'If Redis is unreachable when the program starts, the program starts anyway: the cache is degraded until Redis answers.',
      'a cache starts degraded while its server is down, and recovers by itself',
    ],
    [
      'Values go through a codec, so they are data: no functions, no class instances.',
      'a value that a codec cannot encode is a CodecError, and changes nothing',
    ],
  ],
  'docs/health.md': [
    [
      'no I/O, and `down` only when the process cannot do its work.',
      'SiteHealth > a check sends nothing unless it is asked to, and then a PING tells',
      'health() > a site is degraded while its server is away, down if it is required, and up when it is back',
    ],
    [
      '`down`: it is closed, or it is declared with `required: true` and does not work.',
      'health() > a closed site, and a closed typed cache, are down',
      'health() > a site is degraded while its server is away, down if it is required, and up when it is back',
    ],
    [
      '`since` is the first check that has found the status.',
      'SiteHealth > the time since is that of the first check that found the status, and begins anew when it changes',
    ],
    [
      'reports what the connections know already: nothing is sent',
      'SiteHealth > a check sends nothing unless it is asked to, and then a PING tells',
    ],
    [
      'checks at once share one round, and one of the second before is reported again',
      'SiteHealth > checks at once share one round of questions, and so do those of the second after it',
    ],
    [
      'what has not answered by then is `degraded`',
      'SiteHealth > a check ends within its time, with what has not answered as degraded, also one that joins a longer one',
    ],
    [
      'they name servers, but no key, value or password, so keep them from public pages',
      'SiteHealth > reasons are told on request only',
      'health() > a site is degraded while its server is away, down if it is required, and up when it is back',
    ],
    [
      'such a component is `UP`, with `degraded: true` in its details.',
      'SiteHealth > a report becomes application/health+json, and the form of Actuator',
    ],
    [
      'Every component in Redis has a `health()`: that of its connection.',
      'SiteHealth > every component in Redis is degraded while its server is away',
    ],
    [
      'A component of your own is asked by its own `health()` (`{ status, reasons }`), or by `connected`, if it has one.',
      'health() > a component of the application is asked by its health or connected, and cannot make the report fail',
    ],
    [
      '`site.health()` asks all of them, by a PING unless you pass `{ active: false }`, and takes half a second at most, even if a server is frozen.',
      'health() > a site reports a frozen server within half a second',
    ],
  ],
  'docs/icache.md': [
    ['bytes in, bytes out, and every entry has a TTL.', 'no write leaves a key without a TTL'],
    [
      'one test suite (`test/contract/cache`) holds every implementation to it.',
      'MemoryCache and RedisCache > both caches return the same results for every sequence of calls',
    ],
    [
      "Milliseconds (`1500`), strings (`'250ms'`, `'1.5h'`, `'7d'`) or parts (`{ hours: 1, minutes: 30 }`), up to 36 500 days.",
      'a TTL may be milliseconds, a decimal number with a unit, or a sum of parts',
      'the longest TTL is 36 500 days',
    ],
    [
      'Fractions of a millisecond are rounded up.',
      'fractions of a millisecond round up, and errors of binary floating point do not count',
    ],
    ['Nothing is ever stored without a TTL.', 'no write leaves a key without a TTL'],
    [
      'One that is omitted is `defaultExpire` of the cache, and a bad TTL where there is none.',
      'caches with and without defaultExpire > %s stores what has no TTL of its own for defaultExpire',
      'caches with and without defaultExpire > %s without defaultExpire stores nothing that has no TTL',
    ],
    [
      'is refused before anything is sent: the call returns `false`, the log has one warning, and the entry that was there stays.',
      'setValue returns false for an invalid TTL, and leaves the existing entry unchanged',
      'setValue sends nothing when the TTL is invalid',
      'setValue logs one warning about an invalid TTL, without the value',
      'setValue rejects an invalid TTL with failureMode throw, and leaves the existing entry unchanged',
    ],
    [
      'Every key is stored literally: no character is special. Lone surrogates are refused.',
      'every key is stored literally: no character is special',
      'setValue refuses an invalid key: not a string, empty, above 1 KiB, a lone surrogate',
    ],
    [
      '**Values** are at most `maxValueBytes` long. `null` is stored as empty bytes and comes back as empty bytes.',
      'setValue refuses a value above maxValueBytes, and keeps the existing entry',
      'setValue stores null as empty bytes',
    ],
    [
      'Changing a buffer after the call changes nothing that is stored, and the bytes you get are yours to change.',
      'bytes given to setValue may be changed before it has settled',
      'bytes that getValue returns may be changed by the caller',
    ],
    [
      '**Patterns** are Redis globs over the UTF-8 bytes of the key, in memory too',
      'keys matches by glob: ? stands for exactly one byte, so that é needs two',
      'glob patterns > a pattern matches the same keys in memory as in Redis',
    ],
    [
      '`keys` and `clear` never see the entries of a neighbour.',
      'keys reports only keys of this cache, without the prefix',
      'clear removes and counts only keys of this cache',
    ],
    [
      'On Redis that requires a `prefix`; without one, both require a pattern.',
      'keys requires a pattern when there is no prefix, with failureMode degrade',
      'clear requires a pattern when there is no prefix, with failureMode degrade',
    ],
    [
      'They scan: `KEYS` and `FLUSHDB` are never used.',
      'keys and clear use SCAN, never KEYS',
      'clear never removes keys of other programs from the database',
    ],
    [
      'Reads of one turn of the event loop go out as one `MGET` (from three keys on), with the results and errors that one `GET` per key would have had.',
      'RedisReader > reads of one turn are sent as one MGET, and return what a GET for each would',
      'RedisReader > fewer than three reads of one turn are sent as GETs',
    ],
    [
      '**Bulk calls** check every argument before the first entry is sent, give every entry the same TTL, and go out in batches of 512.',
      'setValues checks every argument before it sends the first entry',
      'setValues gives every entry the same TTL',
      'RedisReader > thousands of reads in one turn are sent in batches of 512',
    ],
    [
      '**After `close`** every call rejects with a `DisposedError`.',
      'getValue rejects with a DisposedError after close',
      'keys rejects with a DisposedError after close',
    ],
    [
      'A scan of keys that are used once does not evict those that are used often.',
      'promises of the pages > a memory cache that is full keeps what is used often through a scan of what is used once',
      'AdaptiveMap under adversarial traces > a scan ten times the size of the map leaves the popular entries in place',
    ],
    [
      "`stats()` counts hits, misses and why entries left; `on('removed', …)` reports each entry that leaves, with the cause",
      'MemoryCache > stats count the calls, and the entries and bytes held',
      'MemoryCache > a listener is told of every removed entry, and why it was removed',
    ],
    [
      "A value that is found is a hit, even an empty one, `0`, `''`, `false` or `null`. The hit rate is 0 before the first read.",
      'a read that finds a value is a hit, even of an empty one',
      'the hit rate is 0 before the first read',
      'statistics > TypedCache counts falsy values as hits, with their sets, deletes and loads',
    ],
    [
      'Each key of a batch counts; a key whose read failed is neither a hit nor a miss, but an error of its call.',
      'a batch of reads is a hit or a miss for each of its keys',
      'statistics > RedisCache counts calls that its server failed as errors, and neither as hits nor as misses, with failureMode %s',
    ],
    [
      'Only entries that a call removed count as deletes: no eviction, no expiry, and no absent key.',
      'only entries that a call removed count as deletes',
    ],
    [
      'The memory of expired entries is freed even if no further call comes.',
      'MemoryCache > expired entries are freed without further calls, by one timer that then ends',
    ],
    [
      'An entry that alone is larger than `maxBytes` is not stored: `setValue` returns `false`, and nothing is evicted.',
      'promises of the pages > an entry that alone is larger than maxBytes is not stored, and pushes nothing out',
    ],
    [
      'It holds nothing, and checks its arguments like any other cache',
      'promises of the pages > a NullCache holds nothing, and says so',
      'NullCache > NullCache refuses invalid keys like any cache',
    ],
    [
      'capacity | `maxEntries` (8 million at most), `maxBytes`',
      'MemoryCache > MemoryCache never holds more than maxEntries or maxBytes',
    ],
  ],
  'docs/inversify.md': [
    [
      'What is declared can be injected, and `site.close()` unbinds what it bound and nothing else.',
      'loadComponentSite > loadComponentSite binds into a given container, where services find the components',
      'ComponentSite and its container > close unbinds the bindings of the site, and no others',
    ],
    [
      '`@inject(ICache)` without a name is the default entry.',
      'ComponentSite > a default entry and named entries exist separately, and neither replaces the other',
    ],
    [
      'The components run when the promise of `cacheModule` resolves. `container.unload` only unbinds;',
      'cacheModule > cacheModule makes caches injectable',
      'cacheModule > a module can be unloaded, which closes no component',
    ],
    [
      '`getComponent` throws if there is no such entry, `queryComponent` returns `undefined`, and `registerComponent` adds an entry or replaces one.',
      'ComponentSite > getComponent rejects with the requested entry, the existing entries and a suggestion',
      'ComponentSite > queryComponent returns undefined for an unknown name or interface',
      'ComponentSite > registerComponent replaces the earlier component of the same entry only',
      'ComponentSite and its container > a site binds registered components, and itself, for injection',
    ],
    [
      'What the application has bound in the container can be looked up in the site too.',
      'ComponentSite and its container > a site finds bindings of the application',
    ],
    [
      'The site closes what it built, and never what was registered.',
      'close of a site > close closes each built component once, however often it is called',
      'closed ComponentSite > close leaves components that the site did not build open',
    ],
    [
      "The path is relative to the declaration file and stays inside its folder. A class of a package is `some-package#Export`, if the load allows it (`{ allow: ['some-package'] }`). Nothing else is ever imported.",
      'forbidden class > the load refuses the class path %s',
      'forbidden class > a linked %s that leads out of the folder is refused',
      'class of a package > a package that the load does not allow is not resolved',
    ],
    [
      'Options are checked like ours: every problem at once, with its place.',
      'application class > an application class with a static component is built by it, with checked options',
      'examples from a fresh checkout > the example %s prints its expected output with %s Redis, and succeeds',
    ],
    [
      'A failing `start` fails the load.',
      'failed load > a failed start closes the started components in reverse order',
    ],
    [
      'is built as `new Class(site, options)`, with the options as they were written.',
      'application class > an application class is built with the site and its options as written',
    ],
    [
      'One site per container.',
      'ComponentSite and its container > a site refuses a container that already has a site',
    ],
    [
      'An entry that the application has bound itself cannot be declared or registered as well',
      'ComponentSite and its container > a site refuses an entry that the application has bound, instead of making it ambiguous',
    ],
    [
      'all of the file appears at once, or nothing.',
      'build-time site > a build-time site shows earlier components, which the application does not see yet',
      'failed load > a component that kept its build-time site sees nothing after a failed load',
    ],
  ],
  'docs/key-value.md': [
    [
      'so other programs read and write them',
      'values and other programs > a Python program with a bare socket reads JSON, counters and text of a key-value store, and writes them',
      'values and other programs > redis-cli reads and writes values of a key-value store under its prefix',
    ],
    [
      'Nothing is evicted, nothing degrades.',
      'MemoryKeyValue > a full memory refuses one more key, keeps those that it has, and lets them be changed',
      'RedisKeyValue > a store without a server rejects as not sent, and never answers that a value is absent',
    ],
    [
      'A key that holds another type of value is refused by every read, also by `getMany`; it never counts as absent.',
      'a key that holds another type of value is refused by every read, and never absent',
    ],
    [
      'No call is sent twice: an `increment` whose answer was lost rejects with the outcome `unknown`.',
      'RedisKeyValue > a call that a frozen server does not answer ends in time as unknown, and is not sent twice',
    ],
    [
      'A write without it removes the life before; `keepExpire: true` keeps what remains.',
      'a write without a life removes the one before, and `keepExpire` keeps what remains of it',
    ],
    [
      'sets the life when it creates the counter, in the same step, and no later call prolongs',
      'the life of a counter begins when it is created, and no later call prolongs it',
    ],
    [
      '`setMany`, `getMany` and `delete` take at most 10 000 keys, and are one step: all or nothing.',
      'a bad argument is refused, and nothing is changed',
      'MemoryKeyValue > a write that is larger than the memory that is left is refused as a whole',
      'RedisKeyValue > a server without memory refuses every write with OOM, and nothing is half written',
      'RedisKeyValue > a replica refuses every change with READONLY, and nothing is half written',
    ],
    [
      'Every `RedisKeyValue` reads it, with or without the option; without it, such a read is two round trips.',
      'a value in parts is read whole while others replace it, with or without the option',
    ],
    [
      'A value that is written after `clear` was called stays.',
      'a value that is written after `clear` was called stays',
    ],
    [
      '`MemoryKeyValue` holds at most `maxEntries` keys and `maxBytes`.',
      'MemoryKeyValue > a full memory refuses one more key, keeps those that it has, and lets them be changed',
      'MemoryKeyValue > values that were replaced or deleted take no memory',
    ],
    [
      'Each call is one round trip, and reads ask the master.',
      'RedisKeyValue > every call is one round trip, and arguments are checked before it',
    ],
  ],
  'docs/llm-cache.md': [
    [
      'Equal requests at the same time call the provider once, in all processes.',
      'LlmCache > whole answers > equal requests at the same time call the provider once',
      'LlmCache > whole answers > equal requests of several processes call the provider once',
    ],
    [
      'make the key; the order of properties does not',
      'LlmCache > keys of requests > the same request in another order of properties has the same answer',
      'LlmCache > keys of requests > a request with another %s has another answer',
    ],
    [
      'A request that is no plain JSON is an `ArgumentError`.',
      'LlmCache > keys of requests > a request that is no plain JSON is refused, and nothing of it is shown',
    ],
    [
      'Errors are not kept',
      'LlmCache > whole answers > an error, an answer that was skipped and a call that opted out are not kept',
    ],
    [
      'An answer is kept for a day (`expire`).',
      'LlmCache > a cache of answers is declared over a typed cache, and keeps them for a day',
    ],
    [
      'share it from its beginning, each at its own pace and with chunks of its own',
      'LlmCache > streams > callers who come while a stream runs share it, and each has chunks of its own',
    ],
    [
      'Streams are shared while they run, stored when they are complete, and replayed chunk by chunk.',
      'LlmCache > streams > a stream is replayed chunk by chunk',
    ],
    [
      'A caller who leaves stops nothing for the others; when all have left, the provider is aborted, and nothing is stored.',
      'LlmCache > streams > a stream that all its callers leave is aborted and not kept, and one that somebody reads goes on',
      'LlmCache > streams > a caller whose signal aborts leaves, and the others read on',
      'a stream above its bound is aborted when its caller leaves',
    ],
    [
      'A stream that breaks off reaches its callers as far as it came, then as an error.',
      'LlmCache > streams > a stream that breaks off reaches its callers as far as it came, with the error, and is not kept',
    ],
    [
      'reaches its caller whole, at the pace of the caller, and is not stored',
      'LlmCache > streams > a stream above its bound reaches its caller whole at the pace of the caller, and is not kept',
    ],
    [
      'It counts the tokens and the cost that it saves.',
      'LlmCache > whole answers > counters tell what was saved',
    ],
    [
      'reach those answers, and no others',
      'LlmCache > whole answers > invalidation reaches the answers of a model, of a namespace or of both, and no others',
    ],
    [
      'goes to who waits for it, and to no later call',
      'an answer that is on its way during an invalidation answers no later call',
      'a stream that runs during an invalidation goes on, and reaches no later caller',
    ],
    [
      'lets a question have the answer to a similar one of the same model, parameters, tools and namespace',
      'LlmCache > similar questions > similar questions share an answer above the threshold, among equal models and parameters',
      'LlmCache > similar questions > questions are compared exactly when nothing else is asked for, or when no vector can be made',
    ],
  ],
  'docs/logging.md': [
    [
      'a line for each message',
      'ConsoleLoggerSite > a console logger writes time, level, topic, message and attributes in one line',
      'ConsoleLoggerSite > the stack of an error and of its causes follows, and attributes stay',
    ],
    [
      'to pino: a child logger for each topic',
      'PinoLoggerSite > a logger of pino gets topic and attributes as fields, and the error as `err`',
    ],
    [
      '`level` is the least that is written',
      'ConsoleLoggerSite > a console logger of the level %s writes that level and those above',
    ],
    [
      'without the package the load fails with `E_PEER_MISSING`',
      'PinoLoggerSite > a declared PinoLoggerSite without pino fails the load, and says what to install',
    ],
    [
      'hide attributes whose names sound like a secret, and user names and passwords in URLs',
      'ConsoleLoggerSite > no secret is written: attributes with such names and credentials in URLs are hidden',
    ],
    ['so a message cannot forge another one', 'ConsoleLoggerSite > a message cannot forge another one'],
  ],
  'docs/mutex.md': [
    ['Waiters get it in the order of their arrival.', 'waiters get the lock in the order of their arrival'],
    ['At most one holder has an unexpired lease.', 'two holds of one name never overlap'],
    [
      'The holder is told that its lease is over before another can have the lock.',
      'a holder is told that its lease is over before another can have the lock',
      'a holder is told in time that a frozen server may have let its lease end',
    ],
    [
      'right in the first line after the process was blocked or suspended',
      'a holder learns that its lease is over in the first line after the process was blocked',
    ],
    [
      'What is not released is free when its lease ends.',
      'a lock that is not released is free when its lease ends',
      'a lock whose expiry was taken away is free after a lease',
    ],
    [
      'it grows although the database has lost everything',
      'a fence grows although the database has lost everything',
      'fences of a name strictly grow, over release and over expiry',
    ],
    [
      'When it changes no row, a later holder has been here.',
      'fences in SQL > the documented statement refuses the late write of a holder whose lease has ended',
    ],
    [
      'the same without waiting',
      'tryAcquire answers undefined while the lock is held, and while others wait for it',
    ],
    ['`E_LOCK_BUSY` when it was not free', 'run rejects when the lock is busy, and when its lease was lost'],
    [
      'a lease is never shortened, and never revived',
      'extend prolongs a lease, and never shortens one',
      'extend never revives a lease that is over',
      'nothing extends a lock after its release',
    ],
    [
      'when the lock was not ours any more; then it changes nothing',
      'release answers false, and changes nothing, when the lock is not ours any more',
    ],
    [
      'A server that pauses for less than that costs nothing.',
      'autoExtend survives a server that pauses for a third of the lease',
      'autoExtend keeps a lock beyond its lease, at most for maxHold',
    ],
    [
      'An outage is a typed error within `commandTimeout`.',
      'a server that does not answer is a typed error in time',
    ],
    [
      'is withdrawn as soon as the server is back',
      'a lock whose grant nobody has heard of is free soon after the server is back',
      'a lock that is granted while its call is aborted is given back',
    ],
    [
      'wakes one process only, and looks by itself',
      'a waiter sends at most twenty commands a second, and is woken by the release',
    ],
    ['That covers lost messages.', 'a wake-up that is lost delays a waiter by a second at most'],
    [
      'A waiter that has died delays the others by two seconds at most.',
      'a waiter that has died delays the others by two seconds at most',
    ],
    ['and each has an expiry', 'every key of a lock has an expiry'],
    [
      '`minReplicas` makes that rarer.',
      'a lock that too few replicas confirm is refused, and nothing is held',
      'a script that too few replicas confirm rejects in time, and has run once',
      'scripts and locks that replicas confirm > a lock with minReplicas is on the replica when it is granted, and is not held without one',
    ],
  ],
  'docs/performance.md': [
    [
      'because reads of one turn of the event loop go out as one `MGET`.',
      'RedisReader > reads of one turn are sent as one MGET, and return what a GET for each would',
    ],
    [
      'On Redis, a hit without tags costs one round trip, and a hit with tags two at most.',
      'a hit without tags costs one round trip',
      'a hit with tags costs two round trips at most, and tags declared by the call cost none',
    ],
    [
      '`invalidateTags` and `clear` cost the same whatever they cover.',
      'invalidateTags costs the same however many values it covers',
      'clear costs the same however many values it covers',
    ],
  ],
  'docs/pub-sub.md': [
    [
      'Nothing is kept for those who are away, and what was lost is told: `onGap`, `onDrop`, `onMalformed`.',
      'each loss of the link is told once to each subscription, before later messages',
      'a full buffer drops the oldest messages, and each is told',
      'bytes that the codec refuses are told, and the next message is handled',
    ],
    [
      'Whoever needs every message needs a queue, not publish/subscribe.',
      'RedisPubSub > a message that overruns the output buffer of the server costs a gap that is told, and the link returns',
    ],
    [
      'With `sequenced: true`, messages are numbered, and a subscription also tells losses that no link noticed',
      'RedisPubSub > a sequenced subscription tells messages that no link has lost, and no others',
    ],
    [
      'A handler is called for one message at a time.',
      'a handler is called for one message at a time, in order',
    ],
    [
      'A loss is told once, however many channels the subscription has.',
      'a loss is told once to a subscription of several channels, before later messages',
    ],
    [
      'follows a channel whose slot moves to another server: after a reshard at once, after the failure of a master when its replica has taken over.',
      'a sharded subscription follows its slot to another server, and is told of the gap once',
      'sharded channels of a cluster > a sharded subscription follows the replica that takes the place of a killed master, and is told once',
      'sharded channels of a cluster > a notice of a moved slot that arrives behind a heartbeat is not lost',
    ],
    [
      'Sharded channels require Redis 7.0 or later, and work on one server too.',
      'a sharded subscription receives what SPUBLISH publishes, and nothing else',
      'sharded channels of a server without them > a server that is too old for sharded channels is named with the version that it takes',
    ],
    [
      'The user needs [rules](reference/acl.md) of its own: `+spublish +ssubscribe +sunsubscribe +unsubscribe`.',
      'RedisPubSub > a sharded RedisPubSub does with its documented access rules, and refuses a pattern',
    ],
  ],
  'docs/queue.md': [
    [
      'Each message is handled at least once: it comes back until a consumer has acknowledged it, and after `maxAttempts` deliveries it is a dead letter.',
      'a message that is not settled comes back when its visibility runs out, and not before',
      'a message whose handler fails maxAttempts times becomes a dead letter, and others go on',
      'a message that no consumer settles becomes a dead letter after maxAttempts deliveries',
    ],
    [
      'A consumer never stops in silence.',
      'a consumer goes on after its server was frozen, and after its connections were cut',
      'a consumer goes on after the database has lost everything, or any key of the queue',
    ],
    [
      'While the handler runs, it extends the visibility.',
      'run extends the visibility of a message while its handler runs',
      'a handler that runs longer than maxProcessing loses its message',
    ],
    [
      '`delivery.signal` aborts when the message is no longer ours, and is right in the first line after a pause.',
      'a consumer that was blocked finds its signal aborted in the first line, and its ack stale',
    ],
    [
      'A receipt is stale once the message was handed out again: `ack`, `nack` and `extend` answer `false` and change nothing.',
      'a receipt is stale once another consumer has the message, and changes nothing',
    ],
    [
      'Messages are delivered in the order in which they were produced, unless one comes back.',
      'messages come to one consumer in the order in which they were produced',
    ],
    [
      'So does one that the codec refuses, at once.',
      'a message that the codec refuses is a dead letter at once, and its consumer goes on',
    ],
    [
      'with an `id`, the repetition is a `duplicate`.',
      'a produce that was not answered stores one message, with the repetition of its id',
      'a message id is stored once within the dedupeWindow, and again after it',
    ],
    [
      'Within the call, a request whose answer was lost is repeated by itself, and executed once.',
      'RedisQueueSite > a produce, an ack and a nack whose answers were lost on the way are executed once',
    ],
    [
      'A server that hands out messages without our hearing of it hands out the same ones again, without another attempt.',
      'messages that a server handed out without our hearing of it come when it is back',
      'a consumer that ends while the server is frozen keeps no message',
    ],
    [
      'A full Redis refuses new messages, and still settles those that it has.',
      'a server without memory refuses messages whole, and settles those that it has',
    ],
    [
      'When it is set back, nothing waits longer for that.',
      'a clock of the server that was set back keeps no message back',
    ],
    ['leaves nothing once it is settled', 'nothing is left of messages that were handled'],
    [
      'it looks by itself once a second',
      'an idle consumer sends at most two commands a second, and is woken by a message',
    ],
  ],
  'docs/rate-limiter.md': [
    [
      'Several limits at once, all or nothing; a denied call is charged to none.',
      'a call that one limit denies is charged to none',
      'a call that is denied changes nothing',
    ],
    [
      'never more than the limit in any interval of that length',
      'a sliding window admits no more than its limit in any interval of its length',
    ],
    ['A fixed window opens with the first call of its key', 'a fixed window opens with its first charge'],
    ['so its rate has no drift', 'a token bucket allows its burst at once, and then its rate without drift'],
    [
      'A call that waits for `retryAfterMs`, if nothing else is charged meanwhile, is allowed; a millisecond earlier it is not.',
      'a call that waits for `retryAfterMs` is allowed, and one that waits a millisecond less is not',
    ],
    [
      '`peek` decides as the next `consume` would, and changes nothing.',
      '`peek` decides as the next `consume` does, and changes nothing',
    ],
    ['as a whole or not at all', 'a cost is charged as a whole or not at all'],
    [
      'it is charged once and gets the same decision',
      'a request that is repeated is charged once, and answered alike',
    ],
    [
      'patterns of keys that are always allowed and not counted',
      'a key that is exempt is always allowed and never counted',
    ],
    [
      'the first denial blocks the key for this time; later ones do not prolong it',
      '`blockFor` blocks a key with its first denial, and later denials do not prolong it',
    ],
    [
      'repeats a denial for this time without asking Redis',
      'RedisRateLimiter > denials that are kept > a denial is repeated without a command, and forgotten by `reset`',
    ],
    [
      'Each call ends within `commandTimeout` + 50 ms',
      'RedisRateLimiter > outages > a frozen Redis lets `onUnavailable: %s` decide in time',
    ],
    [
      'With `local`, at most processes × `localShare` × limit is admitted in addition.',
      'RedisRateLimiter > outages > a frozen Redis lets `onUnavailable: %s` decide in time',
    ],
    [
      'A denial by Redis is never handed to `onUnavailable`.',
      'RedisRateLimiter > outages > a denial never reaches what `onUnavailable` declares',
    ],
    [
      'a clock that is set back blocks nobody for longer than one window',
      'RedisRateLimiter > a clock of the server that was set back blocks nobody for longer than a window',
    ],
    [
      'Every key in Redis has a TTL',
      'RedisRateLimiter > keys in Redis > a key that lost its expiry gets it back, even from a call that is denied',
    ],
    ['a key takes some 200 bytes', 'RedisRateLimiter > keys in Redis > a key takes some 200 bytes'],
    ['A call is one script, one round trip.', 'RedisRateLimiter > keys in Redis > a call is one command'],
    [
      '`Retry-After`',
      'rateLimitHeaders > a denied call says when to try again, rounded up to seconds',
      'rateLimitHeaders > an allowed call reports each limit with quota, window, rest and reset',
    ],
    [
      'Express 5 and Fastify 5 take it, too',
      'rate limits in web frameworks > the documented middleware limits the requests of %s, and tells the limit in headers',
    ],
    [
      'at most `maxKeys`, without a timer for each',
      'MemoryRateLimiter > keys are held within the bound, however many there are, and forgotten after their window',
    ],
  ],
  'docs/redis.md': [
    [
      'Without `+eval +evalsha`, a typed cache keeps fences and leases in its process.',
      'TypedCache for a user without scripts > a typed cache has hits, and its invalidations count, although its user may run no scripts',
    ],
    [
      '`delete`, tags and `clear` still reach the values of all processes, with scripts or without,',
      'TypedCache for a user without scripts > tags and clear reach the values of processes with scripts and without, whichever process invalidates',
    ],
    [
      'A single command that scripts lack, such as `+set`, has the same effect.',
      'TypedCache for a user without scripts > a typed cache has hits when its scripts lack the command %s alone, which the advice names',
    ],
    [
      'The advice names the command and the rule until a script has run; within 30 s of its addition the cache uses scripts again.',
      'TypedCache for a user without scripts > a typed cache uses scripts again once its user may run them',
      'TypedCache for a user without scripts > the health of a connection names user, command and rule when its user may run no scripts',
    ],
    [
      'reads are the work of all nodes, and a node that is away costs the keys of its slots.',
      'TypedCache in a cluster > reads of a namespace are the work of all nodes, one command for each',
      'TypedCache in a cluster > a node that is away costs the keys of its slots, whichever verb is called',
    ],
    [
      'makes every value that is older than the last restart or promotion of its server a miss',
      'TypedCache after a failover > a restart from an older dump makes its values misses with failover suspect',
      'TypedCache after a failover > a promotion of a replica that lagged makes older values misses over the same link with failover suspect',
      'TypedCache after a failover > a value whose load began before a promotion is not fresh after it with failover suspect',
      'TypedCache after a failover > a failover of one node of a cluster costs the keys of its slots only with failover suspect',
    ],
    [
      'Every call ends in time, a failure says whether the command may have run, the connection comes back by itself, and no password is ever shown.',
      'execute ends within the timeout of the call on a frozen server',
      'error classes > ConnectionError and OperationError carry the known facts of the call',
      'a broken connection comes back by itself',
      'a password is shown nowhere',
    ],
    [
      'All Sentinels are asked, and the newest answer counts.',
      'RedisConnection through Sentinels > a connection finds the master through one Sentinel, and names its database',
    ],
    [
      'A server is taken for the master when it says so itself: a link stays until another server has proved to be the master, however the Sentinels disagree or spell its address.',
      'RedisConnection to Sentinels that are wrong or disagree > a connection keeps a working link while the Sentinels announce a newer epoch with a dead port',
      'RedisConnection to Sentinels that are wrong or disagree > a connection finds a living master that only the Sentinel with the oldest configuration names',
      'RedisConnection to Sentinels that are wrong or disagree > a connection never takes a server for the master that says that it is a replica, even where ROLE is forbidden',
    ],
    [
      'When a replica refuses a write (`READONLY`), the name is looked up anew, twice a second while writes are refused, and the connection moves to the master that it finds within seconds.',
      'RedisConnection to a name whose master and replica change places > a host name is resolved anew when a write is refused by a replica',
      'RedisConnection to a name whose master and replica change places > no read is lost while the links move to the new master',
    ],
    [
      'A server that stays a replica keeps its link, and answers reads.',
      'RedisConnection to a name whose master and replica change places > a connection to a server that stays a replica keeps its link, and looks for another at most twice a second',
    ],
    [
      'After a failover the links to the former master are closed, even if it still answers.',
      'RedisConnection to Sentinels that are wrong or disagree > a connection leaves a former master that still answers as a master when a newer configuration names another',
      'RedisConnection through Sentinels > a connection follows a failover: no command runs twice or late, and no call waits for it',
      'RedisConnection through Sentinels > a connection never writes to a former master that comes back',
    ],
    [
      'The connection discovers the other nodes and the map of slots, and reads them again as soon as it notices a mismatch.',
      'RedisConnection to a cluster > a connection finds every master from one node, and the node of every key',
      'RedisConnection to a cluster > no call fails while slots move under load',
    ],
    [
      'If a part of the cluster is unreachable, only the keys of that part are affected.',
      'RedisConnection to a cluster > only the keys of a failed master (%s) are unavailable, until its replica takes over',
    ],
    [
      'Keys are read from masters, unless `readFrom: replica` is declared.',
      'RedisConnection to a cluster > reads go to replicas when declared so, and otherwise to masters',
    ],
    [
      '`natMap` translates addresses that the cluster or the Sentinels announce and that cannot be reached from here.',
      'RedisConnection to a cluster > a connection works with nodes that announce themselves as %s',
    ],
    [
      'Beside a `url`, a map under `tls` says how to encrypt, and the scheme says whether: one declaration serves `redis://` in development, with a warning that nothing is encrypted, and `rediss://` in production.',
      'RedisConnection over TLS > a map under tls does not encrypt a connection whose URL begins with redis://, and a warning says so',
      'RedisConnection over TLS > a URL with rediss:// means TLS',
    ],
    [
      '`tls: true` always encrypts.',
      'database of a connection > database names the target without credentials: %s',
    ],
    [
      'Certificates are verified. To accept any certificate, declare `tls: { insecure: true }`; a warning is logged at each start.',
      'RedisConnection over TLS > a connection trusts the given certificate authority',
      'RedisConnection over TLS > any certificate is accepted only when declared so, with a warning',
    ],
    [
      '`ca`, `cert` and `key` take the path of a file, PEM text (`key: ${env.REDIS_KEY}`; escaped line breaks are taken too) or, in code, bytes; each of them also a list.',
      'RedisConnection over TLS > a connection takes certificates and keys as files, text, bytes and lists',
    ],
    [
      'Keys, certificates and the `passphrase` are never shown, and neither is a path that cannot be read.',
      'secrecy of certificates and keys > a key is never shown, given as %s',
      'secrecy of certificates and keys > a declared key is never shown, given as %s',
    ],
    [
      'comes between the two: declared, session, environment, default, option by option.',
      'connection options from an IConfig session > an option comes from the declaration, else the session, else the environment, else its default: %s',
    ],
    [
      'A string in place of `true` replaces `REDIS_` in every name',
      'connection options from the environment > environment variables are read with the given prefix',
      'ENABLE_REDIS > ENABLE_REDIS carries the prefix of the other variables',
    ],
    [
      'A wrong one fails the load; the message names the variable and does not show its value.',
      'declaration with a connection from the environment > a load fails with the name of an invalid variable, and nothing of its value',
    ],
    [
      '`false`, `0`, `no` or `off` switches the connection off: calls are refused at once, and caches degrade',
      'ENABLE_REDIS > ENABLE_REDIS switches the connection off: %s',
      'declaration with a connection from the environment > a declaration loads, and its cache degrades, when the environment switches Redis off',
    ],
    [
      'The provider is asked at every attempt to connect, so a rotated password or an expired token is replaced at the next attempt.',
      'the credentials provider is asked at every connection attempt',
      'rotated credentials are adopted, and no command runs as another user',
    ],
    [
      'Nothing is sent before the server has accepted the credentials, and a link never logs in twice: no command runs as another user.',
      'credentials of RedisConnection > changed credentials never let a command run as another user',
      'secrecy of secrets and values > secrets and values appear in no error, log or event: %s',
    ],
    [
      'Refused credentials are a state of their own (`auth-failed`), tried again with pauses of one to one and a half seconds.',
      'credentials of RedisConnection > refused credentials have their own status, and are retried slowly',
    ],
    [
      'The new connection stands before the old one goes, and no call is lost',
      'credentials are renewed before they expire, and no call is lost',
      'rotation of credentials > no call of a busy connection is lost by tokens of two seconds: %s',
      'rotation of credentials > calls on a key keep their order while a link is replaced',
    ],
    [
      'Every connection that takes commands does that, on Sentinels and clusters too',
      'credentials are renewed before they expire, and no call is lost',
    ],
    [
      'Each call ends within its timeout (`commandTimeout`, or `{ timeout }`) and 50 ms, answered or not',
      'RedisConnection when its server fails > a frozen server delays no call beyond its timeout, and its link is dropped after one second',
    ],
    [
      '`not-sent` will never be executed, `unknown` may have been, `refused` was not',
      'no command that failed as not sent was executed, and none ran twice, while connections broke and returned',
      'execute is never executed when its abort reports it as not sent',
    ],
    [
      'At most `maxInFlight` calls are in flight on a connection; more wait for room, in their order and within their timeout, and are `not-sent` when they find none (`E_OVERLOADED`).',
      'RedisConnection when its server fails > ten thousand commands are sent to a frozen server; more wait for their timeout, and are never sent',
      'calls beyond maxInFlight wait for room, and are sent in their order',
      'a call that finds no room within its timeout is not sent, and ends in time',
    ],
    [
      'Those that wait take at most `maxWaitingBytes`; beyond that a call is refused at once.',
      'calls beyond maxWaitingBytes are refused at once, and not sent',
      'process memory while the server is frozen > memory is bounded before the freeze is noticed, because calls beyond maxWaitingBytes are refused',
    ],
    [
      'the time of a call begins when the turn of the event loop that made it is over, and replies that have arrived are read before any call is judged.',
      'RedisConnection under network faults > the time of a call begins when the turn of the application that made it is over',
      'RedisConnection when its server fails > a pause of the application is not counted against the server',
      'RedisConnection under network faults > a link that breaks in the middle of an answer never gives a caller the answer of another',
    ],
    [
      'five calls in a row got no answer in time; a PING every 250 ms asks whether that is over.',
      'calls are refused at once, unsent, while a server does not answer, and succeed when it answers again',
      'circuit breaker of a link > the circuit opens after five calls in a row, and an answer begins a new count',
    ],
    [
      'wait for the first attempt to come back, then are refused with the reason; a new link is tried at once, and then with pauses of at most half a second',
      'RedisConnection to an unreachable server > a connection to an unreachable server keeps trying, refuses calls at once, and logs one line',
      'RedisConnection under server faults > a server that comes back is not flooded: each client tries at most three times a second',
    ],
    [
      'Calls that find their link just lost wait for the first attempt, in their order and within their timeout, in the memory of `maxWaitingBytes`; when it fails they are `not-sent`, and further ones are refused at once.',
      'calls while a lost link is replaced > calls that wait take no more memory than maxWaitingBytes, and the others are refused',
      'calls while a lost link is replaced > a call that waits ends at its own timeout, unsent, or when the connection is closed',
      'calls while a lost link is replaced > calls are refused when the first attempt fails, and at once from then on',
    ],
    [
      'After the process itself was suspended, a link has to answer a PING before calls are sent on it.',
      'calls while a lost link is replaced > nothing is sent on a link that was closed while the process was suspended',
    ],
    [
      'All addresses of a host name are tried, each with a head start of 250 ms over the next one, and each until `connectTimeout`.',
      'opening of a link > a good address far away is not given up for a dead one',
      'opening of a link > an address that never answers does not keep a link from the next one',
    ],
    [
      'The time in which the application loads the driver or blocks its event loop is not counted.',
      'opening of a link > an event loop that is busy while a link opens uses up no connectTimeout',
      'import of the driver > a slow import of the driver uses up no connectTimeout',
    ],
    [
      'A link on which no call is answered in time for one second is replaced, even a busy one in a network that drops bytes.',
      'RedisConnection under network faults > a network that swallows all bytes (%s) is noticed on a busy link, which recovers when the network does',
      'RedisConnection under server faults > a server that fails repeatedly, at any moment, is always found again',
    ],
    [
      'A server that is loading its data counts as unreachable.',
      'RedisConnection under server faults > a server that loads its data counts as unavailable until it has finished',
    ],
    [
      'Refusals never open the circuit.',
      'RedisConnection under server faults > a refusal by the server (%s) means that nothing was executed, and leaves the circuit closed',
    ],
    [
      'An outage is two lines in the log: one when it begins, one when it is over.',
      'RedisConnection when its server fails > an outage is one log line when it begins and one when it ends',
    ],
    [
      'With `retry: 5`, a transaction reads and decides anew, up to five times and within its timeout, when another client has changed a watched key.',
      'a transaction with `retry` reads and decides anew when a watched key has changed',
      'a transaction with `retry` ends within its timeout, whoever changes the key',
    ],
    [
      '`script` (by digest; the source is sent only if the server does not know it)',
      'the text of a script is sent only to a server that does not know it',
    ],
    [
      'the connection subscribes again, and `onGap` reports how long nothing was received.',
      'a subscription that lost its connection resumes, and is told of the gap',
    ],
    [
      'Messages are delivered at most once.',
      'a subscription receives the messages of its channel, in order, and no others',
    ],
    [
      'opened when needed, at most `maxConnections` (a call waits for a free one, within its timeout).',
      'transactions beyond maxConnections wait for a free connection, and open no more',
      'a blocking call waits when no connection is free',
    ],
    [
      '`clientName` marks them all in `CLIENT LIST`.',
      'every connection to the server carries the client name',
    ],
    [
      'the connection looks at how the server is set up, once, and logs settings that cause trouble later',
      'advice > advice inspects the server settings once, and names those that cause trouble later',
    ],
    [
      'lists the minimum that a user needs',
      'least privilege > the documented rules suffice for a cache, for a fenced store, and for every call of a connection',
      'least privilege > every documented rule is needed',
      'least privilege with Sentinels > the documented rules suffice at the master and at the Sentinels',
      'least privilege in a cluster > the documented rules suffice in a cluster, on replicas and while keys move',
    ],
    [
      '`KEYS`, `FLUSHDB`, `CONFIG` and `SCRIPT` are never used.',
      'keys and clear use SCAN, never KEYS',
      'clear never removes keys of other programs from the database',
      'least privilege > the documented rules suffice for a cache, for a fenced store, and for every call of a connection',
    ],
    [
      'No key of an entry can collide with them, because that byte does not occur in UTF-8. `keys` and `clear` of `ICache` neither report nor remove them.',
      'promises of the pages > fences, generations and leases are stored after a byte 0xff, and keys and clear skip them',
      'KeySpace > KeySpace never maps two names, or two kinds, to the same key',
    ],
    [
      'They have a TTL of their own, and no outdated value is served when one is evicted: without its fence, a load is refused its write; without its generation, a tag or a whole namespace counts as invalidated, and all its values are loaded again.',
      'a load whose fence was evicted is refused its write, and nothing else fails',
      'a tag or a namespace whose state was lost counts as invalidated',
    ],
    [
      'The advice names these policies.',
      'advice > advice names the harm of the eviction policy %s, and what to choose',
      'advice > a random eviction policy of the server stands in the health of a connection',
    ],
    [
      'Commands that would change a shared connection for everybody on it (`MULTI`, `SELECT`, `SUBSCRIBE` …) are refused by `execute`; so are commands that wait',
      'execute refuses a command that would change the shared connection',
      'execute refuses a command that would block the shared connection',
    ],
  ],
  'docs/seed-coverage.md': [
    [
      'Each row has the promise, and the titles of tests that prove it in their files.',
      'coverage of the seeds > every capability of the seeds has one row, with its tests or with what is missing',
      'coverage of the seeds > every test that the coverage of the seeds names is in the named file',
    ],
  ],
  'docs/sessions.md': [
    [
      'keeps data under an id that nobody can guess',
      'a session is what it was created with, under an id of 64 characters that never comes again',
    ],
    [
      'A session ends when nobody uses it, or at its longest life.',
      'every use renews the idle life of a session, and a session that is not used ends',
      'a session ends at its longest life, however often it is used or regenerated',
    ],
    [
      'Each call is one atomic step; failures are errors, never "no session".',
      'sessions in Redis, call by call > ${first.name} and ${second.name}, in every order of their commands, are as one after the other',
      'RedisSessionStore > keys in Redis > a value of another type at the place of a session is an error, and never absence',
      'RedisSessionStore > outages > a frozen Redis lets every call fail in time, with its outcome',
    ],
    [
      'stores the result if no one else has changed the session meanwhile; otherwise the function runs again, with the newer data',
      'concurrent updates of different fields of a session all survive',
      'RedisSessionStore > updates by several > an update that others forestall every time gives up, and says so',
    ],
    [
      'Data are an object of plain JSON of at most `maxDataBytes` (64 KiB).',
      'an invalid id, user, change or data of a session are refused before anything is changed',
    ],
    [
      'no key, log line or error contains an id or a part of one',
      'RedisSessionStore > keys in Redis > Redis holds neither an id nor a part of one, but its SHA-256',
      'RedisSessionStore > outages > a frozen Redis lets every call fail in time, with its outcome',
    ],
    [
      'An id is 64 characters, letters, digits, `-` and `_`, with 160 bits of chance.',
      'a session is what it was created with, under an id of 64 characters that never comes again',
    ],
    ['Text that never was an id opens nothing', 'an id that opens nothing is a result, not an error'],
    [
      'the old one opens nothing from that moment on',
      'a regenerated session is under its new id what it was, and its old id opens nothing',
      'a session ends at its longest life, however often it is used or regenerated',
    ],
    ['and data cannot overwrite it', 'data of a session cannot change its user, its id or its life'],
    [
      'when nothing has used it for this time',
      'every use renews the idle life of a session, and a session that is not used ends',
      'a session lives for half an hour without a use, and for a day in all, if nothing else is declared',
    ],
    [
      'at this age, however often it is used; or `none`',
      'a session ends at its longest life, however often it is used or regenerated',
      'a session without a longest life goes on while it is used, and its user finds it',
    ],
    ['`list` renews nothing.', 'a list renews no session'],
    [
      'one that is set back does not prolong the longest life',
      'RedisSessionStore > keys in Redis > a clock of the server that was set back does not prolong the longest life',
    ],
    [
      'Updates of different fields therefore all survive.',
      'concurrent updates of different fields of a session all survive',
    ],
    [
      'Calls of one process come after each other',
      'RedisSessionStore > updates by several > updates of one process come after each other, however many there are',
    ],
    [
      'after 100 attempts the call rejects with the reason `CONFLICT`',
      'RedisSessionStore > updates by several > an update that others forestall every time gives up, and says so',
    ],
    [
      'Dates, `undefined`, `NaN` and BigInt are refused (`E_ENCODE`), not bent.',
      'an invalid id, user, change or data of a session are refused before anything is changed',
    ],
    [
      'What is still on its way to one that was destroyed finds none, whatever the order of arrival.',
      'a session is destroyed once, and no call brings it back',
      'sessions in Redis, call by call > ${first.name} and ${second.name}, in every order of their commands, are as one after the other',
      'RedisSessionStore > outages > calls that a frozen Redis runs after a destroy bring nothing back',
    ],
    [
      '`destroyAll` ends all of them at one moment, in its first step; those that are created later live.',
      'all sessions of a user end at one moment, whatever is done with them meanwhile',
      'every session of a user ends with `destroyAll`, and no other',
    ],
    [
      '`list` reports each session once',
      'a list reports every session of a user once, without what opens it',
    ],
    [
      'Expired ones are neither listed nor counted, and leave the index.',
      'sessions that have expired are neither listed nor counted',
      'RedisSessionStore > keys in Redis > sessions that expired leave the list of their user and Redis',
    ],
    [
      'a call rejects within `commandTimeout` + 50 ms',
      'RedisSessionStore > outages > a frozen Redis lets every call fail in time, with its outcome',
    ],
    [
      'A call is one script, one round trip; `update` takes two.',
      'RedisSessionStore > keys in Redis > every call of a session store but `update` is one command',
    ],
    [
      'A session takes some 350 bytes more than its data.',
      'RedisSessionStore > keys in Redis > a session takes some 350 bytes more than its data, and its user one place',
    ],
    [
      'keeps at most `maxSessions`; beyond it, the one that was used longest ago ends',
      'MemorySessionStore > sessions beyond the most end, the one that was used longest ago first',
    ],
  ],
  'docs/tasks.md': [
    [
      'with conditions, outputs and `${…}` in all values',
      'runTasks > an expression reads, compares and calculates in every position',
      'runTasks > cache-aside asks the database once, and skips what is cached',
    ],
    [
      'Mistakes are found before the first step, with file and line.',
      'runTasks > a source that is wrong is refused with all mistakes and their places, before the first step',
    ],
    [
      'A run has a bound in time and a signal.',
      'runTasks > a run ends with its signal or its time, and the function on its way hears of it',
    ],
    [
      'or one that the source declares under `connections`',
      'runTasks > the quick start runs over the connection that it declares',
    ],
    [
      'Text and numbers are stored as they are, other values as JSON.',
      'runTasks > the eight tasks of Redis have the outputs of their document',
    ],
    [
      'A duration of 0 or less is refused.',
      'runTasks > a step that fails ends the run, and the report names file, line, step and cause',
    ],
    [
      'so no crash leaves a counter or a session without its life',
      'runTasks > rate limiting lets as many calls through as its limit, and its counter always has a life',
      'runTasks > session management never leaves a session without its life',
    ],
    [
      'call `now()` only, have no loops and no assignments, and cannot reach prototypes or globals',
      'runTasks > an expression cannot reach prototypes, functions, globals or loops',
    ],
    [
      'A step that fails ends the run',
      'runTasks > a step that fails ends the run, and the report names file, line, step and cause',
    ],
  ],
  'docs/testing.md': [
    [
      'loads the declarations of production, from a file or as text, and checks them as always',
      'testSite > the declarations of an application load in memory, with the clock of the test',
      'testSite > a test site refuses what the application would refuse',
      'testSite > a test site loads a file, and logs where the test says',
    ],
    [
      'builds something else in place of a class.',
      'testSite > an override builds another component from the declared options',
    ],
    [
      'with faults by method, number or seed',
      'FaultyStore > a refused call is not sent, and a call whose answer is lost was done',
      'FaultyStore > a call that hangs goes on when the store is healed',
      'FaultyStore > a late call follows the clock of the test',
      'FaultyStore > the same seed gives the same faults',
    ],
    [
      'For a typed cache there is `mode: off`: every call loads.',
      'mode off neither reads nor stores: every call loads',
    ],
    [
      'reads are misses, writes return `false`, and no call takes longer than `commandTimeout` and 50 ms.',
      'getValue returns the same as for an absent entry while the server is down',
      'setValue returns the same as for an absent entry while the server is down',
      'many concurrent calls on a frozen server all end in time',
    ],
    [
      'An `IClock` registered as the default entry is used by every component that is loaded after it.',
      'order of a load > the default clock and logger are built before every component that they do not depend on',
      'examples from a fresh checkout > the example %s prints its expected output with %s Redis, and succeeds',
    ],
    [
      'time in a cache that is in use continues, and no entry outlives its TTL.',
      'fake timers installed after the first write > an entry of MemoryCache that was stored before fake timers came expires by their time',
      'fake timers installed after the first write > no entry outlives its TTL when fake timers are installed and removed again and again',
      'fake timers installed after the first write > a value of TypedCache turns stale and goes by fake time',
    ],
    [
      '**Over memory** every global may be faked: no call waits for a timer.',
      'fake timers > no call over memory waits for fake timers, whichever of the globals are faked',
    ],
    [
      "`setImmediate`, `process.nextTick` and `queueMicrotask` must stay real: node-redis and Node's sockets write and read by them, so calls would wait until the test moves the clock.",
      'fake timers > fake timers and Redis > no call over Redis waits for the fake timers that the page names, installed %s the start',
      'fake timers of other test runners > no call waits for the fake timers of %s, and its clock ends a TTL in memory',
    ],
    [
      'and nothing connects: only loading a declaration and `start` do, never importing or constructing.',
      'effects of a connection at its server > a cache and a connection that were constructed and not started open no socket',
    ],
    [
      'gives each test caches of its own, and closes them.',
      'closed ComponentSite > await using closes a site, and a second close waits for the same end',
    ],
  ],
  'docs/tiered.md': [
    [
      'The value that a call returns is one that the cache below held for its key at some moment in the last `stalenessBound` (5 s by default) before the call began, or a newer one, whatever happens to messages and connections.',
      'simulated processes > a simulated process keeps the bound, its own changes and its reading order, with coherence %s',
      'TieredCache > a tiered cache without streams gives out no value that is older than the bound',
    ],
    [
      'What this process wrote, deleted or invalidated, and saw acknowledged, it never reads older than that.',
      'simulated processes > the simulator catches %s',
    ],
    [
      'A delete that did not reach the cache below hides the entry here and is repeated until it does; values are not repeated, because nobody could order them among those of others.',
      'TieredCache > a delete that did not reach the store below hides the entry here, and is repeated until it does',
    ],
    [
      'a hot hit with tags takes no round trip either.',
      'TieredCache > a typed cache over tiers answers a hot hit with tags without the store below',
    ],
    [
      'With `outage: life` copies are served to the end of their TTL while the cache below does not answer',
      'TieredCache > a tiered cache with outage: life serves copies to the end of their TTL while its store is away',
    ],
    [
      '`setValues` with `bus` is a script for at most 128 entries or 256 KiB of one slot, with one message.',
      'messages of one server > many entries of one call are announced by one message for at most 128 of them, or 256 KiB',
    ],
    [
      'A sliding TTL is restarted by hits in memory at most once in an eighth of it.',
      'TieredCache > a hit in memory restarts a sliding TTL when an eighth of it has passed, and not before',
    ],
    [
      'FLUSHALL and FLUSHDB by others are noticed by the next beat.',
      'faults of the stream of one server > a key space that %s empties is heard of with a beat',
    ],
    [
      '`degraded` while the cache below is, while a master is not heard, or while removals wait to be repeated.',
      'TieredCache on a stream > a tiered cache is up while it hears of changes, and degraded while its server is away',
    ],
    [
      '`audit.late` those that could still be served after the bound',
      'TieredCache on a stream > an audit finds copies that another program has changed without announcing it',
    ],
    [
      'a change is usually seen within milliseconds',
      'TieredCache on a stream > a change by another process reaches copies long before the bound, with coherence %s',
    ],
  ],
  'docs/typed-cache.md': [
    [
      'brings the old value back as fresh, unless the store is declared with',
      'TypedCache after a failover > a restart from an older dump brings an invalidated value back with failover trust',
      'TypedCache after a failover > a restart from an older dump makes its values misses with failover suspect',
    ],
    [
      '`deleteMany` removes the others, and what failed alone is covered and repeated.',
      'TypedCache in a cluster > a node that is away costs the keys of its slots, whichever verb is called',
    ],
    [
      'A loader that waits for the key that it loads, itself or through other keys, is refused after half a second, with an error that names the keys of the circle.',
      'a loader that asks for its own key is refused with an error that names the key',
      'a loader that asks for its own key through other keys is refused with an error that names the key',
      'a loader of many keys that waits for one of them is refused with the path of the circle',
    ],
    [
      'Work that it starts and does not await may ask for any key.',
      'a loader may ask for its own key in work that it does not await',
      'work that a slow loader does not await is neither refused nor the end of the process',
    ],
    [
      'runs outside of the `AsyncLocalStorage` of the call that began it: in the asynchronous context in which the cache was created.',
      'background work of a typed cache > the renewal of a TTL runs outside of the asynchronous context of the hit',
      'background work of a typed cache > a repeated invalidation runs outside of the asynchronous context of the call that failed',
      'a refresh runs outside of the asynchronous context of the call that began it',
    ],
    [
      '`leaseErrors: name` keeps all text but class name and `code` out of it, and `leaseErrors: none` everything.',
      'error of a load under a lease > leaseErrors: name keeps all text of the error out of the store but class name and code',
      'error of a load under a lease > leaseErrors: none stores nothing of the error, and a waiting process loads for itself',
    ],
    [
      "The result of `getOrSet` is `null` or `undefined` only where the loader's may be.",
      'types of the packed package > TypeScript %s accepts the public types, and infers what callers expect of each generic',
    ],
    [
      'Without a type argument the values are `unknown`.',
      'types of the packed package > TypeScript %s accepts the public types, and infers what callers expect of each generic',
    ],
    [
      'once for all callers, stale if loading fails, fresh after every invalidation.',
      'a cold key is loaded once for all concurrent callers',
      'a failed load falls back to the stale value',
      'no interleaving of calls serves a value older than an invalidation that had settled',
    ],
    [
      'A failing store is a miss and never fails a call that loads; an invalidation that it missed rejects, unless [`invalidation: cover`](failures.md#invalidations) is declared.',
      'invalidateTags rejects with its outcome when it does not reach the store',
      'invalidateTags that does not reach the store resolves with invalidation: cover, and is in effect in this process',
      'a call that loads never fails because the store is gone',
      'a call that loads never fails because the store is frozen',
      'a call that loads never fails because the store is refusing',
    ],
    [
      '`get`, `getMany`, `has` | the value | the value | a miss',
      'a value is fresh for its TTL, stale for its grace, and then gone',
      'get, getEntry and getMany return a stale value and mark it as stale',
    ],
    [
      '`getOrSet`, source answers | the value, no load | loads, gets the new value; the stale one after `softTimeout`',
      'a load that succeeds replaces the stale value by a fresh one',
      'softTimeout returns the stale value, while the load continues and is stored',
    ],
    [
      '`getOrSet`, source fails | the value, no load | the stale value; the next load waits `graceBackoff`',
      'a failed load falls back to the stale value',
      'no load starts within graceBackoff after a failed load',
    ],
    [
      'any of these after `delete`, `invalidateTags` or `clear` | a miss | a miss | a miss',
      'a value that delete invalidated is not returned as stale',
      'a value that invalidateTags invalidated is not returned as stale',
      'a value that clear invalidated is not returned as stale',
    ],
    [
      'a hit in the last fifth of the TTL is answered at once and refreshes the value in the background',
      'a hit that is due for refresh is answered at once, and refreshed in the background',
      'a hit is not refreshed before it is due',
    ],
    [
      '`true` when the store has it; otherwise the earlier value is invalidated',
      'a set that did not reach the store invalidates the existing value',
    ],
    [
      '`invalidateTags(...tags)`, `clear()` | nothing; the cost does not depend on how much they cover',
      'invalidateTags costs the same however many values it covers',
      'clear costs the same however many values it covers',
    ],
    [
      'Calls of one process on one key take effect in the order in which they were made, awaited or not',
      'delete is not undone by a set in flight',
      'the later of two sets in flight stays',
      'a set after delete in flight stays',
      'order of overlapping calls > calls of one process on one key take effect in the order of the calls %s',
    ],
    [
      'not even by one whose answer was lost.',
      'a set whose answer was lost is not executed after a later delete',
    ],
    [
      'A `set` that answered `true` is replaced by no load that began before it ended.',
      'a set that returned true is not replaced by getOrSet from before its end',
      'a set that returned true is not replaced by getOrSetMany from before its end',
    ],
    [
      'Reads during a `set` get the old value or the new one, and load nothing.',
      'a read during a set serves the old value or the new one, and loads nothing',
    ],
    [
      'encoded so that two different keys never collide.',
      'different keys never collide, whatever their kind',
      'key texts of random keys > equal keys have one text, and different keys have different texts',
    ],
    [
      '**Values** come back deeply equal.',
      'a value that the codec json reads deeply equals the value that was stored',
      'a value that the codec msgpack reads deeply equals the value that was stored',
    ],
    [
      'Each caller gets a copy of its own.',
      'a caller that mutates a loaded value changes nothing for the other callers',
      'a caller that mutates a value that it read changes nothing in the cache',
    ],
    [
      'callers get its output, and the store keeps its input, so that every read converts the same.',
      'a schema converts the first answer like every later one, for all callers',
      'null that the schema refuses stays null, and is stored',
    ],
    [
      'A loaded or set value that it refuses is an error (`E_ENCODE`, with place and reason) for all callers, and is not stored; a stored one is a miss.',
      'a loaded value that the schema refuses is an error for all callers, and is not stored',
      'a set value that the schema refuses is an error, and changes nothing',
      'a value that the schema refuses is a miss, and is reloaded',
      'declared TypedCache > a typed cache validates by a schema of the application, by name',
      'declared TypedCache > a typed cache may use a codec of the application by name, even for one call',
    ],
    [
      'One load runs for all concurrent callers, and each of them gets its result or its error.',
      'a load that fails rejects all its callers, and is not run again for any of them',
    ],
    [
      'With `lease: cluster` that holds across processes, including the error: its class name, message and own primitive properties, except text whose name suggests a secret or a query (`password`, `apiKey`, `sql` …).',
      'a waiting process gets class and status of an error, and no text that may be a secret',
      'lease cluster loads a cold key once among all processes',
      'lease cluster among processes > a failed load rejects in every process, and no process runs it again',
    ],
    [
      'Within it, a load that fails or takes longer than `softTimeout` returns the stale value, and after a failure the next load waits `graceBackoff`.',
      'a failed load falls back to the stale value',
      'no load starts within graceBackoff after a failed load',
      'graceBackoff also follows a load that fails after softTimeout',
    ],
    [
      'the caller gets the stale value after that time, while the load continues and its result is stored.',
      'softTimeout returns the stale value, while the load continues and is stored',
      'one load at a time continues after softTimeout, however many calls are answered',
    ],
    [
      'The value of a load that began before an invalidation goes to the callers that were waiting already, and to no later caller, in any process.',
      'a load that began before delete from elsewhere serves its own callers, and no later caller',
      'a load that began before expire from elsewhere serves its own callers, and no later caller',
    ],
    [
      'An invalidated value is not returned as stale either (`expire` is the exception: it leaves a stale value on purpose).',
      'a value that delete invalidated is not returned as stale',
      'an expired value is stale for the rest of its grace',
    ],
    [
      'Tags of the component and of the call add up, the loader may add more, and a value that lacks a tag which a call declares is a miss.',
      'tags may be any text, and every value carries those of the component',
      'a loaded value carries the tags that its loader names',
      'a value that lacks a tag declared by the call is a miss',
    ],
    [
      'The value that is then loaded carries the tags of the old one as well, so that calls with different tags share it.',
      'calls with different tags for one key share a value that carries all of them',
    ],
    [
      'More than 32 tags are not taken over, and none by a forced load (`forceFresh`), which replaces them as `set` does.',
      'a forced load takes over no tags of the value that it replaces',
      'a value with more than 32 tags leaves none of them to calls with other tags',
    ],
    [
      'during a rolling deployment each has its hits on a shared namespace, and leases of its own.',
      'two versions on one namespace have their hits side by side',
      'two codecs on one namespace have their hits side by side',
      'a lease never waits for the load of another version',
    ],
    [
      '`delete`, `expire`, `invalidateTags` and `clear` reach the values of all versions; `set` and `forceFresh` replace them.',
      'delete, deleteMany and clear reach the values of every version',
      'expire leaves a stale value of every version',
      'invalidateTags reaches the values of every version that carry the tag',
      'set and a forced load replace the values of every version',
    ],
    [
      'A key holds four at most, each until its TTL ends;',
      'four versions have their hits, and a fifth takes the place of the oldest',
      'a value beside that of another version expires at its own time',
    ],
    [
      '**A failing store** is a miss, and never fails a call that loads.',
      'a call that loads never fails because the store is gone',
    ],
    [
      'With `invalidation: cover` it [resolves instead](failures.md#invalidations).',
      'delete that does not reach the store resolves with invalidation: cover, and is in effect in this process',
    ],
    [
      'An invalidation that the store did not take rejects, with the outcome; until it has been repeated, this process serves nothing that it covers.',
      'delete rejects with its outcome when it does not reach the store',
      'a failed delete is repeated once the store answers, before the first read',
      'this process serves no value that a failed delete covers, even if the store still answers reads',
    ],
    [
      '`hardTimeout` bounds the whole call, of which the store gets a quarter before each load begins;',
      'hardTimeout bounds a call whose load hangs',
      'hardTimeout bounds getOrSet while the store is frozen',
      'hardTimeout > hardTimeout bounds all steps of a call together',
    ],
    [
      '`loadTimeout` bounds a load.',
      'a load that never settles ends after loadTimeout, and the next call loads',
    ],
    [
      'A load may outlive its callers, and its value is still stored.',
      'a load that outlives its caller continues and is stored',
    ],
    [
      "A caller that aborts leaves the others alone; when all have aborted, the loader's signal aborts.",
      'a caller that aborts rejects at once with its reason, without effect on the other callers',
      'the signal of a loader aborts when all its callers have aborted, and not before',
    ],
    [
      '`negativeExpire` is the TTL of `null` and of "absent" (a loader that returned `undefined`). Without it "absent" is not stored.',
      'negativeExpire is the TTL of null and of "absent"',
      'null has the TTL of any value, and "absent" is not stored, without negativeExpire',
    ],
    [
      'All options of the component can be given on a call as well',
      'options of a call override those of the component one by one',
    ],
    [
      'the promises hold within one process, and `lease: cluster` is refused.',
      'lease cluster is refused on a store without fences',
    ],
    [
      'With `envelope: none`, values are in the store as plain JSON, text or bytes that every client can read.',
      'envelope none stores exactly the bytes of the codec',
    ],
    [
      'Then `clear` scans, and there is no grace, no tag, no version.',
      'a component is refused for envelope none with grace',
      'a component is refused for envelope none with tags',
      'a component is refused for envelope none with a version',
    ],
    ['a value that is not read is not refreshed.', 'a value that is not read is not refreshed'],
    [
      '`graceBackoff` is the pause of one process.',
      'a load that fails in one process leaves the value stale for other processes',
    ],
    [
      'Every later call loads again: `explain` and `stats` report the reason `refused`, and one log line per place and class tells the cache, the path and the class.',
      'isolation of values > a value that its codec refuses is logged once per place and class, and is no failure of the store',
    ],
    [
      'each caller that has joined gets `E_ENCODE`, because callers never share an instance.',
      'a loaded value that a codec cannot encode is never shared by callers, and explained as refused',
    ],
    [
      'Functions, class instances and symbols are not data: `set` rejects with a `CodecError`, and changes nothing.',
      'a value that a codec cannot encode is a CodecError, and changes nothing',
    ],
  ],
  'docs/wire-format.md': [
    [
      'A test compares every example in hex on this page, and the tables of keys, JSON and special values, with the code.',
      'docs/wire-format.md > docs/wire-format.md shows the bytes of %s',
      'docs/wire-format.md > docs/wire-format.md shows the text of the key %s',
      'docs/wire-format.md > docs/wire-format.md shows the JSON of %s',
      'docs/wire-format.md > docs/wire-format.md lists the special values with their types',
      'docs/wire-format.md > docs/wire-format.md shows no bytes that are not an example',
    ],
    [
      '| always |',
      'frozen value: $what > a frozen value is still read',
      'frozen value: $what > a frozen value is still written in the same bytes, for readers of earlier versions',
    ],
    [
      'A key that has values of several versions or codecs holds 2 to 4 envelopes in one value.',
      'two versions on one namespace have their hits side by side',
      'bundle > a frozen bundle is still read, and still written in the same bytes',
    ],
    [
      'A key with values of one version and codec holds the envelope itself.',
      'a key with values of one version holds a single envelope',
    ],
    [
      'A value that differs from this description is undecodable.',
      'bundle > a damaged bundle is refused',
      'bundle > bytes that claim to be a bundle are read without throwing',
    ],
    [
      'Without an envelope (`envelope: none`) the bytes of a key are the payload alone',
      'envelope none stores exactly the bytes of the codec',
    ],
    [
      '**Varints** are integers from 0 to 2^53 - 1',
      'envelope > an envelope is read back unchanged, its payload as a view',
      'envelope with false claims > an envelope with a false claim about %s is undecodable',
    ],
    [
      'All other bytes that differ from the description above',
      'envelope > a damaged envelope is refused',
      'envelope > random bytes are never read as an envelope',
      'envelope > an envelope of a later version, and bytes of other programs, are foreign',
      'a read of a value with any one byte changed returns a value or a miss, and never rejects',
    ],
    [
      'A reader checks every length before it allocates memory for it, and limits the size of decompressed data.',
      'envelope > bytes with a correct checksum and random content are read without throwing',
      'decompression bombs > a decompression bomb of %s is not decompressed',
    ],
    [
      'An entry is current while the generation of its namespace and the generation of each of its tags in the store are equal, byte by byte, to those in its envelope.',
      'a tag or a namespace whose state was lost counts as invalidated',
      'invalidateTags makes every value with one of its tags a miss, and no other',
    ],
    [
      'A reader accepts every form of the specification except `ext` types that are not in the table',
      'plain values > plain values in MessagePack can be read and written by other programs',
    ],
    ['Values are nested at most 512 levels deep.', 'the codec $id > a codec keeps 512 levels'],
    [
      'The stored form of every other key begins with `~`',
      'key texts of random keys > the text of a key, used as a key, has another text',
    ],
    [
      'the same key has the same stored form under every prefix.',
      'docs/wire-format.md > docs/wire-format.md shows the text of the key %s',
    ],
  ],
};

/** Sentences that only sound like a promise, each with the reason. */
export const NO_PROMISES: Readonly<Record<string, readonly (readonly [sentence: string, reason: string])[]>> =
  {
    'docs/icache.md': [['`keys` remembers every key that it returned', 'a cost']],
    'docs/errors.md': [['a file that cannot be read', 'the cause of an error']],
    'docs/failures.md': [
      ['A degraded cache cannot tell absent from unreachable', 'a limit; the table above shows it'],
    ],
    'docs/rate-limiter.md': [['lets everybody through at once', 'the problem, of code without this class']],
    'docs/mutex.md': [
      ['what it cannot confirm is thrown, and the lease ends by itself', 'a consequence of leases'],
    ],
    'docs/queue.md': [
      [
        'Without a persistence of every write (AOF with `appendfsync always`), a crash of the server loses the last messages.',
        'a limit',
      ],
    ],
    'docs/performance.md': [
      ['absolute figures of two machines cannot.', 'advice on measuring'],
      ['64 and 256 callers at once', 'a measured case'],
    ],
    'docs/cache-status.md': [
      ['A customer sees an old price, and nobody knows which of four caches served it.', 'the problem'],
    ],
    'docs/command-line.md': [
      [
        'At three in the morning nobody writes a program to see what is in a cache, and why it misses.',
        'the problem',
      ],
    ],
    'docs/health.md': [
      ['Never ask it in a probe of liveness.', 'an instruction'],
      ['One that never looks sends callers to a process that cannot do its work.', 'the problem'],
    ],
    'docs/redis.md': [
      ['name it in every component that needs Redis, and forget about it.', 'an instruction'],
      ['between programs it cannot be checked.', 'a limit'],
    ],
    'docs/typed-cache.md': [
      ['a thousand callers load it at once.', 'the problem, of code without this class'],
    ],
    'docs/wire-format.md': [['UTF-8 cannot represent the second.', 'a fact about UTF-8']],
  };

/** Minimum number of proofs of a page, if it is not 3. */
export const LEAST: Readonly<Record<string, number>> = {
  'docs/seed-coverage.md': 1, // Its rows name their tests, and seed-coverage.test.ts looks for them.
  'README.md': 10,
  'docs/icache.md': 15,
  'docs/typed-cache.md': 20,
  'docs/declarations.md': 10,
  'docs/redis.md': 25,
  'docs/failures.md': 15,
  'docs/inversify.md': 10,
  'docs/wire-format.md': 10,
};
