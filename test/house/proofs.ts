// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what the pages say.
import type { PageProofs } from './proof-checks.js';

/**
 * Proofs of the pages: each sentence as it stands on the page, and the whole titles of the tests that prove it (the
 * `describe` chain and the test, joined by ` > `; a law by its sentence). Rename a test, and rename it here.
 */
export const PROOFS: Readonly<Record<string, PageProofs>> = {
  'README.md': [
    [
      'a value is fresh for its TTL; after that it serves as a fallback when loading is slow or fails.',
      'a value is fresh for its life, stale for its grace, and then gone',
      'a load that fails beside a stale value gives the stale value',
      'softTimeout gives the stale value to who waits, and the load goes on and is stored',
    ],
    [
      'single-flight loading per process, or among all processes that share a Redis.',
      'a cold key is loaded once for all who ask for it at the same time',
      'with lease cluster a cold key is loaded once among all processes',
    ],
    [
      '**Invalidation by key, tag or namespace** that a load already running can never undo.',
      'a load that began before delete serves its callers, and nobody who asks afterwards',
      'a load that began before invalidateTags from elsewhere serves its callers, and nobody who asks afterwards',
      'a load that began before clear from elsewhere serves its callers, and nobody who asks afterwards',
    ],
    [
      'bounded calls, a circuit breaker, and recovery without a restart.',
      'a cache starts degraded where its server is gone, and heals by itself',
    ],
    [
      'A thousand callers of a cold key share one load.',
      'a cold key is loaded once for all who ask for it at the same time',
      'the examples, from a fresh checkout > %s prints what it should with %s Redis, and succeeds',
    ],
    [
      "What comes back is typed, deeply equal to what was stored, and each caller's own copy.",
      'what comes back by the codec json deeply equals what went in',
      'what a caller does to a value that was loaded changes nothing for the others',
    ],
    [
      '**No call hangs.** Round trips end within `commandTimeout` (1 s) + 50 ms; after five timeouts a circuit breaker opens.',
      'getValue ends within commandTimeout + 50 ms on a server that is frozen',
      'commandTimeout is 1 s by default',
      'with its server down > (%s) no call hangs',
      'calls are refused at once, unsent, while a server answers nothing, and pass when it answers again',
    ],
    [
      '`getOrSet` loads from your source, writes answer `false`, and each cache logs one warning.',
      'a store that is gone never fails a call that loads',
      'a store that is gone is a miss for calls that read, and false for set',
      'many failures are one line in the log, without keys and values',
    ],
    [
      '**It recovers by itself.** Nothing is queued or sent twice, and invalidations that Redis missed are repeated.',
      'a cache heals by itself when its server comes back',
      'a cache heals by itself after a server that was frozen',
      'what failed as not sent while connections came and went was never executed, and nothing ran twice',
      'a server that goes > never runs later what failed as not sent',
      'delete that has failed is repeated once the store answers, before the first read',
    ],
    ['a cache that holds nothing', 'promises of the pages > a NullCache holds nothing, and says so'],
    [
      'More programs that run: [`examples/`](examples), all of them by `npm run examples`.',
      'the examples, from a fresh checkout > npm run demo does the main job, in memory and in Redis',
      'the examples, from a fresh checkout > are all of them listed here, run by npm run examples, and shorter than 60 lines',
    ],
  ],
  'docs/getting-started.md': [
    [
      'Importing it opens nothing, and loads neither `redis` nor the YAML reader: each is loaded when a declaration needs it.',
      'the packed package > can be imported where neither redis nor js-yaml is installed: it loads them when they are needed',
    ],
    [
      'All callers that ask for the same key in the meantime wait for that one load.',
      'a cold key is loaded once for all who ask for it at the same time',
    ],
    ['It closes what it built.', 'closing a site > closes what it built once, however often it is closed'],
    [
      'If Redis is away when the program starts, it starts all the same: the cache is degraded until Redis answers.',
      'a cache starts degraded where its server is gone, and heals by itself',
    ],
    [
      'Values go through a codec, so they are data: no functions, no class instances.',
      'a value that a codec cannot keep is a CodecError, and changes nothing',
    ],
  ],
  'docs/icache.md': [
    ['bytes in, bytes out, and every entry has a TTL.', 'no write leaves a key without expiry'],
    [
      'one test suite (`test/contract/cache`) holds every implementation to it.',
      'every law is broken by some mutant',
    ],
    [
      "Milliseconds (`1500`), text (`'250ms'`, `'1.5h'`, `'7d'`) or parts (`{ hours: 1, minutes: 30 }`), up to 36 500 days.",
      'a life may be milliseconds, a decimal number with a unit, or parts that add up',
      'the longest life is 36 500 days',
    ],
    [
      'Fractions of a millisecond round up.',
      'fractions of a millisecond round up, and those of binary numbers do not count',
    ],
    ['Nothing is ever stored without a TTL.', 'no write leaves a key without expiry'],
    [
      'is refused before anything is sent: the answer is `false`, the log has one warning, and the entry that was there stays.',
      'setValue answers false to a bad expiry, and what was there stays as it was',
      'setValue sends nothing when the expiry is bad',
      'setValue logs one warning of a bad expiry, without the value',
      'setValue rejects a bad expiry with failureMode throw, and what was there stays as it was',
    ],
    [
      'Every key is stored literally: no character is special. Lone surrogates are refused.',
      'every key is stored literally: no character is special',
      'setValue refuses what is no key: no string, empty, above 1 KiB, a lone surrogate',
    ],
    [
      '**Values** are at most `maxValueBytes` long. `null` is stored as empty bytes and comes back as empty bytes.',
      'setValue refuses a value above maxValueBytes, and what was there stays',
      'setValue stores null as empty bytes',
    ],
    [
      'Changing a buffer after the call changes nothing that is stored, and the bytes you get are yours to change.',
      'what setValue was given may be changed before it has settled',
      'what getValue gives out is the caller’s to change',
    ],
    [
      '**Patterns** are Redis globs over the UTF-8 bytes of the key, in memory too',
      'keys: ? in a pattern stands for exactly one byte, so that é needs two',
      'patterns > cover the same keys in memory as in Redis',
    ],
    [
      '`keys` and `clear` never see the entries of a neighbour.',
      'keys reports own keys only, in the caller’s names',
      'clear removes and counts own keys only',
    ],
    [
      'On Redis that takes a `prefix`; without one, both require a pattern.',
      'without a prefix, keys wants a pattern (failureMode degrade)',
      'without a prefix, clear wants a pattern (failureMode degrade)',
    ],
    [
      'They scan: `KEYS` and `FLUSHDB` are never used.',
      'keys and clear go by SCAN, never by KEYS',
      'clear never empties the database',
    ],
    [
      'Reads of one turn of the event loop go out as one `MGET` (from three keys on), with the answers and errors that a `GET` for each would have had.',
      'reads of a RedisCache > reads of one turn go out as one MGET, and answer as a GET each would',
      'reads of a RedisCache > fewer than three go out as they are',
    ],
    [
      '**Bulk calls** check every argument before the first entry is sent, give every entry the same TTL, and go out in batches of 512.',
      'setValues checks every argument before the first one is sent',
      'setValues gives every entry the same life',
      'reads of a RedisCache > a turn of thousands goes out in steps of 512',
    ],
    [
      '**After `close`** every call rejects with a `DisposedError`.',
      'getValue rejects with a DisposedError after close',
      'keys rejects with a DisposedError after close',
    ],
    [
      'A scan of keys that are used once does not push out those that are used often.',
      'promises of the pages > a memory cache that is full keeps what is used often through a scan of what is used once',
      'against adversaries > a scan ten times its size leaves the popular entries alone',
    ],
    [
      "`stats()` counts hits, misses and why entries left; `on('removed', …)` tells of each entry that leaves, with the cause",
      'a MemoryCache > counts what it did, and what it holds',
      'a MemoryCache > tells who asks of every entry that leaves, and why',
    ],
    [
      'The memory of expired entries is freed even if no further call comes.',
      'a MemoryCache > frees what has expired also when nobody calls any more, by one timer that does not last',
    ],
    [
      'An entry that alone is larger than `maxBytes` is not stored: `setValue` answers `false`, and nothing is pushed out.',
      'promises of the pages > an entry that alone is larger than maxBytes is not stored, and pushes nothing out',
    ],
    [
      'It holds nothing, and checks its arguments like any other cache',
      'promises of the pages > a NullCache holds nothing, and says so',
      'NullCache > refuses wrong keys as every cache does',
    ],
    [
      'capacity | `maxEntries` (8 million at most), `maxBytes`',
      'a MemoryCache > never holds more than maxEntries or maxBytes',
    ],
  ],
  'docs/typed-cache.md': [
    [
      'once for all callers, stale if loading fails, fresh after every invalidation.',
      'a cold key is loaded once for all who ask for it at the same time',
      'a load that fails beside a stale value gives the stale value',
      'however calls interleave, nobody is served what is older than an invalidation that had returned',
    ],
    [
      'A failing store is a miss and never fails a call that loads.',
      'a store that is gone never fails a call that loads',
      'a store that is frozen never fails a call that loads',
      'a store that is refusing never fails a call that loads',
    ],
    [
      '`get`, `getMany`, `has` | the value | the value | a miss',
      'a value is fresh for its life, stale for its grace, and then gone',
      'get and its like give a stale value, and say so',
    ],
    [
      '`getOrSet`, source answers | the value, no load | loads, gets the new value; the stale one after `softTimeout`',
      'a load beside a stale value that ends well is given out and fresh',
      'softTimeout gives the stale value to who waits, and the load goes on and is stored',
    ],
    [
      '`getOrSet`, source fails | the value, no load | the stale value; the next load waits `graceBackoff`',
      'a load that fails beside a stale value gives the stale value',
      'after a load that failed, graceBackoff passes before the next one',
    ],
    [
      'any of these after `delete`, `invalidateTags` or `clear` | a miss | a miss | a miss',
      'what delete invalidated is not given out as stale either',
      'what invalidateTags invalidated is not given out as stale either',
      'what clear invalidated is not given out as stale either',
    ],
    [
      'a hit in the last fifth of the TTL is answered at once and refreshes the value in the background',
      'a hit that is due for its refresh is answered at once, and refreshed in the background',
      'a hit is not refreshed before it is due',
    ],
    [
      '`true` when the store has it; otherwise the earlier value is invalidated',
      'a set that did not reach the store invalidates what was there',
    ],
    [
      '`invalidateTags(...tags)`, `clear()` | nothing; the cost does not depend on how much they cover',
      'invalidateTags costs the same however much it covers',
      'clear costs the same however much it covers',
    ],
    [
      'encoded so that two different keys never collide.',
      'keys that differ never meet, whatever their kind',
      'keys > become one text where they are equal, and two where they are not',
    ],
    [
      '**Values** come back deeply equal.',
      'what comes back by the codec json deeply equals what went in',
      'what comes back by the codec msgpack deeply equals what went in',
    ],
    [
      'Each caller gets a copy of its own.',
      'what a caller does to a value that was loaded changes nothing for the others',
      'what a caller does to a value that it was given changes nothing',
    ],
    [
      'checks what comes out of the store; a value that it refuses is a miss.',
      'a value that the schema refuses is a miss, and is loaded anew',
      'a typed cache that is declared > judges by a schema of the application, by its name',
      'a typed cache that is declared > may use a codec of the application, by its name, on a call too',
    ],
    [
      'One load runs for all who ask at once, and each of them gets its result or its error.',
      'a load that fails fails for all who wait for it, and is not run again for any of them',
    ],
    [
      'With `lease: cluster` that holds among processes, the error included.',
      'with lease cluster a cold key is loaded once among all processes',
      'with lease cluster, among processes > a load that fails fails for all of them, and is not run again for any',
    ],
    [
      'Within it, a load that fails or takes longer than `softTimeout` gives the stale value, and the next load waits `graceBackoff`.',
      'a load that fails beside a stale value gives the stale value',
      'after a load that failed, graceBackoff passes before the next one',
      'graceBackoff follows a load that failed behind softTimeout too',
    ],
    [
      'the caller gets the stale value after that time, while the load goes on and its result is stored.',
      'softTimeout gives the stale value to who waits, and the load goes on and is stored',
      'behind softTimeout one load at a time goes on, however many calls are answered',
    ],
    [
      'A load that began before an invalidation gives its value to the callers that waited already, and to no caller after it, in any process.',
      'a load that began before delete from elsewhere serves its callers, and nobody who asks afterwards',
      'a load that began before expire from elsewhere serves its callers, and nobody who asks afterwards',
    ],
    [
      'What was invalidated is not given out as stale either (`expire` is the exception: it leaves a stale value on purpose).',
      'what delete invalidated is not given out as stale either',
      'what expire leaves of a value is stale for the rest of its grace',
    ],
    [
      'Tags of the component and of the call add up, the loader may add more, and a value that lacks a tag which a call declares is a miss.',
      'tags may be any text, and those of the component are carried by everything',
      'a tag that the loader names is carried by what it loaded',
      'a tag that a call declares and the value lacks makes it a miss',
    ],
    [
      '**A failing store** is a miss, and never fails a call that loads.',
      'a store that is gone never fails a call that loads',
    ],
    [
      'An invalidation that the store did not take rejects, with the outcome; until it has been repeated, this process serves nothing that it covers.',
      'delete that does not reach the store rejects, with its outcome',
      'delete that has failed is repeated once the store answers, before the first read',
      'after delete has failed, this process serves nothing that it covers, though the store answers reads',
    ],
    [
      '`hardTimeout` bounds the whole call, of which the store gets a quarter before each load begins;',
      'hardTimeout bounds a call whose load hangs',
      'hardTimeout bounds getOrSet while the store is frozen',
      'hardTimeout > bounds all steps together',
    ],
    [
      '`loadTimeout` bounds a load.',
      'a load that never ends is over after loadTimeout, and the next call loads',
    ],
    [
      'A load may outlive its callers, and is stored then too.',
      'a load that outlives its caller goes on and is stored',
    ],
    [
      "A caller that aborts leaves the others alone; when all have aborted, the loader's signal aborts.",
      'a caller that aborts is rejected at once with its reason, and leaves the others alone',
      'the signal of a loader aborts when all its callers have aborted, and not before',
    ],
    [
      'A loader that asks for the key that it loads is refused with an error, instead of waiting for itself.',
      'a loader that asks for its own key by way of others is an error that names the key',
    ],
    [
      '`negativeExpire` is the TTL of `null` and of "absent" (a loader that returned `undefined`). Without it "absent" is not stored.',
      'negativeExpire is the life of null and of "absent"',
      'without negativeExpire null lives as every value, and nothing is kept of "absent"',
    ],
    [
      'All options of the component can be given on a call as well',
      'options of a call go before those of the component, each by itself',
    ],
    [
      'the promises hold within one process, and `lease: cluster` is refused.',
      'lease cluster over a store without fences is refused',
    ],
    [
      'With `envelope: none`, values are in the store as plain JSON, text or bytes that every client can read.',
      'envelope none stores what the codec makes and nothing else',
    ],
    [
      'Then `clear` scans, and there is no grace, no tag, no version.',
      'refused on the component: envelope none with grace',
      'refused on the component: envelope none with tags',
      'refused on the component: envelope none with a version',
    ],
    ['a value that is not read is not refreshed.', 'what nobody reads is not refreshed'],
    [
      '`graceBackoff` is the pause of one process.',
      'a load that fails in one process leaves the value stale for the others',
    ],
    [
      'Functions, class instances and symbols are no data: `set` rejects with a `CodecError`, and changes nothing.',
      'a value that a codec cannot keep is a CodecError, and changes nothing',
    ],
  ],
  'docs/declarations.md': [
    [
      'A file loads as a whole or not at all, and every problem in it is reported at once, with line and column.',
      'a mistake > does not bring down what is right beside it in silence: nothing of the file is there',
      'errors > of configuration list every problem with its place',
    ],
    [
      'Declarations may come in any order: the loader starts what is needed first, and starts independent components at the same time.',
      'the order of a load > starts what is independent at once, and the rest when what it needs has started',
      'the order of a load > keeps that of the file where nothing needs another',
      'the order of a load > does not depend on the file: a reference %s its target',
    ],
    [
      '`${env.NAME}` and `${env.NAME:-default}` work in every value but `class` and `entries`; `$${` is a literal.',
      'interpolation > replaces %s',
      'interpolation > reaches every depth, keys apart',
      'interpolation > reads process.env where no other environment is given, at the time of the load',
    ],
    [
      'The value of a variable is never parsed as YAML and never shown in a message.',
      'interpolation > gives %s, set to %s, the type of the option',
      'a secret > is in no error: %s',
    ],
    [
      'Every problem is reported at once, with its place and, where one is near, a suggestion.',
      'a mistake > is reported with the same facts in issues',
      'suggestion > finds %s near %s',
    ],
    [
      'When one component fails to start, those that had started are closed again.',
      'a load that fails > closes what had started, in reverse order, when one cannot start',
    ],
    [
      '`loadComponentSite()` declares one `MemoryCache`, as the default `ICache` and as `ICache` "Memory". Nothing connects to Redis that was not declared.',
      'promises of the pages > without a path a site has one memory cache: the default, and "Memory"',
    ],
    [
      'YAML and JSON are one format.',
      'a load > makes the same of JSON as of YAML',
      'the folder config > says the same in JSON as in YAML',
    ],
    [
      'Passwords are never shown. A message gives at most the length of a wrong one; a dump has the `${env.…}` that it came from, or `[redacted]`.',
      'a secret > is in no error: %s',
      'a secret > is in no dump of any format',
      'a dump > hides what sounds secret where no schema says what is',
    ],
    [
      'writes out what was loaded, as text that loads again.',
      'a dump > as %s loads again, and gives the same look-ups',
    ],
    [
      'A text is at most 256 KiB long, 32 levels deep, with 10 000 keys and values.',
      'the limits of a text > are 256 KiB, in bytes and not in characters',
      'the limits of a text > are 32 levels',
      'the limits of a text > are 10 000 keys and values',
    ],
    [
      'YAML aliases, merge keys and explicit tags are refused.',
      'the limits of a text > refuse an alias bomb before it is unfolded',
      'the limits of a text > refuse thousands of merge keys',
    ],
    ['A path inside a file stays inside the folder of the file.', 'a class that may not be loaded > %s'],
    [
      'within a site anything else is an error;',
      'key spaces in a load > may not meet: the later declaration is named, and nothing has started',
    ],
  ],
  'docs/redis.md': [
    [
      'Every call ends in time, a failure says whether the command may have run, the connection comes back by itself, and no password is ever shown.',
      'execute ends within the timeout of the call on a server that is frozen',
      'errors > carry what is known of the call',
      'a connection that broke comes back by itself',
      'a password is shown nowhere',
    ],
    [
      'All Sentinels are asked, and the newest statement counts.',
      'a connection by Sentinels > goes to the master, says which Redis it is, and needs no more than one Sentinel',
    ],
    [
      'After a failover the links to the former master are given up, even if it still answers.',
      'a connection by Sentinels > follows a failover: nothing runs twice, nothing late, and nobody waits for it',
      'a connection by Sentinels > does not write to a master of before that comes back to life',
    ],
    [
      'The connection learns the other nodes and the map of slots, and learns them again as soon as something does not fit.',
      'a connection to a cluster > finds every master from one node, and the node of every key',
      'a connection to a cluster > notices nothing of slots that move under load',
    ],
    [
      'A part of the cluster that is away costs its own keys and no others.',
      'a connection to a cluster > loses only the keys of a master (%s), until its replica has taken over',
    ],
    [
      'Keys are read from masters, unless `readFrom: replica` is declared.',
      'a connection to a cluster > reads from replicas where that is declared, and else from masters',
    ],
    [
      '`natMap` translates addresses that the cluster or the Sentinels announce and that cannot be reached from here.',
      'a connection to a cluster > is found by nodes that announce themselves as %s',
    ],
    [
      'Certificates are verified. To accept any certificate, declare `tls: { insecure: true }`; a warning is logged at each start.',
      'a connection by TLS > trusts the authority that it is given',
      'a connection by TLS > takes any certificate only where that is declared, and warns',
    ],
    [
      'comes between the two: declared, session, environment, default, option by option.',
      'options from a session of the application’s settings > an option counts as it is declared, else as the session says, else the environment, else the default: %s',
    ],
    [
      'A text in place of `true` replaces `REDIS_` in every name',
      'the environment of a connection > is looked at under another prefix where one is named',
      'ENABLE_REDIS > has the prefix in its name, where there is one',
    ],
    [
      'A wrong one fails the load; the message names the variable and does not show its value.',
      'a declaration that takes its connection from the environment > fails with the name of a variable that is wrong, and nothing of its text',
    ],
    [
      '`false`, `0`, `no` or `off` switches the connection off: calls are refused at once, and caches degrade',
      'ENABLE_REDIS > switches the connection off: %s',
      'a declaration that takes its connection from the environment > loads, and degrades, where the environment switches it off',
    ],
    [
      'The provider is asked at every attempt to connect, so a rotated password or an expired token is replaced at the next attempt.',
      'credentials are asked for at every attempt to connect',
      'credentials that were rotated are taken up, and no command runs as anybody else',
    ],
    [
      'Nothing is sent before the server has accepted the credentials, and a link never logs in twice: no command runs as another user.',
      'credentials > that were changed never let a command run as somebody else',
      'secrets and values > show nowhere: %s',
    ],
    [
      'Refused credentials are a state of their own (`auth-failed`), tried again with pauses of one to one and a half seconds.',
      'credentials > that are refused are a state of their own, tried again slowly',
    ],
    [
      'Each call ends within its timeout (`commandTimeout`, or `{ timeout }`) and 50 ms, answered or not',
      'a server that goes > keeps no call longer than its timeout when it is frozen, and is given up after a second of that',
    ],
    [
      '`not-sent` will never be executed, `unknown` may have been, `refused` was not',
      'what failed as not sent while connections came and went was never executed, and nothing ran twice',
      'execute that was aborted as not sent is never executed',
    ],
    [
      'At most `maxInFlight` calls wait for replies; there is no queue beyond that.',
      'a server that goes > takes ten thousand commands at once and refuses more, unsent',
      'calls beyond maxInFlight are refused, unsent',
    ],
    [
      'replies that have arrived are read before any call is judged.',
      'a server that goes > is not blamed for a pause of the application itself',
      'a network that fails > that breaks in the middle of an answer never gives one caller the answer of another',
    ],
    [
      'five calls in a row got no answer in time; a PING every 250 ms asks whether that is over.',
      'calls are refused at once, unsent, while a server answers nothing, and pass when it answers again',
    ],
    [
      'refused with the reason; a new link is tried at once, and then with pauses of at most half a second',
      'a server that is not there > leaves the connection trying, which refuses calls at once, and one line in the log',
      'a server that fails > and comes back is not stormed: each client tries at most three times a second',
    ],
    [
      'A link on which nothing is answered in time for a second is replaced, even a busy one in a network that swallows bytes.',
      'a network that fails > that swallows all bytes (%s) is noticed on a busy link, and got over when it heals',
      'a server that fails > again and again, at any moment, is always found again',
    ],
    [
      'A server that is loading its data counts as away.',
      'a server that fails > counts as away while it loads its data, and is there as soon as it has',
    ],
    [
      'Refusals never open the circuit.',
      'a server that fails > and refuses (%s) is heard: nothing ran, and the circuit stays closed',
    ],
    [
      'An outage is two lines in the log: one when it begins, one when it is over.',
      'a server that goes > is one line in the log when it comes and goes',
    ],
    [
      '`script` (by digest; the text is sent where the server does not know it)',
      'the text of a script is sent where the server does not know it, and only there',
    ],
    [
      'the subscription is made again, and `onGap` says how long nothing was heard.',
      'a subscription that lost its connection comes back, and is told that there was a gap',
    ],
    [
      'Messages are delivered at most once.',
      'a subscription hears what is published on its channel, in order, and nothing else',
    ],
    [
      'opened when needed, at most `maxConnections` (a call waits for a free one, within its timeout).',
      'transactions beyond maxConnections wait for their turn, and use no more connections',
      'a blocking call that finds no connection free waits for one',
    ],
    ['`clientName` marks them all in `CLIENT LIST`.', 'its connections bear the client name'],
    [
      'the connection looks at how the server is set up, once, and logs what people regret later',
      'advice > looks at how the server is set up, once, and says what people regret later',
    ],
    [
      'lists the least that a user needs',
      'the least privilege > is enough for a cache, for a fenced store, and for all of a connection',
      'the least privilege > holds no rule that is not needed',
      'the least privilege behind Sentinels > is enough there, and at the Sentinels',
      'the least privilege in a cluster > is enough, also while keys move, and on replicas',
    ],
    [
      '`KEYS`, `FLUSHDB`, `CONFIG` and `SCRIPT` are never used.',
      'keys and clear go by SCAN, never by KEYS',
      'clear never empties the database',
      'the least privilege > is enough for a cache, for a fenced store, and for all of a connection',
    ],
    [
      'No key of an entry can collide with them, because that byte does not occur in UTF-8. `keys` and `clear` neither report nor remove them; they have a TTL of their own and may be evicted without harm: a load is then refused its write, and nothing worse.',
      'promises of the pages > what is no entry stands behind a byte 0xff, and keys and clear leave it alone',
      'KeySpace > never gives two names, or two kinds, one key',
      'a load whose fence was dropped is refused its write, and nothing worse',
    ],
    [
      'Commands that would change a shared connection for everybody on it (`MULTI`, `SELECT`, `SUBSCRIBE` …) are refused by `execute`; so are commands that wait',
      'execute refuses what would change the connection for everybody',
      'execute refuses what would keep the connection busy until something happens',
    ],
  ],
  'docs/failures.md': [
    [
      'No call waits for a connection to come back.',
      'a server that is not there > leaves the connection trying, which refuses calls at once, and one line in the log',
    ],
    [
      'By default a failure reads as a miss and is logged once, not once per call;',
      'getValue answers as for an absent entry while the server is gone',
      'many failures are one line in the log, without keys and values',
    ],
    [
      'with `failureMode: throw` the call rejects, and the error says whether the command may have run.',
      'getValue rejects with a ConnectionError while the server is gone, with failureMode throw',
      'a call that was sent and not answered is an OperationError of unknown outcome, with failureMode throw',
    ],
    ['The connection heals by itself.', 'a cache heals by itself when its server comes back'],
    [
      'Without a connection, calls are answered at once; with one that does not answer, within `commandTimeout` (1 s) and 50 ms to notice.',
      'a server that is not there > leaves the connection trying, which refuses calls at once, and one line in the log',
      'a server that goes > keeps no call longer than its timeout when it is frozen, and is given up after a second of that',
      'commandTimeout is 1 s by default',
    ],
    [
      'it loads what the store cannot give, and its invalidations reject and are repeated.',
      'a store that is gone never fails a call that loads',
      'delete that does not reach the store rejects, with its outcome',
      'delete that has failed is repeated though nobody reads here any more',
    ],
    [
      '`not-sent` will never be executed: it is safe to repeat.',
      'a server that goes > never runs later what failed as not sent',
      'what was refused while the server was gone is never done later',
    ],
    [
      '`ArgumentError` (a `TypeError`) and `DisposedError` are thrown in every mode',
      'a wrong argument is an ArgumentError also while the server is gone',
      'errors > of arguments are type errors',
    ],
    [
      'A lost connection is tried again at once, and then with pauses of at most half a second; after a refused password, with pauses of one to one and a half seconds.',
      'a server that is not there > is found when it comes, and that ends the incident',
      'credentials > that are refused are a state of their own, tried again slowly',
    ],
    [
      'A link on which nothing is answered in time for a second is replaced.',
      'a server that goes > is given up when its answers all come too late, and nothing is kept for it',
      'a server that goes > keeps no call longer than its timeout when it is frozen, and is given up after a second of that',
    ],
    [
      'calls are refused at once until a PING is answered.',
      'calls are refused at once, unsent, while a server answers nothing, and pass when it answers again',
    ],
    [
      'At most 10 000 calls wait for replies (`maxInFlight`); more are refused, unsent. Nothing is queued meanwhile, and nothing is sent twice.',
      'a server that goes > takes ten thousand commands at once and refuses more, unsent',
      'what failed as not sent while connections came and went was never executed, and nothing ran twice',
    ],
    [
      'A load of declarations waits for Redis at most `connectTimeout` (5 s), and then starts the cache disconnected. `required: true` fails the load instead.',
      'a cache starts degraded where its server is gone, and heals by itself',
      'a server that is not there > fails the start of a connection that is required, and closes it',
      'a server that is not there > is waited for by a connection that is required, for as long as one attempt may take',
    ],
    [
      '`site.close()` takes at most a second per component. After that the process can end, even if Redis is frozen.',
      'closing a site > waits a second for each component, logs which was late, and leaves no timer',
      'the packed package > with redis > the process ends by itself within a second of close() when Redis %s',
    ],
    [
      'the same one at most once a minute, until the application binds a logger of its own.',
      'promises of the pages > the same process warning comes at most once a minute',
    ],
    [
      'An outage is one warning of the connection and one of each cache, not one per call; the connection also logs its end.',
      'a server that goes > is one line in the log when it comes and goes',
      'many failures are one line in the log, without keys and values',
    ],
    [
      'Every degraded call is a message on the diagnostics channel `inversify-cache:degraded`.',
      'getValue tells the diagnostics channel that it degraded, without key and value',
      'clear tells the diagnostics channel that it degraded, without key and value',
    ],
    [
      'Neither the log nor the channel holds a key, a value or a password.',
      'secrets and values > show nowhere: %s',
      'secrets and values > are in no process warning either',
    ],
  ],
  'docs/inversify.md': [
    [
      'What is declared can be injected, and `site.close()` unbinds what it bound and nothing else.',
      'loadComponentSite > binds into the container that it is given, where services find it',
      'a component site and its container > unbinds at close what it bound, and nothing else',
    ],
    [
      '`@inject(ICache)` without a name is the default entry.',
      'a component site > has a default entry beside the named ones, and neither stands in for the other',
    ],
    [
      'The components run when the promise of `cacheModule` resolves. `container.unload` only unbinds;',
      'cacheModule > makes caches injectable',
      'cacheModule > can be unloaded, which closes nothing',
    ],
    [
      '`getComponent` throws if there is no such entry, `queryComponent` answers `undefined`, and `registerComponent` adds an entry or replaces one.',
      'a component site > says what was asked for, what there is, and what may have been meant',
      'a component site > answers undefined to a query for a name, or an interface, that it does not have',
      'a component site > replaces an earlier component of the same entry, and only that',
      'a component site and its container > binds what is registered for injection, and itself',
    ],
    [
      'What the application has bound in the container can be looked up in the site too.',
      'a component site and its container > finds what the application has bound by itself',
    ],
    [
      'The site closes what it built, and never what was registered.',
      'closing a site > closes what it built once, however often it is closed',
      'a closed component site > closes nothing that it did not build',
    ],
    [
      "The path is relative to the declaration file and stays inside its folder. A class of a package is `some-package#Export`, if the load allows it (`{ allow: ['some-package'] }`). Nothing else is ever imported.",
      'a class that may not be loaded > %s',
      'a class that may not be loaded > because a linked %s leads out of the folder',
      'a class of a package > that the load does not allow is not looked at',
    ],
    [
      'Options are checked like ours: every problem at once, with its place.',
      'a class of one’s own > is built by its static component where it has one, with checked options',
      'the examples, from a fresh checkout > %s prints what it should with %s Redis, and succeeds',
    ],
    [
      'A failing `start` fails the load.',
      'a load that fails > closes what had started, in reverse order, when one cannot start',
    ],
    [
      'is built as `new Class(site, options)`, with the options as they were written.',
      'a class of one’s own > is built with the site and the options as they are written',
    ],
    ['One site per container.', 'a component site and its container > refuses a container that has a site'],
    [
      'An entry that the application has bound itself cannot be declared or registered as well',
      'a component site and its container > refuses an entry that the application has bound, instead of making it ambiguous',
    ],
    [
      'all of the file appears at once, or nothing.',
      'the site that a component is built with > shows what was built before, and the application shall not see it yet',
      'a load that fails > leaves nothing to be seen by a component that has kept the site it was built with',
    ],
  ],
  'docs/errors.md': [
    [
      'Every error has a `code` that stays and a class that says who must act.',
      'errors > %s has a fixed name and a code, and is recognised by whatever copy of the package',
    ],
    [
      'a key, value or option that the port does not allow; a `TypeError` too',
      'errors > of arguments are type errors',
    ],
    [
      '`instanceof` and `is` recognise an error of another installed copy of the package, and `error.name` survives minification.',
      'promises of the pages > an error of another installed copy is recognised',
      'errors > %s has a fixed name and a code, and is recognised by whatever copy of the package',
    ],
    [
      'Errors of caches and connections never hold a key, a value or a secret',
      'secrets and values > show nowhere: %s',
      'a secret > is in no error: %s',
    ],
    [
      'What a loader throws reaches its callers as it is.',
      'what a loader rejects with reaches its callers as it is, error or not',
    ],
  ],
  'docs/testing.md': [
    [
      'For a typed cache there is `mode: off`: every call loads.',
      'mode off reads nothing and stores nothing: every call loads',
    ],
    [
      'reads are misses, writes answer `false`, and no call takes longer than `commandTimeout` and 50 ms.',
      'getValue answers as for an absent entry while the server is gone',
      'setValue answers as for an absent entry while the server is gone',
      'many calls at once on a server that is frozen all end in time',
    ],
    [
      'An `IClock` registered as the default entry is used by every component that is loaded after it.',
      'the order of a load > puts the default clock and the default logger before everything that they do not need themselves',
      'the examples, from a fresh checkout > %s prints what it should with %s Redis, and succeeds',
    ],
    [
      'gives each test caches of its own, and closes them.',
      'a closed component site > is closed by await using, and closing it again waits for the same end',
    ],
  ],
  'docs/faq.md': [
    [
      'The cache connects by itself once the server answers;',
      'a cache starts degraded where its server is gone, and heals by itself',
    ],
    [
      'Credentials are tried again every second or so',
      'credentials > that are refused are a state of their own, tried again slowly',
    ],
    [
      'Until then the cache is disconnected; with `required: true` the load fails with `E_PEER_MISSING`.',
      'the packed package > without redis > starts a RedisCache disconnected, with one warning that says what to install',
      'the packed package > without redis > fails the load of a RedisCache that is required, with E_PEER_MISSING',
    ],
    [
      'or one entry alone is larger than `maxBytes`.',
      'promises of the pages > an entry that alone is larger than maxBytes is not stored, and pushes nothing out',
    ],
    ['`explain(key)` names the reason of a miss.', 'explain names the reason of every miss'],
    [
      'Within a site anything else is an error;',
      'key spaces in a load > may not meet: the later declaration is named, and nothing has started',
    ],
    [
      'Importing opens nothing, and loads neither `redis` nor the YAML reader before a declaration needs them.',
      'the packed package > can be imported where neither redis nor js-yaml is installed: it loads them when they are needed',
    ],
  ],
  'docs/performance.md': [
    [
      'because reads of one turn go out as one `MGET`.',
      'reads of a RedisCache > reads of one turn go out as one MGET, and answer as a GET each would',
    ],
    [
      'On Redis, a hit without tags costs one round trip, and a hit with tags two at most.',
      'a hit without tags costs one round trip',
      'a hit with tags costs two round trips at most, and those of the call cost none',
    ],
    [
      '`invalidateTags` and `clear` cost the same whatever they cover.',
      'invalidateTags costs the same however much it covers',
      'clear costs the same however much it covers',
    ],
  ],
  'docs/wire-format.md': [
    [
      'A test compares every example in hex on this page, and the tables of keys, JSON and special values, with the code.',
      'docs/wire-format.md > shows the bytes of %s',
      'docs/wire-format.md > shows the text of the key %s',
      'docs/wire-format.md > shows the JSON of %s',
      'docs/wire-format.md > lists the special values with their types',
      'docs/wire-format.md > has no bytes that are not an example',
    ],
    [
      '| always |',
      'what was stored once: $what > is still read',
      'what was stored once: $what > is still written so, for readers of earlier versions',
    ],
    [
      'Without an envelope (`envelope: none`) the bytes of a key are the payload alone',
      'envelope none stores what the codec makes and nothing else',
    ],
    [
      '**Varints** are whole numbers from 0 to 2^53 - 1',
      'an envelope > comes back as it was, its payload a view',
      'an envelope that lies > about %s is undecodable',
    ],
    [
      'Everything else that is not exactly as above',
      'an envelope > that is damaged is none',
      'an envelope > is never made up of bytes that are none',
      'an envelope > of a later version, and bytes of others, are foreign',
      'whatever becomes of single bytes, a read ends well or is a miss',
    ],
    [
      'A reader looks at every length before it takes memory for it, and decompresses no more than a bound of its own.',
      'an envelope > with a checksum that is right and the rest that is not is read without throwing',
      'a bomb > of %s is not decompressed',
    ],
    [
      'An entry is current when the generation of its namespace, and that of every one of its tags, stands in the store now exactly as in the envelope, byte by byte.',
      'a tag or a namespace whose state was lost counts as invalidated',
      'invalidateTags is a miss for everything that carries one of the tags, and for nothing else',
    ],
    [
      'A reader takes every form of the specification but `ext` types that the table lacks',
      'plain values > are read and written in MessagePack by other programs',
    ],
    ['Values are nested at most 512 levels deep.', 'the codec $id > keeps 512 levels'],
    [
      'Every other key, and every text that would look like one, begins with `~`',
      'keys > never become the text of another: what a key became is another key',
    ],
    [
      'the same key has the same text under every prefix.',
      'docs/wire-format.md > shows the text of the key %s',
    ],
  ],
};

