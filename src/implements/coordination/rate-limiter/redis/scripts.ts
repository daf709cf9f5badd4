import { defineScript } from '../../../redis/commands/script.js';

/**
 * The algorithms, as in `algorithms/`, on the fields of a hash. Moments are microseconds of the server's clock, which
 * doubles hold exactly; they are formatted, because Lua prints them as 1.7e+15.
 *
 * A clock that was set back leaves moments in the future: they are moved so that nobody waits longer than one window.
 * Only such a repair writes when a call is denied.
 */
const ALGORITHMS = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function whole(number) return string.format('%.0f', number) end
local judges = {}

function judges.f(limit, cost)
  local taken, ends = limit.a, limit.b
  if now >= ends then taken, ends = 0, now + limit.per end
  if ends > now + limit.per then ends, limit.repaired = now + limit.per, true end
  limit.a, limit.b = taken, ends
  limit.allowed = taken + cost <= limit.units
  limit.retry = ends - now
  limit.charge = function() limit.a = taken + cost end
  limit.left = function()
    return limit.units - limit.a, limit.a > 0 and ends - now or 0
  end
end

function judges.w(limit, cost)
  local since = '(' .. whole(now - limit.per)
  local taken = redis.call('ZCOUNT', limit.key, since, '+inf')
  local last = redis.call('ZREVRANGE', limit.key, 0, 0, 'WITHSCORES')[2]
  last = last and math.min(tonumber(last), now)
  limit.allowed = taken + cost <= limit.units
  if not limit.allowed then
    local leaving = redis.call('ZRANGEBYSCORE', limit.key, since, '+inf', 'WITHSCORES', 'LIMIT', taken + cost - limit.units - 1, 1)
    limit.retry = math.min(tonumber(leaving[2]), now) + limit.per - now
  end
  limit.charge = function() taken, last, limit.added = taken + cost, now, cost end
  limit.left = function()
    return limit.units - taken, taken > 0 and last + limit.per - now or 0
  end
end

function judges.c(limit, cost)
  local per = limit.per
  local index, current, previous = limit.a, limit.b, limit.c
  local at = math.floor(now / per)
  if index > at then index, limit.repaired = at, true end
  if index < at then
    previous = index == at - 1 and current or 0
    current = 0
  end
  limit.a, limit.b, limit.c = at, current, previous
  local elapsed = now % per
  local function allows(wait)
    local moment = elapsed + wait
    if moment < per then return previous * (1 - moment / per) + current + cost <= limit.units end
    return current * (1 - (moment - per) / per) + cost <= limit.units
  end
  limit.allowed = allows(0)
  if not limit.allowed then
    local from, falling, room = per - elapsed, current, limit.units - cost
    if current + cost <= limit.units then
      from, falling, room = -elapsed, previous, limit.units - current - cost
    end
    local wait = math.max(0, math.ceil(from + per * (1 - room / falling)))
    while not allows(wait) do wait = wait + 1 end
    while wait > 0 and allows(wait - 1) do wait = wait - 1 end
    limit.retry = wait
  end
  limit.charge = function() limit.b = current + cost end
  limit.left = function()
    local taken = previous * (1 - elapsed / per) + limit.b
    local reset = limit.b > 0 and 2 * per - elapsed or previous > 0 and per - elapsed or 0
    return math.floor(limit.units - taken), reset
  end
end

function judges.t(limit, cost)
  local units, per = limit.units, limit.per
  local function plus(us, rest, cost)
    local more = rest + cost * (per % units)
    return us + cost * math.floor(per / units) + math.floor(more / units), more % units
  end
  local depth, depthRest = plus(0, 0, limit.burst)
  local function wait(us, rest)
    local left = us - depth - now
    if rest > depthRest then left = left + 1 end
    return math.max(0, left)
  end
  local us, rest = limit.a, limit.b
  if us < now then us, rest = now, 0 end
  if us > now + depth + 1 then us, rest, limit.repaired = now + depth, depthRest, true end
  limit.a, limit.b = us, rest
  local fullUs, fullRest = plus(us, rest, cost)
  limit.retry = wait(fullUs, fullRest)
  limit.allowed = limit.retry == 0
  limit.charge = function() limit.a, limit.b = fullUs, fullRest end
  limit.left = function()
    local missing = (limit.a + limit.b / units - now) * (units / per)
    local most = math.max(0, math.min(limit.burst, math.ceil(limit.burst - missing) + 1))
    while most > 0 and wait(plus(limit.a, limit.b, most)) > 0 do most = most - 1 end
    return most, limit.a - now + (limit.b > 0 and 1 or 0)
  end
