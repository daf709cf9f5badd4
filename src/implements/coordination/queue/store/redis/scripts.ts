import { defineScript } from '../../../../redis/commands/script.js';

/**
 * Keys of every script: ready, delayed, in flight, messages, marks, dead, letters, state, waiting; then that of the request.
 *
 * A message is stored as `time length id payload`. Its mark is the number of its deliveries, and while it is in flight the
 * token of the request that handed it out. The clock never goes back: what the clock of the server was set back by is added
 * to it from then on. A script changes something that a full server allows before it adds anything.
 */
const QUEUE = `
local ready, delayed, flying, messages, marks = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local dead, letters, state, waiting = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local function whole(number) return string.format('%.0f', number) end
local time = redis.call('TIME')
local wall = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', state, 'now', 'offset')
local offset = tonumber(known[2] or '0') or 0
local now = wall + offset
local last = tonumber(known[1] or '0') or 0
if now < last then offset, now = offset + last - now, last end
local function tick() redis.pcall('HSET', state, 'now', whole(now), 'offset', whole(offset)) end
local function count(name, by) redis.pcall('HINCRBY', state, name, by) end
`;

/** Wakes consumers that found nothing, those who looked last first. */
const WAKE = `
local function wake(channel, most)
  if most < 1 then return end
  local names = redis.call('ZPOPMAX', waiting, most)
  for at = 1, #names, 2 do
    if tonumber(names[at + 1]) > now then
      redis.call('PUBLISH', channel .. string.match(names[at], '^[^:]*'), names[at])
    end
  end
end
`;

/** Makes a dead letter of a message: deliveries, time, length of the reason, reason, and the message as it is stored. */
const BURY = `
local function bury(handle, message, deliveries, reason)
  local top = redis.call('ZREVRANGE', dead, 0, 0, 'WITHSCORES')[2]
  local head = whole(deliveries) .. ' ' .. whole(wall) .. ' ' .. #reason .. ' '
  redis.call('HDEL', messages, handle)
  redis.call('HDEL', marks, handle)
  redis.call('HSET', letters, handle, head .. reason .. message)
  redis.call('ZADD', dead, whole(math.max(tonumber(top or '0') + 1, now)), handle)
end
local function deliveries(mark) return tonumber(string.match(mark or '0', '^%d+') or '0') end
`;

/**
 * Remembers the answer of a request by its number, so that a repetition gets the same one. A request whose number is lower
 * was sent before one that was executed already: it must not be executed any more.
 */
const REQUEST = `
local function answered(key, number)
  local kept = redis.call('GET', key)
  if not kept then return nil end
  local of, answer = string.match(kept, '^(%d+) (.*)$')
  if tonumber(of or '0') > tonumber(number) then return nil, redis.error_reply('LATE this request came too late') end
  if of == number then return answer end
  return nil
end
local function answer(key, number, text, life) redis.pcall('SET', key, number .. ' ' .. text, 'PX', life) end
`;

/**
 * ARGV: number, life of the answer, maxLength, dedupeWindow, channel; then for each message: place of the key of its id in
 * KEYS or 0, id, payload, delay. Returns a letter for each: q(ueued), d(elayed), u(nchanged: a duplicate), f(ull).
 */
