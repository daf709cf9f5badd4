import { findRedisServer } from './redis/server/find-redis.js';
import { openLedger, sweep } from './redis/server/process-ledger.js';

/** Before all tests: finds a Redis, or fails. After all: ends processes that a killed worker has left. */
export default function setup(): () => void {
  const ledger = openLedger();
  try {
    process.env.TEST_REDIS_SERVER ??= findRedisServer();
  } catch (error) {
    // With a server at hand only those tests fail that break servers, each saying what to install.
    if (process.env.TEST_REDIS_URL === undefined) throw error;
  }
  return () => void sweep(ledger);
}
