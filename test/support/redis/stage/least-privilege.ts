import { redisMajor } from '../server/redis-version.js';

/** Commands that a connection needs for itself: PING, and those of its advice. */
const CONNECTION = '+ping +info +time';
/** Additional command with Sentinels: it tells a master from a replica. */
const SENTINEL = '+role';
/** Additional commands in a cluster: they find the nodes, follow keys that move, and name the node that announces. */
const CLUSTER = '+cluster|slots +cluster|myid +asking';
/** Additional command with `readFrom: replica`. */
export const FROM_REPLICAS = '+readonly';
/** Commands that a user of the Sentinels themselves needs. */
export const AT_SENTINELS = '+ping +sentinel|master';
/** An `ICache`. */
const CACHE = '+get +mget +setex +psetex +unlink +exists +pttl +pexpire +scan';
/** Additional commands for the scripts of an `IFencedStore`. */
const FENCES = '+eval +evalsha +set +del';
/** Transactions and subscriptions, without the commands inside them. */
const STEPS = '+multi +exec +watch +unwatch +subscribe +psubscribe +unsubscribe +punsubscribe';
/** Commands of the scripts of a mutex, its wake-ups, and `minReplicas`. */
const MUTEX =
  '+eval +evalsha +get +mget +set +del +pttl +pexpire +zadd +zrem +zcard +zrange +zrevrange +zrangebyscore +zscore +zcount +publish +subscribe +unsubscribe +wait';
/** Commands of the script of a rate limiter, of its blocks, and of `reset`. */
const RATE_LIMITER =
  '+eval +evalsha +get +set +hmget +hset +pttl +pexpire +unlink +zadd +zcount +zrangebyscore +zrevrange +zremrangebyscore';
/** Commands of collections and of their scripts. */
const COLLECTIONS =
  '+eval +evalsha +pttl +pexpire +unlink +get +incrby +incrbyfloat +hget +hmget +hset +hdel +hexists +hlen +hgetall +hincrby +hincrbyfloat +hscan +lpush +rpush +lpop +rpop +blpop +brpop +llen +lrange +lindex +lrem +ltrim +sadd +srem +sismember +scard +srandmember +spop +sscan +sunion +sinter +sdiff +sunionstore +sinterstore +sdiffstore +zadd +zincrby +zscore +zrank +zrevrank +zrange +zrevrange +zrangebyscore +zrevrangebyscore +zrem +zremrangebyrank +zremrangebyscore +zcount +zcard +zscan';
/** Commands of the scripts of a queue, its wake-ups, and `minReplicas`. */
const QUEUE =
  '+eval +evalsha +get +set +exists +pexpire +unlink +hget +hmget +hset +hdel +hlen +hscan +hincrby +lpush +rpush +lpop +llen +lindex +zadd +zrem +zcard +zcount +zscore +zrange +zrevrange +zrangebyscore +zpopmax +publish +subscribe +unsubscribe +wait';
/** An `IKeyValue`, and the commands of its scripts. */
const KEY_VALUE =
  '+get +set +mget +unlink +exists +pttl +pexpire +persist +getex +incrby +scan +eval +type +hget +hset';
/** Commands of the scripts of a session store, and the iteration over the sessions of a user. */
const SESSIONS =
  '+eval +evalsha +time +hmget +hset +pttl +pexpire +unlink +exists +rename +zadd +zscore +zrem +zremrangebyscore +zrange +zscan';
/** Commands of the scripts of analytics. */
const ANALYTICS =
  '+eval +evalsha +time +get +mget +incrby +pexpire +pexpireat +pfadd +pfcount +hget +hlen +hincrby +hgetall +zscore +zcard +zpopmin +zincrby +zunion';
/** Additional command of a cache whose changes are announced to copies in memory. */
const FEED = '+publish';
/** An `IPubSub`. */
const PUB_SUB = '+publish +subscribe +psubscribe +unsubscribe +punsubscribe';
/** Additional commands of an `IPubSub` with `sharded`; Redis 6.2 does not know them. */
const SHARDED_PUB_SUB = '+spublish +ssubscribe +sunsubscribe +unsubscribe';
/** Commands of the application itself: here, of the laws of `IRedisConnection`. */
const OF_THE_LAWS = '+incr +append +rpush +lrange +llen +hset +hgetall +blpop';

