import { type Runner, runLaws } from '../law.js';
import { deliveryLaws } from './delivery.laws.js';
import type { PubSubLaw, PubSubSubject } from './subject.js';
import { subscriptionLaws } from './subscription.laws.js';

/** Promises of `IPubSub`, one law per sentence. */
export const pubSubLaws: readonly PubSubLaw[] = [...deliveryLaws, ...subscriptionLaws];

/** Runs the laws of `IPubSub` against an implementation. */
export function pubSubContract(runner: Runner, subject: PubSubSubject): void {
  runLaws(runner, pubSubLaws, subject);
}
