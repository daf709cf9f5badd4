import { defineScript } from '../../redis/commands/script.js';

/**
 * A session is a hash: h (SHA-256 of its id), v (version), c (created), e (its latest end, or ''), u (user) and d (data).
 * The sorted set of a user has the lines of the sessions; scores are moments until which they surely need their place.
 *
 * A session of a user that the set does not contain is dead: this is how all of them end at one moment. The set is
 * never shorter-lived than its members. Moments are milliseconds of the server, formatted, for Lua prints 1.7e+12.
 */
const TIME = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function whole(number) return string.format('%.0f', number) end
local function claim(index, line, ms)
  redis.call('ZADD', index, whole(now + ms), line)
  if redis.call('PTTL', index) < ms then redis.call('PEXPIRE', index, ms) end
end`;

/**
 * KEYS: session, set of the user.  ARGV: SHA-256 of the id, line, idle life in ms, longest life in ms or ''.
 * A clock that was set back must not prolong the longest life: it is cut to what a new session would have.
 */
const FOUND = `${TIME}
local session, index, line = KEYS[1], KEYS[2], ARGV[2]
local idle, absolute = tonumber(ARGV[3]), tonumber(ARGV[4])
local digest, version, created, ending, user, data = unpack(redis.call('HMGET', session, 'h', 'v', 'c', 'e', 'u', 'd'))
if digest ~= ARGV[1] then return false end
local score = user and redis.call('ZSCORE', index, line)
if user and not score then return false end
local life = idle
if ending ~= '' then
  ending = tonumber(ending)
  if absolute and ending > now + absolute then
    ending = now + absolute
    redis.call('HSET', session, 'e', whole(ending))
  end
  life = math.min(idle, ending - now)
end
if life <= 0 then
  redis.call('UNLINK', session)
  redis.call('ZREM', index, line)
  return false
end
local function use()
  redis.call('PEXPIRE', session, life)
  if user and tonumber(score) < now + life then claim(index, line, life + idle) end
end`;

/** Further ARGV: version, user or '', data. Returns the moment, and the remaining life. */
export const CREATE = defineScript(`${TIME}
local session, index, line = KEYS[1], KEYS[2], ARGV[2]
local idle, absolute = tonumber(ARGV[3]), tonumber(ARGV[4])
local ending = absolute and whole(now + absolute) or ''
local life = math.min(idle, absolute or idle)
redis.call('HSET', session, 'h', ARGV[1], 'v', ARGV[5], 'c', whole(now), 'e', ending, 'd', ARGV[7])
redis.call('PEXPIRE', session, life)
if ARGV[6] ~= '' then
  redis.call('HSET', session, 'u', ARGV[6])
  redis.call('ZREMRANGEBYSCORE', index, '-inf', whole(now))
  claim(index, line, life + idle)
end
return { whole(now), life }`);

/** Returns created, remaining life, user or '', version and data. */
export const GET = defineScript(`${FOUND}
use()
return { created, life, user or '', version, data }`);

/** Returns 1. */
export const TOUCH = defineScript(`${FOUND}
use()
return 1`);

/**
 * Further ARGV: version that is expected, new version, new data. Returns the session as it is now, and whether it was
 * changed by this call: its version tells.
 */
export const UPDATE = defineScript(`${FOUND}
if version == ARGV[5] then
  version, data = ARGV[6], ARGV[7]
  redis.call('HSET', session, 'v', version, 'd', data)
end
use()
return { created, life, user or '', version, data }`);

/** Further ARGV: SHA-256 of the new id, new version. */
export const REGENERATE = defineScript(`${FOUND}
redis.call('HSET', session, 'h', ARGV[5], 'v', ARGV[6])
use()
return { created, life, user or '', ARGV[6], data }`);

/** Returns 1. */
export const DESTROY = defineScript(`${FOUND}
redis.call('UNLINK', session)
redis.call('ZREM', index, line)
return 1`);

/**
 * KEYS: set of the user, another name for it.  ARGV: life of the renamed set in ms, length of a page. Ends all sessions of
 * the user at once, and returns a page of them.
 */
export const END_ALL = defineScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
redis.call('RENAME', KEYS[1], KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[1])
return redis.call('ZRANGE', KEYS[2], 0, ARGV[2] - 1)`);

/**
 * KEYS: renamed set, sessions that have ended.  ARGV: life of the set in ms, length of a page, lines of the sessions.
 * Removes them, and returns their number and the next page.
 */
export const BURY = defineScript(`
local ended = redis.call('UNLINK', unpack(KEYS, 2))
redis.call('ZREM', KEYS[1], unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return { ended, redis.call('ZRANGE', KEYS[1], 0, ARGV[2] - 1) }`);

/**
 * KEYS: set of the user, sessions.  ARGV: their lines. Returns line, created, remaining life, user, version and data of
 * each that lives, and removes those that have expired from the set.
 */
export const SUMMARIES = defineScript(`
local found = {}
for at, line in ipairs(ARGV) do
  local created, user, data = unpack(redis.call('HMGET', KEYS[at + 1], 'c', 'u', 'd'))
  if not created then
    redis.call('ZREM', KEYS[1], line)
  elseif redis.call('ZSCORE', KEYS[1], line) then
    found[#found + 1] = { line, created, math.max(1, redis.call('PTTL', KEYS[at + 1])), user or '', data }
  end
end
return found`);