/** Rules of a user that may do what a cache needs, and nothing else, below a prefix. */
export function cacheRules(prefix: string): string {
  return `~${prefix}* resetchannels ${CONNECTION} ${CACHE}`;
}

/** Rules of a user that may do what publish/subscribe needs, and nothing else, on channels below a prefix. */
export function pubSubRules(prefix: string): string {
  return `resetchannels &${prefix}* ${CONNECTION} ${PUB_SUB}`;
}

/** The same on sharded channels, which Redis has from 7.0 on. */
export function shardedPubSubRules(prefix: string, of: 'server' | 'cluster' = 'server'): string {
  const topology = of === 'cluster' ? ` ${CLUSTER}` : '';
  return `resetchannels &${prefix}* ${CONNECTION}${topology} ${SHARDED_PUB_SUB}`;
}

/** Rules of a user that may use mutexes below a prefix, and nothing else. */
export function mutexRules(prefix: string): string {
  return `~${prefix}* resetchannels &${prefix}* ${CONNECTION} ${MUTEX}`;
}

/** Rules of a user that may use queues below a prefix, and nothing else. */
export function queueRules(prefix: string): string {
  return `~${prefix}* resetchannels &${prefix}* ${CONNECTION} ${QUEUE}`;
}

/** Rules of a user that may use rate limiters below a prefix, and nothing else. */
export function rateLimiterRules(prefix: string): string {
  return `~${prefix}* resetchannels ${CONNECTION} ${RATE_LIMITER}`;
}

/** Rules of a user that may use collections below a prefix, and nothing else. */
export function collectionRules(prefix: string): string {
  return `~${prefix}* resetchannels ${CONNECTION} ${COLLECTIONS}`;
}

/** Rules of a user that may keep values by key below a prefix, and nothing else. */
export function keyValueRules(prefix: string): string {
  return `~${prefix}* resetchannels ${CONNECTION} ${KEY_VALUE}`;
}

/** Rules of a user that may use sessions below a prefix, and nothing else. */
export function sessionRules(prefix: string): string {
  return `~${prefix}* resetchannels ${CONNECTION} ${SESSIONS}`;
}

/** Rules of a user that may count events below a prefix, and nothing else. */
export function analyticsRules(prefix: string): string {
  return `~${prefix}* resetchannels ${CONNECTION} ${ANALYTICS}`;
}

/**
 * Rules of a user for whom all features work, and nothing else does, below a prefix. A user of Redis 6.2 starts with all
 * channels, next to which the server refuses a pattern; `resetchannels` takes them away first.
 */
export function leastPrivilege(prefix: string, of: 'server' | 'sentinel' | 'cluster' = 'server'): string {
  const topology = { server: '', sentinel: ` ${SENTINEL}`, cluster: ` ${CLUSTER}` }[of];
  const all = [
    CONNECTION + topology,
    CACHE,
    FENCES,
    FEED,
    STEPS,
    MUTEX,
    RATE_LIMITER,
    QUEUE,
    KEY_VALUE,
    COLLECTIONS,
    SESSIONS,
    ANALYTICS,
  ];
  const commands = new Set(all.join(' ').split(' '));
  return `~${prefix}* resetchannels &${prefix}* ${[...commands].join(' ')}`;
}

/**
 * The same, with the commands that the laws of `IRedisConnection` run on behalf of an application, and all channels: a
 * pattern may only be subscribed to where the rules name that very pattern.
 */
export function rulesOfTheLaws(prefix: string): string {
  const sharded = redisMajor() < 7 ? '' : ` ${SHARDED_PUB_SUB}`;
  return `${leastPrivilege(prefix)}${sharded} ${OF_THE_LAWS} allchannels`;
}
