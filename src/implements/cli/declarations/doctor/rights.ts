import { OperationError } from '../../../../interfaces/errors.js';
import type { Finding, Patient } from './finding.js';

/** Commands of a class with the fewest arguments that they take: K is a key of it, C a channel. */
export const COMMANDS_OF: Readonly<Record<string, string>> = {
  RedisCache: 'GET K|MGET K|SETEX K 1 v|PSETEX K 1 v|UNLINK K|EXISTS K|PTTL K|PEXPIRE K 1|SCAN 0',
  TypedCache: 'EVAL s 1 K|EVALSHA s 1 K|SET K v|DEL K',
  RedisMutexSite:
    'EVAL s 1 K|EVALSHA s 1 K|GET K|MGET K|SET K v|DEL K|PTTL K|PEXPIRE K 1|ZADD K 1 m|ZREM K m|ZCARD K|ZRANGE K 0 1|ZREVRANGE K 0 1|ZRANGEBYSCORE K 0 1|ZSCORE K m|ZCOUNT K 0 1|PUBLISH C m|SUBSCRIBE C|UNSUBSCRIBE|WAIT 0 1',
  RedisRateLimiter:
    'EVAL s 1 K|EVALSHA s 1 K|GET K|SET K v|HMGET K f|HSET K f v|PTTL K|PEXPIRE K 1|UNLINK K|ZADD K 1 m|ZCOUNT K 0 1|ZRANGEBYSCORE K 0 1|ZREVRANGE K 0 1|ZREMRANGEBYSCORE K 0 1',
  RedisQueueSite:
    'EVAL s 1 K|EVALSHA s 1 K|GET K|SET K v|EXISTS K|PEXPIRE K 1|UNLINK K|HGET K f|HMGET K f|HSET K f v|HDEL K f|HLEN K|HSCAN K 0|HINCRBY K f 1|LPUSH K v|RPUSH K v|LPOP K|LLEN K|LINDEX K 0|ZADD K 1 m|ZREM K m|ZCARD K|ZCOUNT K 0 1|ZSCORE K m|ZRANGE K 0 1|ZREVRANGE K 0 1|ZRANGEBYSCORE K 0 1|ZPOPMAX K|PUBLISH C m|SUBSCRIBE C|UNSUBSCRIBE|WAIT 0 1',
  RedisKeyValue:
    'GET K|SET K v|MGET K|UNLINK K|EXISTS K|PTTL K|PEXPIRE K 1|PERSIST K|GETEX K|INCRBY K 1|SCAN 0|EVAL s 1 K|TYPE K|HGET K f|HSET K f v',
  RedisSessionStore:
    'EVAL s 1 K|EVALSHA s 1 K|TIME|HMGET K f|HSET K f v|PTTL K|PEXPIRE K 1|UNLINK K|EXISTS K|RENAME K K|ZADD K 1 m|ZSCORE K m|ZREM K m|ZREMRANGEBYSCORE K 0 1|ZRANGE K 0 1|ZSCAN K 0',
  RedisAnalytics:
    'EVAL s 1 K|EVALSHA s 1 K|TIME|GET K|MGET K|INCRBY K 1|PEXPIRE K 1|PEXPIREAT K 1|PFADD K|PFCOUNT K|HGET K f|HLEN K|HINCRBY K f 1|HGETALL K|ZSCORE K m|ZCARD K|ZPOPMIN K|ZINCRBY K 1 m|ZUNION 1 K',
};

/** Commands of every connection: its check of the server, and its advice. */
const OF_CONNECTIONS = 'PING|INFO|TIME';

/** Asks the server which commands of the components it would refuse; runs none of them. */
export async function rightsCheck({ connection, users, signal }: Patient): Promise<Finding> {
  const check = 'rights';
  let user: string;
  try {
    user = String(await connection.execute(['ACL', 'WHOAMI'], { reply: 'text', signal }));
    const refused = new Set<string>();
    const places = new Set<string>();
    for (const [prefix, command] of commandsOf(users)) {
      const words = command.map((word) => word.replace(/^[KC]$/, `${prefix}doctor`));
      const reply = await connection.execute(['ACL', 'DRYRUN', user, ...words], { reply: 'text', signal });
      if (reply === 'OK') continue;
      if (/\bcommand\b/.test(String(reply))) refused.add(`+${words[0]?.toLowerCase()}`);
      else places.add(/channel/.test(String(reply)) ? `&${prefix}*` : `~${prefix}*`);
    }
    const rules = [...places, ...refused];
    if (rules.length === 0) return { check, status: 'ok', message: `user ${user} may do what is needed` };
    const commands = [...refused].map((rule) => rule.slice(1).toUpperCase()).join(', ');
    const missing = commands === '' ? 'the keys or channels of a component' : commands;
    return {
      check,
      status: 'fail',
      cause: 'rights',
      message: `user ${user} may not use ${missing}`,
      remedy: `ACL SETUSER ${user} ${rules.join(' ')}`,
    };
  } catch (error) {
    if (!OperationError.is(error) || error.outcome !== 'refused') throw error;
    const isUnknown = error.reason !== 'NOPERM';
    return {
      check,
      status: 'warn',
      message: isUnknown
        ? 'the server does not tell rights: ACL DRYRUN exists from Redis 7.0 on'
        : 'not permitted: rights were not checked',
      remedy: isUnknown
        ? 'compare the user with the rules in docs/redis.md'
        : 'grant +acl|whoami +acl|dryrun for this check',
    };
  }
}

function commandsOf(users: Patient['users']): (readonly [prefix: string, command: string[]])[] {
  const lines = users.map((user) => [user.prefix, COMMANDS_OF[user.class] ?? ''] as const);
  return [['', OF_CONNECTIONS] as const, ...lines].flatMap(([prefix, text]) =>
    text === '' ? [] : text.split('|').map((command) => [prefix, command.split(' ')] as const),
  );
}
