import { type Runner, runLaws } from '../law.js';
import { askingLaws } from './asking.laws.js';
import { blockingLaws } from './blocking.laws.js';
import { boundsLaws } from './bounds.laws.js';
import { channelLaws } from './channels.laws.js';
import { credentialsLaws } from './credentials.laws.js';
import { executeLaws } from './execute.laws.js';
import { lifecycleLaws } from './lifecycle.laws.js';
import { lossLaws } from './loss.laws.js';
import { pipelineLaws } from './pipeline.laws.js';
import { replicationLaws } from './replication.laws.js';
import { roomLaws } from './room.laws.js';
import { scriptLaws } from './script.laws.js';
import type { ConnectionLaw, ConnectionSubject } from './subject.js';
import { subscribeLaws } from './subscribe.laws.js';
import { transactionLaws } from './transaction.laws.js';

/** Promises of `IRedisConnection`, one law per sentence. */
export const connectionLaws: readonly ConnectionLaw[] = [
  ...executeLaws,
  ...pipelineLaws,
  ...transactionLaws,
  ...scriptLaws,
  ...replicationLaws,
  ...blockingLaws,
  ...subscribeLaws,
  ...channelLaws,
  ...askingLaws,
  ...boundsLaws,
  ...roomLaws,
  ...lifecycleLaws,
  ...credentialsLaws,
  ...lossLaws,
];

/** Runs the laws of `IRedisConnection` against an implementation. */
export function redisConnectionContract(runner: Runner, subject: ConnectionSubject): void {
  runLaws(runner, connectionLaws, subject);
}