export const PRODUCE = defineScript(`${QUEUE}${WAKE}${REQUEST}
local request, most = KEYS[10], tonumber(ARGV[3])
local before, late = answered(request, ARGV[1])
if late then return late end
if before then return before end
local length = redis.call('HLEN', messages)
local isFull = redis.call('ZCARD', dead) >= most
local handle = math.max(tonumber(redis.call('HGET', state, 'handle') or '0'), now * 1000)
local outcomes, bodies, queue, later, ids, seen = {}, {}, {}, {}, {}, {}
for at = 6, #ARGV, 4 do
  local key, id, payload, delay = tonumber(ARGV[at]), ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
  if key > 0 and (seen[KEYS[key]] or redis.call('EXISTS', KEYS[key]) == 1) then outcomes[#outcomes + 1] = 'u'
  elseif isFull or length >= most then outcomes[#outcomes + 1] = 'f'
  else
    length, handle = length + 1, handle + 1
    local place = whole(handle)
    bodies[#bodies + 1] = place
    bodies[#bodies + 1] = whole(wall) .. ' ' .. #id .. ' ' .. id .. payload
    if key > 0 then
      seen[KEYS[key]] = true
      ids[#ids + 1] = KEYS[key]
    end
    if delay > 0 then
      later[#later + 1] = whole(now + delay)
      later[#later + 1] = place
    else queue[#queue + 1] = place end
    outcomes[#outcomes + 1] = delay > 0 and 'd' or 'q'
  end
end
local text = table.concat(outcomes)
if #bodies == 0 then return text end
redis.call('HSET', messages, unpack(bodies))
for _, key in ipairs(ids) do redis.call('SET', key, '1', 'PX', ARGV[4]) end
redis.call('HSET', state, 'handle', whole(handle), 'now', whole(now), 'offset', whole(offset))
if #queue > 0 then redis.call('RPUSH', ready, unpack(queue)) end
local soonest
if #later > 0 then
  soonest = redis.call('ZRANGE', delayed, 0, 0)[1]
  redis.call('ZADD', delayed, unpack(later))
  if redis.call('ZRANGE', delayed, 0, 0)[1] == soonest then later = {} end
end
answer(request, ARGV[1], text, ARGV[2])
wake(ARGV[5], #queue + (#later > 0 and 1 or 0))
return text`);

/**
 * ARGV: number, life of the answer, token, count, visibility, maxAttempts, channel, consumer, time for which it waits.
 * Messages beyond a size stay for the next request. Returns a list: time for which the messages are invisible, time until there may be more or -1, then for each message:
 * handle, number of deliveries, message.
 */
export const TAKE = defineScript(`${QUEUE}${WAKE}${BURY}${REQUEST}
local MAX_BYTES = 1048576
local request, token, room, visibility = KEYS[10], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local before, late = answered(request, ARGV[1])
if late then return late end
if before then
  local reply = { 0, '0' }
  local left = visibility
  for handle in string.gmatch(before, '%d+') do
    local mark = redis.call('HGET', marks, handle)
    local till = redis.call('ZSCORE', flying, handle)
    local message = redis.call('HGET', messages, handle)
    if mark and till and message and string.match(mark, '^%d+ (.*)$') == token then
      left = math.min(left, tonumber(till) - now)
      reply[#reply + 1] = handle
      reply[#reply + 1] = whole(deliveries(mark))
      reply[#reply + 1] = message
    end
  end
  reply[1] = whole(math.max(1, left))
  return reply
end
local most = tonumber(ARGV[6])
local over = redis.call('ZRANGEBYSCORE', flying, '-inf', whole(now), 'LIMIT', 0, 100)
for at = #over, 1, -1 do
  local handle = over[at]
  local times = deliveries(redis.call('HGET', marks, handle))
  redis.call('ZREM', flying, handle)
  if times >= most then bury(handle, redis.call('HGET', messages, handle) or '', times, 'its visibility ran out')
  else
    redis.call('HSET', marks, handle, whole(times))
    redis.call('LPUSH', ready, handle)
  end
end
local due = redis.call('ZRANGEBYSCORE', delayed, '-inf', whole(now), 'LIMIT', 0, 100)
if #due > 0 then
  redis.call('ZREM', delayed, unpack(due))
  redis.call('RPUSH', ready, unpack(due))
end
local reply, set, till, names, again = { ARGV[5], '0' }, {}, {}, {}, 0
local size, popped = 0, 0
while popped < room and size < MAX_BYTES do
  local handles = redis.call('LPOP', ready, math.min(8, room - popped))
  if not handles then break end
  popped = popped + #handles
  local bodies = redis.call('HMGET', messages, unpack(handles))
  local counts = redis.call('HMGET', marks, unpack(handles))
  for at, handle in ipairs(handles) do
    if size >= MAX_BYTES then
      for left = #handles, at, -1 do redis.call('LPUSH', ready, handles[left]) end
      break
    end
    local times = deliveries(counts[at]) + 1
    if bodies[at] then
      size = size + #bodies[at]
      if times > 1 then again = again + 1 end
      set[#set + 1] = handle
      set[#set + 1] = whole(times) .. ' ' .. token
      till[#till + 1] = whole(now + visibility)
      till[#till + 1] = handle
      names[#names + 1] = handle
      reply[#reply + 1] = handle
      reply[#reply + 1] = whole(times)
      reply[#reply + 1] = bodies[at]
    elseif not string.match(handle, '^%d+$') then bury(handle, handle, 0, 'it is no message of this queue') end
  end
end
if popped > 0 then
  tick()
  if #names > 0 then
    redis.call('HSET', marks, unpack(set))
    redis.call('ZADD', flying, unpack(till))
    if again > 0 then count('redelivered', again) end
    answer(request, ARGV[1], table.concat(names, ' '), ARGV[2])
    redis.call('ZREM', waiting, ARGV[8])
    if redis.call('LLEN', ready) > 0 then wake(ARGV[7], 1) end
  end
  return reply
end
local next = -1
for _, key in ipairs({ delayed, flying }) do
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]
  if first and (next < 0 or tonumber(first) - now < next) then next = math.max(0, tonumber(first) - now) end
end
if next < 0 and redis.call('HLEN', messages) > 0 then
  local lost = redis.call('HSCAN', messages, '0', 'COUNT', 200)[2]
  local orphans = {}
  for at = 1, #lost, 2 do orphans[#orphans + 1] = lost[at] end
  table.sort(orphans)
  for _, handle in ipairs(orphans) do redis.call('RPUSH', ready, handle) end
  next = 0
end
redis.pcall('ZADD', waiting, whole(now + tonumber(ARGV[9])), ARGV[8])
redis.pcall('PEXPIRE', waiting, 60000)
tick()
reply[2] = whole(next)
return reply`);

