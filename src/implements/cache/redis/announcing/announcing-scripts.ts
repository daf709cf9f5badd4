import type { RedisScript } from '../../../../interfaces/redis-command.js';
import { defineScript } from '../../../redis/commands/script.js';

/** KEYS: keys of a command.  ARGV: its name, then its other words. */
export const CHANGE = defineScript(`
local words = {ARGV[1]}
for i = 1, #KEYS do words[i + 1] = KEYS[i] end
for i = 2, #ARGV - 2 do words[#words + 1] = ARGV[i] end
return redis.call(unpack(words))`);

/** KEYS: entries.  ARGV: SETEX or PSETEX, life, then the bytes of each entry. */
export const SET_ALL = defineScript(`
for i = 1, #KEYS do redis.call(ARGV[1], KEYS[i], ARGV[2], ARGV[2 + i]) end
return redis.status_reply('OK')`);

/** Changes nothing, and is announced. */
export const ALL = defineScript(`return 'all'`);

/** First word of the error of a change that was made, and that the user may not announce. */
export const UNANNOUNCED = 'UNANNOUNCED';

/**
 * Conditions under which a change is announced. `changed`: the reply 0 means that nothing was found to change.
 * `always`: also then, because copies elsewhere may have outlived an entry that was evicted. `shortened`: `READ` has
 * replaced a life by a shorter one, so copies elsewhere believe in a longer one.
 */
const CONDITIONS = {
  changed: 'answer ~= 0',
  always: 'true',
  shortened: `(function()
  for i = 1, tonumber(ARGV[1]) do
    local life = answer[4 * i - 2]
    if life == -1 or life > tonumber(ARGV[4]) then return true end
  end
end)()`,
};

export type AnnouncedWhen = keyof typeof CONDITIONS;

/**
 * Adds the announcement to a script: its last two arguments are a channel and a message, which is published in the same
 * step. A channel that ends in NUL is completed by the id of the node that runs
 * the script.
 */
export function announced(script: RedisScript, when: AnnouncedWhen): RedisScript {
  return defineScript(`local function change()
${script.source}
end
local answer = change()
if ${CONDITIONS[when]} then
  local channel = ARGV[#ARGV - 1]
  local place = ''
  if string.byte(channel, -1) == 0 then place = redis.pcall('CLUSTER', 'MYID') end
  local sent = type(place) == 'table' and place or redis.pcall('PUBLISH', channel .. place, ARGV[#ARGV])
  if type(sent) == 'table' then return redis.error_reply('${UNANNOUNCED} ' .. sent.err) end
end
return answer`);
}
