/** A script of `RedisSessionStore` that is wrong in one place. */
export interface ScriptMutant {
  /** Title of the law that it breaks. */
  readonly breaks: string;
  /** Verb phrase that says the flaw. */
  readonly flaw: string;
  /** Text of the scripts, and what stands in its place. */
  readonly from: string;
  readonly to: string;
  /** Another change, by which the flaw shows however fast the rest is. */
  readonly besides?: { readonly from: string; readonly to: string };
}

/** A mutant that breaks a law. */
function mutant(
  breaks: string,
  flaw: string,
  from: string,
  to: string,
  besides?: ScriptMutant['besides'],
): ScriptMutant {
  return { breaks, flaw, from, to, ...(besides && { besides }) };
}

const LONGEST = 'a session ends at its longest life, however often it is used or regenerated';
const MOMENT = 'all sessions of a user end at one moment, whatever is done with them meanwhile';
/** Without it, sessions that have ended could not be opened because they are gone. */
const FREES_NOTHING = {
  from: "local ended = redis.call('UNLINK', unpack(KEYS, 2))",
  to: 'local ended = #KEYS - 1',
};
const FOREVER = 'a session without a longest life goes on while it is used, and its user finds it';

/** One flaw each, in the scripts. */
export const scriptMutants: readonly ScriptMutant[] = [
  mutant(
    'a session lives for half an hour without a use, and for a day in all, if nothing else is declared',
    'forgets the longest life',
    'life = math.min(idle, ending - now)',
    'life = idle',
  ),
  mutant(
    'every use renews the idle life of a session, and a session that is not used ends',
    'does not renew',
    "redis.call('PEXPIRE', session, life)\n  if user",
    'if user',
  ),
  mutant(
    LONGEST,
    'begins a new life with a new id',
    "'h', ARGV[5]",
    "'e', whole(now + absolute), 'h', ARGV[5]",
  ),
  mutant(
    FOREVER,
    'lets the place of a session end before it',
    'if user and tonumber(score) < now + life then',
    'if false then',
  ),
  mutant(
    'sessions that have expired are neither listed nor counted',
    'lists what it has a place for',
    "redis.call('ZREM', KEYS[1], line)\n  elseif",
    "found[#found + 1] = { line, '1', 1, '', '{}' }\n  elseif",
  ),
  mutant(
    'an update replaces the data and keeps the rest of the session',
    'forgets the user',
    "'v', version, 'd', data)",
    "'v', version, 'd', data, 'c', '1')",
  ),
  mutant(
    'data of a session cannot change its user, its id or its life',
    'takes the user from the data',
    "redis.call('HSET', session, 'u', ARGV[6])",
    "redis.call('HSET', session, 'u', cjson.decode(ARGV[7]).userId or ARGV[6])",
  ),
  mutant(
    'concurrent updates of different fields of a session all survive',
    'ignores the version',
    'if version == ARGV[5] then',
    'if version then',
  ),
  mutant(
    'a regenerated session is under its new id what it was, and its old id opens nothing',
    'lets the old id open the session',
    'if digest ~= ARGV[1] then return false end',
    'if not digest then return false end',
  ),
  mutant(
    'a session is destroyed once, and no call brings it back',
    'destroys without looking',
    'if digest ~= ARGV[1] then return false end',
    "if digest ~= ARGV[1] then redis.call('HSET', session, 'h', ARGV[1], 'e', '', 'c', '1', 'v', '1', 'd', '{}') redis.call('PEXPIRE', session, idle) end",
  ),
  mutant(
    'stores of the same sessions see what each other does',
    'keeps what was destroyed',
    "redis.call('UNLINK', session)\nredis.call('ZREM', index, line)",
    "redis.call('PTTL', session)",
  ),
  mutant(
    'a list reports every session of a user once, without what opens it',
    'skips a session',
    "elseif redis.call('ZSCORE', KEYS[1], line) then",
    "elseif at > 1 and redis.call('ZSCORE', KEYS[1], line) then",
  ),
  mutant(
    'every session of a user ends with `destroyAll`, and no other',
    'counts a page only',
    "return { ended, redis.call('ZRANGE', KEYS[1], 0, ARGV[2] - 1) }",
    'return { ended, {} }',
  ),
  mutant(
    MOMENT,
    'opens what has no place any more',
    'if user and not score then return false end',
    'score = score or 0',
    FREES_NOTHING,
  ),
  mutant(
    'users of all characters are kept apart',
    'gives all users one set',
    'local session, index, line = KEYS[1], KEYS[2], ARGV[2]\nlocal idle, absolute = tonumber(ARGV[3]), tonumber(ARGV[4])\nlocal ending',
    "local session, index, line = KEYS[1], string.match(KEYS[2], '^[^{]*'), ARGV[2]\nlocal idle, absolute = tonumber(ARGV[3]), tonumber(ARGV[4])\nlocal ending",
  ),
  mutant(
    MOMENT,
    'makes a place for what it regenerates',
    'if user and not score then return false end',
    "if user and not score then redis.call('ZADD', index, whole(now + idle), line) score = '0' end",
    FREES_NOTHING,
  ),
];
