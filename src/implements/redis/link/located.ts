import type { IClock } from '../../../interfaces/clock.js';
import { PatientClock } from '../../foundation/clock/patient-clock.js';
import { within } from '../../foundation/waiting/within.js';
import { openTimeout } from '../driver/connect-error.js';
import { connectionClosed } from '../driver/unreachable.js';
import type { Endpoint } from '../endpoint.js';

/** Address of a server, or an error when it is not found in time: frozen Sentinels answer late. */
export function located(
  clock: IClock,
  where: Endpoint | Promise<Endpoint>,
  timeoutMs: number,
  signal: AbortSignal,
): Endpoint | Promise<Endpoint> {
  if (!(where instanceof Promise)) return where;
  const late = (): never => {
    throw openTimeout(timeoutMs);
  };
  const aborted = (): never => {
    throw connectionClosed();
  };
  return within(new PatientClock(clock), timeoutMs, where, { late, signal, aborted });
}
