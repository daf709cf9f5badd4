import { type Runner, runLaws } from './law.js';
import { askingLaws } from './redis-connection/asking.laws.js';
import { blockingLaws } from './redis-connection/blocking.laws.js';
import { boundsLaws } from './redis-connection/bounds.laws.js';
import { credentialsLaws } from './redis-connection/credentials.laws.js';
import { executeLaws } from './redis-connection/execute.laws.js';
import { lifecycleLaws } from './redis-connection/lifecycle.laws.js';
import { pipelineLaws } from './redis-connection/pipeline.laws.js';
import { scriptLaws } from './redis-connection/script.laws.js';
import type { ConnectionLaw, ConnectionSubject } from './redis-connection/subject.js';
import { subscribeLaws } from './redis-connection/subscribe.laws.js';
import { transactionLaws } from './redis-connection/transaction.laws.js';

/** What `IRedisConnection` promises, a sentence a law. */
export const connectionLaws: readonly ConnectionLaw[] = [
  ...executeLaws,
  ...pipelineLaws,
  ...transactionLaws,
  ...scriptLaws,
  ...blockingLaws,
  ...subscribeLaws,
  ...askingLaws,
  ...boundsLaws,
  ...lifecycleLaws,
  ...credentialsLaws,
];

/** Runs the laws of `IRedisConnection` against an implementation. */
export function redisConnectionContract(runner: Runner, subject: ConnectionSubject): void {
  runLaws(runner, connectionLaws, subject);
}
