import type { IClock } from '../../interfaces/clock.js';
import type { HealthQuery, HealthStatus } from '../../interfaces/health.js';
import type { RedisHealth } from '../../interfaces/redis-health.js';
import { within } from './waiting/within.js';

/** State of a component by its own account. */
export interface SelfReport {
  readonly status: HealthStatus;
  readonly reasons: readonly string[];
}

const UP: SelfReport = Object.freeze({ status: 'up', reasons: Object.freeze([]) });
const RANKS: readonly HealthStatus[] = ['up', 'degraded', 'down'];

/**
 * Asks a component how it is: by its `health`, if it has one, or by `connected`. One that has neither is up. Never
 * rejects.
 *
 * @param query  Passed on to the component.
 */
export async function healthOf(
  component: object,
  clock: IClock,
  boundMs: number,
  query?: HealthQuery,
): Promise<SelfReport> {
  try {
    const { health, connected } = component as { health?: unknown; connected?: unknown };
    if (typeof health === 'function') {
      const answer = Promise.resolve(health.call(component, query) as unknown);
      const late = () => degraded('its health() did not answer in time');
      const report = answer.then((given) => reportOf(given, query?.active === false));
      return await within(clock, boundMs, report, { late });
    }
    return connected === false ? degraded('it is not connected') : UP;
  } catch {
    return degraded('its health() failed');
  }
}

/** The worst of some states; `up` for none. */
export function worstOf(states: readonly HealthStatus[]): HealthStatus {
  return RANKS[Math.max(0, ...states.map((status) => RANKS.indexOf(status)))] ?? 'up';
}

/** Reads the health of a component, or of a connection to Redis; another result says nothing. */
function reportOf(answer: unknown, isPassive: boolean): SelfReport {
  const { status, reasons } = (answer ?? {}) as { status?: unknown; reasons?: unknown };
  if (RANKS.includes(status as HealthStatus) && Array.isArray(reasons)) {
    return { status: status as HealthStatus, reasons: reasons.map(String) };
  }
  const { pingMs, reason, required } = (answer ?? {}) as Partial<RedisHealth>;
  if (pingMs === undefined || reason === undefined) return UP;
  if (status === 'ready' && (isPassive || pingMs !== null)) return UP;
  const why = reason ?? 'no PING was answered in time';
  return { status: status === 'closed' || required === true ? 'down' : 'degraded', reasons: [why] };
}

function degraded(reason: string): SelfReport {
  return { status: 'degraded', reasons: [reason] };
}
