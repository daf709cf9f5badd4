import { type Runner, runLaws } from '../law.js';
import { deliveryLaws } from './delivery.laws.js';
import { endingLaws } from './ending.laws.js';
import { remoteLaws } from './remote.laws.js';
import { storingLaws } from './storing.laws.js';
import type { QueueLaw, QueueSubject } from './subject.js';

/** Promises of `IQueueSite`, one law per sentence. */
export const queueLaws: readonly QueueLaw[] = [...storingLaws, ...deliveryLaws, ...endingLaws, ...remoteLaws];

/** Runs the laws of `IQueueSite` against an implementation. */
export function queueContract(runner: Runner, subject: QueueSubject): void {
  runLaws(runner, queueLaws, subject);
}
