import { defineScript } from '../../redis/commands/script.js';

/**
 * Returns the token at a key, created if missing, with at least the requested life. A life is never shortened, because
 * another loader may rely on it. Without a life, a missing token stays missing. Tokens live for twice as long as
 * requested, so that most captures change nothing: a server that tells of changes tells of new lives, too.
 */
const CAPTURE = `
local function capture(key, fresh, life)
  local token = redis.call('GET', key)
  if life == '' then return token end
  if not token then
    redis.call('SET', key, fresh, 'PX', 2 * life)
    return fresh
  end
  if redis.call('PTTL', key) < tonumber(life) then redis.call('PEXPIRE', key, 2 * life) end
  return token
end`;

/**
 * Ending of every token that a server reports, so that what was captured from one run of a server is outdated in the
 * next: its replication id, which changes when it restarts and when it is promoted. `''` when failovers are trusted.
 * Read in the same step as the tokens: no link that is older, or newer, can tell them apart wrongly.
 */
const RUN = `
local function runOf(failover)
  if failover ~= 'suspect' then return '' end
  return '@' .. string.sub(string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)'), 1, 16)
end`;

/**
 * KEYS: entry, fence, lease for each name, then generations.  ARGV: number of names, fences to capture ('none',
 * 'absent', 'all'), life of captured tokens or '' to capture none, a new life for the entries or '', 'values' or '',
 * 'trust' or 'suspect', then a new token for each name and each generation. Returns value, remaining life, fence, holder of the lease for each
 * name, then the token of each generation; the life of an absent entry is -2.
 */
export const READ = defineScript(`${CAPTURE}${RUN}
local run = runOf(ARGV[6])
local answer = {}
local names = tonumber(ARGV[1])
for i = 1, names do
  local entry, fenceKey = KEYS[3 * i - 2], KEYS[3 * i - 1]
  local life = redis.call('PTTL', entry)
  answer[#answer + 1] = ARGV[5] ~= '' and redis.call('GET', entry)
  answer[#answer + 1] = life
  if life ~= -2 and ARGV[4] ~= '' then redis.call('PEXPIRE', entry, ARGV[4]) end
  local fence = false
  if ARGV[2] == 'all' or (ARGV[2] == 'absent' and life == -2) then
    fence = capture(fenceKey, ARGV[6 + i], ARGV[3]) .. run
  end
  answer[#answer + 1] = fence
  answer[#answer + 1] = redis.call('GET', KEYS[3 * i])
end
for i = 3 * names + 1, #KEYS do
  local token = capture(KEYS[i], ARGV[6 + i - 2 * names], ARGV[3])
  answer[#answer + 1] = token and token .. run
end
return answer`);

/**
 * KEYS: entries, then generations.  ARGV: number of entries. The same for a read that asks for values and lives only:
 * a third of the commands.
 */
export const READ_LIVES = defineScript(`
local answer = {}
local names = tonumber(ARGV[1])
for i = 1, names do
  answer[#answer + 1] = redis.call('GET', KEYS[i])
  answer[#answer + 1] = redis.call('PTTL', KEYS[i])
  answer[#answer + 1] = false
  answer[#answer + 1] = false
end
for i = names + 1, #KEYS do answer[#answer + 1] = redis.call('GET', KEYS[i]) end
return answer`);

/**
 * KEYS: entry, fence.  ARGV: bytes, life, captured fence or '', 'advance' or '', 'trust' or 'suspect'. Returns 1 when
 * stored. SET is the first write of the script: after another one, a full server would not refuse it.
 */
export const WRITE = defineScript(`${RUN}
if ARGV[3] ~= '' then
  local fence = redis.call('GET', KEYS[2])
  if not fence or fence .. runOf(ARGV[5]) ~= ARGV[3] then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if ARGV[4] ~= '' then redis.call('DEL', KEYS[2]) end
return 1`);

/** KEYS: entry, fence, entry, fence …  Returns the number of entries that were present. */
export const INVALIDATE = defineScript(`
local deleted = 0
for i = 1, #KEYS, 2 do
  deleted = deleted + redis.call('UNLINK', KEYS[i])
  redis.call('UNLINK', KEYS[i + 1])
end
return deleted`);

/** KEYS: lease.  ARGV: token, life. Returns 1 when the token holds the lease. */
export const ACQUIRE_LEASE = defineScript(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`);

/** KEYS: lease.  ARGV: token. Returns 1 when the token held the lease. */
export const RELEASE_LEASE = defineScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`);
