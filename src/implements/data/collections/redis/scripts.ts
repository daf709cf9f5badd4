import { defineScript } from '../../../redis/commands/script.js';

/** Gives a life to a key that has none; a life that runs is not moved. */
const LIVE = `
local function live(key, ms)
  if ms ~= '' and redis.call('PTTL', key) == -1 then redis.call('PEXPIRE', key, ms) end
end`;

/** Lua passes at most some 8000 arguments to a command; even, so that pairs stay together. */
const SLICE = 4000;

/**
 * Runs a command that writes, with its words in slices, and gives a life to its key.
 *
 * KEYS: the key.  ARGV: life in ms or '', name of the command, result (`sum` or `last` of its replies), number of
 * words before the slices, words.
 */
export const WRITE_ITEMS = defineScript(`${LIVE}
local name, fixed = ARGV[2], tonumber(ARGV[4])
local first, result = 5 + fixed, 0
for from = first, #ARGV, ${SLICE} do
  local words = {}
  for at = 5, 4 + fixed do words[#words + 1] = ARGV[at] end
  for at = from, math.min(#ARGV, from + ${SLICE - 1}) do words[#words + 1] = ARGV[at] end
  local reply = redis.call(name, KEYS[1], unpack(words))
  result = ARGV[3] == 'sum' and result + reply or reply
end
live(KEYS[1], ARGV[1])
return result`);

/**
 * Adds to a number, and gives a life to its key.
 *
 * KEYS: the key.  ARGV: life in ms or '', command, words … Returns the sum as text: Lua would round it.
 */
export const ADD_NUMBER = defineScript(`${LIVE}
redis.call(ARGV[2], KEYS[1], unpack(ARGV, 3))
live(KEYS[1], ARGV[1])
if ARGV[2] == 'ZINCRBY' then return redis.call('ZSCORE', KEYS[1], ARGV[4]) end
if #ARGV == 3 then return redis.call('GET', KEYS[1]) end
return redis.call('HGET', KEYS[1], ARGV[3])`);

/** Deletes a counter that is an integer of 64 bits, and returns its value as text. KEYS: the counter. */
export const RESET_COUNTER = defineScript(`
local value = redis.call('GET', KEYS[1])
if not value then return '0' end
local sign, digits = string.match(value, '^(%-?)([1-9]%d*)$')
local most = sign == '-' and '9223372036854775808' or '9223372036854775807'
if value ~= '0' and (not digits or #digits > 19 or (#digits == 19 and digits > most)) then
  return redis.error_reply('ERR value is not an integer or out of range')
end
redis.call('UNLINK', KEYS[1])
return value`);

/**
 * Pushes items and drops those beyond a number, and gives the list a life.
 *
 * KEYS: the list.  ARGV: life in ms or '', LPUSH or RPUSH, number, items … Returns the number of items.
 */
export const PUSH_CAPPED = defineScript(`${LIVE}
local key, cap = KEYS[1], tonumber(ARGV[3])
for from = math.max(4, #ARGV - cap + 1), #ARGV, ${SLICE} do
  redis.call(ARGV[2], key, unpack(ARGV, from, math.min(#ARGV, from + ${SLICE - 1})))
end
if ARGV[2] == 'LPUSH' then redis.call('LTRIM', key, 0, cap - 1) else redis.call('LTRIM', key, -cap, -1) end
live(key, ARGV[1])
return redis.call('LLEN', key)`);

/**
 * Reads a range whose number of items depends on the size, or all of a hash.
 *
 * KEYS: the key.  ARGV: limit, command that tells the size, command that reads, start, stop, further words …
 */
export const READ_BOUNDED = defineScript(`
local size = redis.call(ARGV[2], KEYS[1])
local count = size
if #ARGV > 3 then
  local start, stop = tonumber(ARGV[4]), tonumber(ARGV[5])
  if start < 0 then start = math.max(0, start + size) end
  if stop < 0 then stop = stop + size end
  count = math.min(stop, size - 1) - start + 1
end
if count > tonumber(ARGV[1]) then
  return redis.error_reply('TOOLARGE expected at most ' .. ARGV[1] .. ' items, got more')
end
return redis.call(ARGV[3], KEYS[1], unpack(ARGV, 4))`);

/**
 * Reads a member of a sorted set with its neighbours.
 *
 * KEYS: the sorted set.  ARGV: member, number of neighbours on each side, command that ranks, command that reads.
 * Returns the rank of the first one and the entries; nothing when the member is absent.
 */
export const AROUND = defineScript(`
local rank = redis.call(ARGV[3], KEYS[1], ARGV[1])
if not rank then return false end
local first = math.max(0, rank - tonumber(ARGV[2]))
return { first, redis.call(ARGV[4], KEYS[1], first, rank + tonumber(ARGV[2]), 'WITHSCORES') }`);

/** Combines sets of one slot. KEYS: the sets.  ARGV: limit, command. */
export const COMBINE_SETS = defineScript(`
local members = redis.call(ARGV[2], unpack(KEYS))
if #members > tonumber(ARGV[1]) then
  return redis.error_reply('TOOLARGE expected at most ' .. ARGV[1] .. ' items, got more')
end
return members`);

/** Combines sets of one slot into another one. KEYS: the result, the sets.  ARGV: life in ms or '', command. */
export const COMBINE_SETS_INTO = defineScript(`${LIVE}
local size = redis.call(ARGV[2], unpack(KEYS))
live(KEYS[1], ARGV[1])
return size`);

/** Wakes a pop that waits. KEYS: its key.  ARGV: life in ms of a key that nobody takes. */
export const WAKE_POP = defineScript(`
redis.call('LPUSH', KEYS[1], '')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`);