/**
 * ARGV: number, life of the answer, maxAttempts, channel; then for each settlement: verb, handle, mark, delay, reason.
 * Returns 1 for each, or 0 for a stale receipt.
 */
export const SETTLE = defineScript(`${QUEUE}${WAKE}${BURY}${REQUEST}
local request, most, woken, stale = KEYS[10], tonumber(ARGV[3]), 0, 0
local before, late = answered(request, ARGV[1])
if late then return late end
if before then return before end
local reply = {}
for at = 5, #ARGV, 5 do
  local verb, handle, mark = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  if redis.call('HGET', marks, handle) ~= mark or redis.call('ZREM', flying, handle) == 0 then
    stale = stale + 1
    reply[#reply + 1] = '0'
  else
    reply[#reply + 1] = '1'
    local times, delay = deliveries(mark), tonumber(ARGV[at + 3])
    if verb == 'ack' then
      redis.call('HDEL', messages, handle)
      redis.call('HDEL', marks, handle)
    elseif verb == 'bury' or times >= most then
      bury(handle, redis.call('HGET', messages, handle) or '', times, ARGV[at + 4])
    else
      redis.call('HSET', marks, handle, whole(times))
      if delay > 0 then redis.call('ZADD', delayed, whole(now + delay), handle)
      else redis.call('RPUSH', ready, handle) end
      woken = woken + 1
    end
  end
end
if stale > 0 then count('stale', stale) end
if stale < #reply then tick() end
local text = table.concat(reply)
answer(request, ARGV[1], text, ARGV[2])
wake(ARGV[4], woken)
return text`);

/** ARGV: handle, mark, visibility. Prolongs it, and never shortens it. Returns 0 for a stale receipt. */
export const PROLONG = defineScript(`${QUEUE}
if redis.call('HGET', marks, ARGV[1]) ~= ARGV[2] then return 0 end
local till = redis.call('ZSCORE', flying, ARGV[1])
if not till then return 0 end
if now + tonumber(ARGV[3]) > tonumber(till) then
  redis.call('ZADD', flying, whole(now + tonumber(ARGV[3])), ARGV[1])
end
return 1`);

/**
 * ARGV: number of the last request, life of that, its token, channel, consumer; then handles and marks. Gives back these
 * messages, and those of that request, without the attempt; if it is executed later, it takes nothing.
 */
export const GIVE_BACK = defineScript(`${QUEUE}${WAKE}${BURY}
local request, token, given = KEYS[10], ARGV[3], 0
local function giveBack(handle, mark)
  if redis.call('HGET', marks, handle) ~= mark or redis.call('ZREM', flying, handle) == 0 then return end
  local times = deliveries(mark) - 1
  if times > 0 then redis.call('HSET', marks, handle, whole(times)) else redis.call('HDEL', marks, handle) end
  redis.call('LPUSH', ready, handle)
  given = given + 1
end
local of, names = string.match(redis.call('GET', request) or '', '^(%d+) (.*)$')
if of == ARGV[1] then
  local all = {}
  for handle in string.gmatch(names, '%d+') do table.insert(all, 1, handle) end
  for _, handle in ipairs(all) do
    local mark = redis.call('HGET', marks, handle)
    if mark and string.match(mark, '^%d+ (.*)$') == token then giveBack(handle, mark) end
  end
end
for at = #ARGV - 1, 6, -2 do giveBack(ARGV[at], ARGV[at + 1]) end
redis.call('ZREM', waiting, ARGV[5])
redis.pcall('SET', request, whole(tonumber(ARGV[1]) + 1) .. ' ', 'PX', ARGV[2])
if given > 0 then tick() end
wake(ARGV[4], given)
return given`);

