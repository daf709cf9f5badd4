import type { IClock } from '../../../interfaces/clock.js';
import type { ComponentHealth, HealthQuery, SiteHealthReport } from '../../../interfaces/health.js';
import { healthOf, worstOf } from '../../foundation/health.js';
import type { BoundEntry } from '../entry-table.js';

/** Default of the bound on the answer of one component, which may have to ask another. */
export const HEALTH_MS = 500;

/** A question to all components. */
interface BoundedQuery extends HealthQuery {
  readonly boundMs: number;
}

/** Asks the components of some entries how they are, all at once, and each of them once. */
export async function healthReport(
  entries: readonly BoundEntry[],
  clock: IClock,
  { boundMs, ...query }: BoundedQuery,
): Promise<SiteHealthReport> {
  const asked = new Map<object, ReturnType<typeof healthOf>>();
  const ask = (component: object) => {
    const answer = asked.get(component) ?? healthOf(component, clock, boundMs, query);
    asked.set(component, answer);
    return answer;
  };
  const components = await Promise.all(
    entries.map(async ({ description, name, component }): Promise<ComponentHealth> => {
      const { status, reasons } = await ask(component);
      return { interface: description.name, name, class: component.constructor?.name ?? '', status, reasons };
    }),
  );
  return { status: worstOf(components.map(({ status }) => status)), components };
}