end`;

/** Fields of the hash that each algorithm has. */
const FIELDS = `
local fields = { f = { 'a', 'b' }, w = { 'a' }, c = { 'a', 'b', 'c' }, t = { 'a', 'b' } }
local function written(limit, into)
  for _, field in ipairs(fields[limit.kind]) do
    into[#into + 1] = limit.kind .. limit.name .. field
    into[#into + 1] = whole(limit[field])
  end
end`;

/**
 * Decides on one call by all limits, and charges it to all or to none. The same script resets and blocks, because a
 * server that does not know a script is sent it once more: a command would overtake the calls before it.
 *
 * KEYS: hash of the key, its block, a sorted set for each sliding window, then the request if it has an id.
 * ARGV: 'reset'; or 'block', milliseconds; or 'consume' or 'peek', cost, milliseconds of a block after a denial or 0, milliseconds for which a request is
 * remembered or 0, then for each limit: kind, name, units, microseconds, burst.
 * Returns the number of keys that a reset has removed; or the milliseconds of the block or 0, then for each limit 'allowed,remaining,reset,retry', joined by ';'.
 */
export const DECIDE = defineScript(`
if ARGV[1] == 'reset' then return redis.call('UNLINK', unpack(KEYS)) end
if ARGV[1] == 'block' then return redis.call('SET', KEYS[2], '1', 'PX', ARGV[2]) end${ALGORITHMS}${FIELDS}
local consumes, cost = ARGV[1] == 'consume', tonumber(ARGV[2])
local blockMs, keepMs = tonumber(ARGV[3]), tonumber(ARGV[4])
local state, block = KEYS[1], KEYS[2]
if keepMs > 0 then
  local known = redis.call('GET', KEYS[#KEYS])
  if known then return known end
end

local limits, sets = {}, 2
local all = true
for i = 5, #ARGV, 5 do
  local limit = {
    kind = ARGV[i], name = ARGV[i + 1], units = tonumber(ARGV[i + 2]), per = tonumber(ARGV[i + 3]),
    burst = tonumber(ARGV[i + 4]), retry = 0
  }
  local names = {}
  for _, field in ipairs(fields[limit.kind]) do names[#names + 1] = limit.kind .. limit.name .. field end
  local values = redis.call('HMGET', state, unpack(names))
  for at, field in ipairs(fields[limit.kind]) do limit[field] = tonumber(values[at] or 0) end
  if limit.kind == 'w' then
    sets = sets + 1
    limit.key = KEYS[sets]
  end
  judges[limit.kind](limit, cost)
  all = all and limit.allowed
  limits[#limits + 1] = limit
end

local blocked = math.max(0, redis.call('PTTL', block))
local charged = all and blocked == 0
local reply, needMs = {}, 1
for at, limit in ipairs(limits) do
  if charged then limit.charge() end
  local remaining, reset = limit.left()
  needMs = math.max(needMs, math.ceil(reset / 1000) + 1)
  local retry = limit.allowed and 0 or limit.retry
  local numbers = { limit.allowed and '1' or '0', whole(math.max(0, remaining)), whole(reset), whole(retry) }
  reply[at] = table.concat(numbers, ',')
end
if not all and blocked == 0 and blockMs > 0 then
  blocked = blockMs
  if consumes then redis.call('SET', block, '1', 'PX', blockMs) end
end
local answer = whole(blocked) .. ';' .. table.concat(reply, ';')
if not consumes then return answer end

local changed = {}
for _, limit in ipairs(limits) do
  if charged or limit.repaired then
    if limit.added then limit.a = limit.a + limit.added end
    written(limit, changed)
  end
end
if #changed > 0 then redis.call('HSET', state, unpack(changed)) end
for _, limit in ipairs(limits) do
  if limit.kind == 'w' then
    if limit.added then
      for from = 1, limit.added, 1000 do
        local members = {}
        for unit = from, math.min(limit.added, from + 999) do
          members[#members + 1] = whole(now)
          members[#members + 1] = whole(limit.a - limit.added + unit)
        end
        redis.call('ZADD', limit.key, unpack(members))
      end
      redis.call('ZREMRANGEBYSCORE', limit.key, '-inf', whole(now - limit.per))
    end
    local future = redis.call('ZRANGEBYSCORE', limit.key, '(' .. whole(now), '+inf')
    for _, member in ipairs(future) do redis.call('ZADD', limit.key, whole(now), member) end
    local lifeMs = math.ceil(limit.per / 1000) + 1
    if limit.added or redis.call('PTTL', limit.key) == -1 then redis.call('PEXPIRE', limit.key, lifeMs) end
  end
end
local life = redis.call('PTTL', state)
if life == -1 or (charged and life < needMs) then redis.call('PEXPIRE', state, needMs) end
if charged and keepMs > 0 then redis.call('SET', KEYS[#KEYS], answer, 'PX', keepMs) end
return answer`);
