import { defineScript } from '../../../redis/commands/script.js';

/** Field of a hash that holds a value in parts: number of parts and bytes; the parts are fields 0, 1, 2 … */
const HEAD = 'inversify-cache:parts';

/** `value(key)`: the text of a key, its head and parts, `false` when it is absent, or the refusal of another type. */
const VALUE = `
local function value(key)
  local kind = redis.call('TYPE', key).ok
  if kind == 'none' then return false end
  if kind ~= 'hash' then return redis.pcall('GET', key) end
  local head = redis.call('HGET', key, '${HEAD}')
  if not head then return redis.pcall('GET', key) end
  local reply = { head }
  for part = 1, tonumber(string.match(head, '^%d+')) do
    reply[part + 1] = redis.call('HGET', key, tostring(part - 1))
  end
  return reply
end`;

/**
 * Reads a value that may be in parts, and sets its life first.
 *
 * KEYS: the key. ARGV: milliseconds, or '' to leave its life.
 */
export const READ_VALUE = defineScript(`${VALUE}
local answer = value(KEYS[1])
if answer and not answer.err and ARGV[1] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return answer`);

/**
 * Reads values as one step. MGET reports a key of another type as absent, so that absent ones are looked at again.
 *
 * KEYS: the keys.
 */
export const READ_VALUES = defineScript(`${VALUE}
local answer = {}
for from = 1, #KEYS, 1000 do
  local to = math.min(#KEYS, from + 999)
  local texts = redis.call('MGET', unpack(KEYS, from, to))
  for at = from, to do
    local text = texts[at - from + 1]
    if not text then
      text = value(KEYS[at])
      if text and text.err then return text end
    end
    answer[at] = text
  end
end
return answer`);

/**
 * Writes values as one step. Of a value in parts, the first write is one that a server without memory refuses: nothing
 * has been changed then.
 *
 * KEYS: the keys. ARGV: condition ('a' absent, 'p' present, '' none) of the first key, then for each key: its life ('k'
 * what remains, '0' endless, or milliseconds), 0 and its text, or the number of parts, the head and the parts.
 * Returns 1, or 0 when the condition was not met.
 */
export const WRITE_VALUES = defineScript(`
if ARGV[1] ~= '' and (redis.call('EXISTS', KEYS[1]) == 1) ~= (ARGV[1] == 'p') then return 0 end
local at = 2
for _, key in ipairs(KEYS) do
  local life, parts = ARGV[at], tonumber(ARGV[at + 1])
  if life == 'k' then life = math.max(0, redis.call('PTTL', key)) end
  local ends = tonumber(life) > 0
  if parts == 0 then
    if ends then redis.call('SET', key, ARGV[at + 2], 'PX', life) else redis.call('SET', key, ARGV[at + 2]) end
  else
    redis.call('SET', key, '')
    redis.call('UNLINK', key)
    redis.call('HSET', key, '${HEAD}', ARGV[at + 2])
    for part = 1, parts do redis.call('HSET', key, tostring(part - 1), ARGV[at + 2 + part]) end
    if ends then redis.call('PEXPIRE', key, life) end
  end
  at = at + 3 + parts
end
return 1`);

/**
 * Adds to a counter, and gives it a life if this call creates it.
 *
 * KEYS: the key. ARGV: what is added, milliseconds. Returns the count as text, because Lua would round it.
 */
export const INCREMENT = defineScript(`
local isNew = redis.call('EXISTS', KEYS[1]) == 0
redis.call('INCRBY', KEYS[1], ARGV[1])
if isNew then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return redis.call('GET', KEYS[1])`);
