import { defineScript } from '../../../redis/commands/script.js';

/**
 * Value of a lock: token, space, fence. The fence stands with the lock, because the key of the last fence may be evicted.
 * `now` is the time of the server in microseconds; Lua would write such numbers as 1.7e+15.
 */
const LOCK = `
local function whole(number) return string.format('%.0f', number) end
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local function holds(value, token)
  local length = string.len(token) + 1
  return value and string.sub(value, 1, length) == token .. ' ' and string.sub(value, length + 1)
end`;

/** Publishes the first ticket on the channel of its process. Only that process is woken. */
const WAKE = `
local function wake(queue, channel)
  local first = redis.call('ZRANGE', queue, 0, 0)[1]
  if first then redis.call('PUBLISH', channel .. string.match(first, '^[^:]*'), first) end
end`;

/**
 * Removes up to 32 tickets whose waiters have not looked for a while. After the clock of the server was set back,
 * proofs of life would lie in the future: they are cut to the longest life.
 */
const BURY = `
local function bury(queue, alive, time, life)
  for _, late in ipairs(redis.call('ZRANGEBYSCORE', alive, '(' .. whole(time + life), '+inf', 'LIMIT', 0, 32)) do
    redis.call('ZADD', alive, whole(time + life), late)
  end
  local dead = redis.call('ZRANGEBYSCORE', alive, '-inf', whole(time), 'LIMIT', 0, 32)
  for _, ticket in ipairs(dead) do
    redis.call('ZREM', queue, ticket)
    redis.call('ZREM', alive, ticket)
  end
end`;

/**
 * KEYS: lock, last fence, queue, proofs of life, tombstone of the token.  ARGV: token, lease in ms, ticket or '', life of
 * a ticket in ms, channel without the process, life of the last fence in ms. Returns the fence as text; or a list: the
 * remaining lease of the holder, and 1 when the ticket is the first. What a full server may refuse comes first: the last
 * fence, whose growth alone does no harm.
 */
export const ACQUIRE = defineScript(`${LOCK}${WAKE}${BURY}
local lock, last, queue, alive, token, ticket = KEYS[1], KEYS[2], KEYS[3], KEYS[4], ARGV[1], ARGV[3]
local values = redis.call('MGET', lock, last, KEYS[5])
if values[3] then return redis.error_reply('WITHDRAWN this request was withdrawn') end
local held, fence = values[1], holds(values[1], token)
if fence then
  if redis.call('PTTL', lock) < tonumber(ARGV[2]) then redis.call('PEXPIRE', lock, ARGV[2]) end
  return fence
end
local time, life = now(), tonumber(ARGV[4]) * 1000
local first = redis.call('ZRANGE', queue, 0, 0)[1]
if first then
  bury(queue, alive, time, life)
  first = redis.call('ZRANGE', queue, 0, 0)[1]
end
if not held and (not first or first == ticket) then
  fence = whole(math.max(tonumber(values[2] or '0') + 1, time))
  redis.call('SET', last, fence, 'PX', ARGV[6])
  redis.call('SET', lock, token .. ' ' .. fence, 'PX', ARGV[2])
  if first then
    redis.call('ZREM', queue, ticket)
    redis.call('ZREM', alive, ticket)
  end
  return fence
end
local remaining = redis.call('PTTL', lock)
if remaining == -1 then
  redis.call('PEXPIRE', lock, ARGV[2])
  remaining = tonumber(ARGV[2])
end
if ticket ~= '' then
  if not redis.call('ZSCORE', queue, ticket) then
    local tail = redis.call('ZREVRANGE', queue, 0, 0, 'WITHSCORES')[2]
    redis.call('ZADD', queue, whole(math.max(time, tonumber(tail or '0') + 1)), ticket)
  end
  redis.call('ZADD', alive, whole(time + life), ticket)
  redis.call('PEXPIRE', queue, 60000)
  redis.call('PEXPIRE', alive, 60000)
end
first = redis.call('ZRANGE', queue, 0, 0)[1]
if not held and first ~= ticket then wake(queue, ARGV[5]) end
return { math.max(remaining, 0), first == ticket and 1 or 0 }`);

/** KEYS: lock.  ARGV: token, lease in ms. Prolongs a lease of this token, and never makes one. Returns 1 if it is held. */
export const EXTEND = defineScript(`${LOCK}
if not holds(redis.call('GET', KEYS[1]), ARGV[1]) then return 0 end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1`);

/**
 * KEYS: lock, queue, proofs of life, tombstone of the token.  ARGV: token, ticket or '', life of the tombstone in ms or
 * '', channel without the process, life of a ticket in ms. Returns 1 if the lock was held by the token.
 */
export const RELEASE = defineScript(`${LOCK}${WAKE}${BURY}
local lock, queue, alive, ticket = KEYS[1], KEYS[2], KEYS[3], ARGV[2]
if ARGV[3] ~= '' then redis.call('SET', KEYS[4], '1', 'PX', ARGV[3]) end
local held = redis.call('GET', lock)
local fence = holds(held, ARGV[1])
if ticket ~= '' then
  redis.call('ZREM', queue, ticket)
  redis.call('ZREM', alive, ticket)
end
if fence then redis.call('DEL', lock) end
if (fence or (ticket ~= '' and not held)) and redis.call('ZCARD', queue) > 0 then
  bury(queue, alive, now(), tonumber(ARGV[5]) * 1000)
  wake(queue, ARGV[4])
end
return fence and 1 or 0`);

/** KEYS: lock, proofs of life. Returns the value of the lock, its remaining lease, and the number of waiters. */
export const INSPECT = defineScript(`${LOCK}
return {
  redis.call('GET', KEYS[1]),
  redis.call('PTTL', KEYS[1]),
  redis.call('ZCOUNT', KEYS[2], '(' .. whole(now()), '+inf'),
}`);