/** Sentences that only sound like a promise, each with the reason. */
export const NO_PROMISES: Readonly<Record<string, readonly (readonly [sentence: string, reason: string])[]>> =
  {
    'docs/errors.md': [['a file that cannot be read', 'the cause of an error']],
    'docs/failures.md': [
      ['A degraded cache cannot tell absent from unreachable', 'a limit; the table above shows it'],
    ],
    'docs/performance.md': [
      ['absolute figures of two machines cannot.', 'advice on measuring'],
      ['64 and 256 callers at once', 'a measured case'],
    ],
    'docs/redis.md': [
      ['name it in every component that needs Redis, and forget about it.', 'an instruction'],
      ['between programs it cannot be checked.', 'a limit'],
    ],
    'docs/typed-cache.md': [
      ['a thousand callers load it at once.', 'the problem, of code without this class'],
    ],
    'docs/wire-format.md': [['UTF-8 cannot say the second.', 'a fact about UTF-8']],
  };

/** Number of proofs that a page has at least, where that is not 3. */
export const LEAST: Readonly<Record<string, number>> = {
  'README.md': 10,
  'docs/icache.md': 15,
  'docs/typed-cache.md': 20,
  'docs/declarations.md': 10,
  'docs/redis.md': 25,
  'docs/failures.md': 15,
  'docs/inversify.md': 10,
  'docs/wire-format.md': 10,
};
