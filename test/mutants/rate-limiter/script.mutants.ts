/** A script of `RedisRateLimiter` that is wrong in one place. */
export interface ScriptMutant {
  /** Title of the law that it breaks. */
  readonly breaks: string;
  /** Verb phrase that says the flaw. */
  readonly flaw: string;
  /** Text of the script, and what stands in its place. */
  readonly from: string;
  readonly to: string;
}

/** A mutant that breaks a law. */
function mutant(breaks: string, flaw: string, from: string, to: string): ScriptMutant {
  return { breaks, flaw, from, to };
}

const DENIED = 'a call that is denied changes nothing';
const WAIT = 'a call that waits for `retryAfterMs` is allowed, and one that waits a millisecond less is not';

/** One flaw each, in the script that decides. */
export const scriptMutants: readonly ScriptMutant[] = [
  mutant(
    'a fixed window admits its limit exactly, and as much again when it is over',
    'admits one call too many',
    'limit.allowed = taken + cost <= limit.units\n  limit.retry = ends - now',
    'limit.allowed = taken + cost <= limit.units + 1\n  limit.retry = ends - now',
  ),
  mutant(
    'a fixed window opens with its first charge',
    'aligns windows to the clock',
    'if now >= ends then taken, ends = 0, now + limit.per end',
    'if now >= ends then taken, ends = 0, now - now % limit.per + limit.per end',
  ),
  mutant(
    'a sliding window admits no more than its limit in any interval of its length',
    'counts by windows',
    "local since = '(' .. whole(now - limit.per)",
    "local since = '(' .. whole(now - now % limit.per)",
  ),
  mutant(
    'a sliding counter decides by its formula',
    'rounds the part of the window before down',
    'return previous * (1 - moment / per) + current + cost <= limit.units',
    'return math.floor(previous * (1 - moment / per)) + current + cost <= limit.units',
  ),
  mutant(
    'a token bucket allows its burst at once, and then its rate without drift',
    'forgets the rest of a division',
    'math.floor(more / units), more % units',
    'math.floor(more / units), 0',
  ),
  mutant(
    'a token bucket that was left alone is full, and no fuller',
    'saves up units',
    'if us < now then us, rest = now, 0 end',
    'if us == 0 then us, rest = now, 0 end',
  ),
  mutant(WAIT, 'rounds the wait down', 'limit.retry = ends - now', 'limit.retry = ends - now - 1000'),
  mutant(
    WAIT,
    'lets the window end late',
    "'LIMIT', taken + cost - limit.units - 1, 1",
    "'LIMIT', taken - 1, 1",
  ),
  mutant(
    '`remaining` more units are admitted at once, and no more',
    'reports one unit too many',
    'while most > 0 and wait(plus(limit.a, limit.b, most)) > 0 do most = most - 1 end',
    'most = most + 1',
  ),
  mutant(
    'everything is available again after `resetAfterMs`',
    'forgets the window before',
    'local reset = limit.b > 0 and 2 * per - elapsed or previous > 0 and per - elapsed or 0',
    'local reset = per - elapsed',
  ),
  mutant(
    DENIED,
    'writes what it denied',
    'if charged or limit.repaired then',
    'if not limit.x then limit.charge() limit.charge()',
  ),
  mutant(
    'a cost is charged as a whole or not at all',
    'counts calls instead of units',
    'limit.allowed = taken + cost <= limit.units\n  limit.retry = ends - now',
    'limit.allowed = taken < limit.units\n  limit.retry = ends - now',
  ),
  mutant(
    'a call that one limit denies is charged to none',
    'charges the limits that allow',
    'if charged then limit.charge() end',
    'if limit.allowed then limit.charge() charged = true end',
  ),
  mutant(
    'the numbers of a decision are those of the tightest limit',
    'mixes up the limits',
    'reply[at] = table.concat',
    'reply[#limits + 1 - at] = table.concat',
  ),
  mutant(
    '`peek` decides as the next `consume` does, and changes nothing',
    'charges a look',
    'if not consumes then return answer end',
    '',
  ),
  mutant(
    'a request that is repeated is charged once, and answered alike',
    'ignores the request',
    'if known then return known end',
    '',
  ),
  mutant(
    'a request that was denied is decided anew when it is repeated',
    'remembers denials',
    'if charged and keepMs > 0 then',
    'if keepMs > 0 then redis.call("PERSIST", state)',
  ),
  mutant(
    'a block denies every call until its time is over',
    'ignores blocks',
    "local blocked = math.max(0, redis.call('PTTL', block))",
    'local blocked = 0',
  ),
  mutant(
    '`blockFor` blocks a key with its first denial, and later denials do not prolong it',
    'prolongs the block',
    'if not all and blocked == 0 and blockMs > 0 then',
    'if (not all or blocked > 0) and blockMs > 0 then',
  ),
  mutant(
    '`reset` forgets counts and block of a key',
    'keeps its counts elsewhere',
    'local state, block = KEYS[1], KEYS[2]',
    "local state, block = KEYS[1] .. 'elsewhere', KEYS[2]",
  ),
  mutant(
    'keys of all characters count apart',
    'counts all keys together',
    'local state, block = KEYS[1], KEYS[2]',
    "local state, block = string.match(KEYS[1], '^[^{]*'), KEYS[2]",
  ),
  mutant(
    'limiters of the same counts admit one limit together',
    'does not store what it charged',
    "if #changed > 0 then redis.call('HSET', state, unpack(changed)) end",
    '',
  ),
];
