import { type Runner, runLaws } from '../law.js';
import { lifeLaws } from './life.laws.js';
import { sessionLaws } from './session.laws.js';
import type { SessionLaw, SessionSubject } from './subject.js';
import { userLaws } from './user.laws.js';

/** Promises of `ISessionStore`, one law per sentence. */
export const sessionStoreLaws: readonly SessionLaw[] = [...sessionLaws, ...lifeLaws, ...userLaws];

/** Runs the laws of `ISessionStore` against an implementation. */
export function sessionStoreContract(runner: Runner, subject: SessionSubject): void {
  runLaws(runner, sessionStoreLaws, subject);
}
