import { defineScript } from '../../../redis/commands/script.js';

/** Answers of the scripts that record. */
export const RECORDED = 1;
export const OVERFLOW = 2;
export const TOO_MANY_EVENTS = 3;

/** `count(key, event, by, life, most)`: adds to a count of a user. `fits(…)`: 1, or the answer that refuses it. */
const OF_USER = `
local MAX = 9007199254740991
local function fits(key, event, by, most)
  local before = redis.call('HGET', key, event)
  if not before and redis.call('HLEN', key) >= tonumber(most) then return ${TOO_MANY_EVENTS} end
  if tonumber(before or 0) > MAX - by then return ${OVERFLOW} end
  return ${RECORDED}
end
local function count(key, event, by, life)
  redis.call('HINCRBY', key, event, by)
  redis.call('PEXPIRE', key, life)
end`;

/**
 * Records an event, with all of its buckets in one slot.
 *
 * KEYS: the counts of minute, hour and day, then their users if there is a user, then for each field the counts of its
 * values, and last the counts of the user, if they are in this slot. ARGV: the minute that the keys are for, or '' for an
 * event of another time; how often; the ends of the three buckets' retention; the user or ''; the most values; the number
 * of fields; their values; and for the counts of a user: event, life and the most events.
 * Returns what became of it, 0 when it is another minute by now, and the time of the server.
 */
export const RECORD_EVENT = defineScript(`${OF_USER}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[1] ~= '' and now - now % 60000 ~= tonumber(ARGV[1]) then return { 0, now } end
local by, user, most, fields = ARGV[2], ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])
local counts = redis.call('MGET', KEYS[1], KEYS[2], KEYS[3])
for i = 1, 3 do
  if counts[i] and tonumber(counts[i]) > MAX - by then return { ${OVERFLOW}, now } end
end
local values = user == '' and 3 or 6
local ofUser = values + 3 * fields + 1
if KEYS[ofUser] then
  local answer = fits(KEYS[ofUser], ARGV[9 + fields], by, ARGV[11 + fields])
  if answer ~= ${RECORDED} then return { answer, now } end
end
for i = 1, 3 do
  local ends = ARGV[2 + i]
  if tonumber(ends) > now then
    redis.call('INCRBY', KEYS[i], by)
    redis.call('PEXPIREAT', KEYS[i], ends)
    if user ~= '' then
      redis.call('PFADD', KEYS[3 + i], user)
      redis.call('PEXPIREAT', KEYS[3 + i], ends)
    end
    for field = 1, fields do
      local key, value, add = KEYS[values + 3 * (field - 1) + i], ARGV[8 + field], tonumber(by)
      if not redis.call('ZSCORE', key, value) and redis.call('ZCARD', key) >= most then
        add = add + tonumber(redis.call('ZPOPMIN', key)[2])
      end
      redis.call('ZINCRBY', key, string.format('%.0f', add), value)
      redis.call('PEXPIREAT', key, ends)
    end
  end
end
if KEYS[ofUser] then count(KEYS[ofUser], ARGV[9 + fields], by, ARGV[10 + fields]) end
return { ${RECORDED}, now }`);

/** Adds to a count of a user whose slot is another one. KEYS: the user. ARGV: event, life, the most events, how often. */
export const RECORD_USER = defineScript(`${OF_USER}
local answer = fits(KEYS[1], ARGV[1], ARGV[4], ARGV[3])
if answer == ${RECORDED} then count(KEYS[1], ARGV[1], ARGV[4], ARGV[2]) end
return answer`);

/** Reads counts; a value of another type is an error, which MGET would report as absent. KEYS: the counts. */
export const READ_COUNTS = defineScript(`
local counts = {}
for i, key in ipairs(KEYS) do counts[i] = redis.call('GET', key) or '0' end
return counts`);

/**
 * Reads the values with the greatest sums, equal ones in the order of their bytes.
 *
 * KEYS: the counts of the buckets. ARGV: how many. Returns value, sum, value, sum …
 */
export const READ_TOP = defineScript(`
local words = { 'ZUNION', #KEYS, unpack(KEYS) }
words[#words + 1] = 'WITHSCORES'
local all = redis.call(unpack(words))
local top, last, most = {}, #all / 2, 2 * ARGV[1]
while last >= 1 and #top < most do
  local first = last
  while first > 1 and all[2 * first - 2] == all[2 * last] do first = first - 1 end
  for i = first, math.min(last, first + (most - #top) / 2 - 1) do
    top[#top + 1] = all[2 * i - 1]
    top[#top + 1] = all[2 * i]
  end
  last = first - 1
end
return top`);