/** Returns ready, delayed, in flight, dead, age of the oldest or -1, redelivered, stale. A handle is a time in us. */
export const STATS = defineScript(`${QUEUE}
local due, over = redis.call('ZCOUNT', delayed, '-inf', whole(now)), redis.call('ZCOUNT', flying, '-inf', whole(now))
local oldest = tonumber(redis.call('LINDEX', ready, 0) or '')
local others = redis.call('ZRANGE', flying, 0, 999)
if due > 0 then others[#others + 1] = redis.call('ZRANGE', delayed, 0, 0)[1] end
for _, handle in ipairs(others) do
  local at = tonumber(handle)
  if at and (not oldest or at < oldest) then oldest = at end
end
local counts = redis.call('HMGET', state, 'redelivered', 'stale')
return {
  whole(redis.call('LLEN', ready) + due + over),
  whole(redis.call('ZCARD', delayed) - due),
  whole(redis.call('ZCARD', flying) - over),
  whole(redis.call('ZCARD', dead)),
  oldest and whole(math.max(0, now - math.floor(oldest / 1000))) or '-1',
  counts[1] or '0',
  counts[2] or '0',
}`);

/** ARGV: place after which to begin, count. Returns places, handles and letters, fewer of them when they are large. */
export const LETTERS = defineScript(`${QUEUE}
local reply, size = {}, 0
local page = redis.call('ZRANGEBYSCORE', dead, '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for at = 1, #page, 2 do
  local letter = redis.call('HGET', letters, page[at]) or ''
  size = size + #letter
  reply[#reply + 1] = page[at + 1]
  reply[#reply + 1] = page[at]
  reply[#reply + 1] = letter
  if size > 1048576 then break end
end
return reply`);

/**
 * ARGV: 'redrive' or 'forget', place after which to begin, last place or '', count, channel, then ids, or none for all.
 * Returns the number of letters that were ended, the last place, and the place after this page or ''.
 */
export const END = defineScript(`${QUEUE}${WAKE}
local wanted, ended = {}, 0
local needs = #ARGV > 5 or ARGV[1] == 'redrive'
for at = 6, #ARGV do wanted[ARGV[at]] = true end
local to = ARGV[3]
if to == '' then to = redis.call('ZREVRANGE', dead, 0, 0, 'WITHSCORES')[2] or '0' end
local page = redis.call('ZRANGEBYSCORE', dead, '(' .. ARGV[2], to, 'WITHSCORES', 'LIMIT', 0, ARGV[4])
for at = 1, #page, 2 do
  local handle = page[at]
  local letter = needs and redis.call('HGET', letters, handle) or ''
  local length, rest = string.match(letter, '^%d+ %d+ (%d+) (.*)$')
  local message = string.sub(rest or '', tonumber(length or '0') + 1)
  local long, tail = string.match(message, '^%d+ (%d+) (.*)$')
  local id = long and string.sub(tail, 1, tonumber(long)) or handle
  if #ARGV < 6 or wanted[id] then
    ended = ended + 1
    redis.call('ZREM', dead, handle)
    redis.call('HDEL', letters, handle)
    if ARGV[1] == 'redrive' then
      redis.call('HSET', messages, handle, message)
      redis.call('RPUSH', ready, handle)
    end
  end
end
if ended > 0 then tick() end
if ARGV[1] == 'redrive' then wake(ARGV[5], ended) end
return { whole(ended), to, #page > 0 and page[#page] or '' }`);

/** Deletes all messages but dead letters. Returns their number. */
export const PURGE = defineScript(`${QUEUE}
local length = redis.call('HLEN', messages)
redis.call('UNLINK', ready, delayed, flying, messages, marks)
return length`);
