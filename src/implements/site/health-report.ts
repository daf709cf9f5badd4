import type { IClock } from '../../interfaces/clock.js';
import type { ComponentHealth, SiteHealthReport } from '../../interfaces/health.js';
import { healthOf, worstOf } from '../foundation/health.js';
import type { BoundEntry } from './entry-table.js';

/** Bound on the answer of one component, which may have to ask another. */
const HEALTH_MS = 500;

/** Asks the components of some entries how they are, all at once, and each of them once. */
export async function healthReport(entries: readonly BoundEntry[], clock: IClock): Promise<SiteHealthReport> {
  const asked = new Map<object, ReturnType<typeof healthOf>>();
  const ask = (component: object) => {
    const answer = asked.get(component) ?? healthOf(component, clock, HEALTH_MS);
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
