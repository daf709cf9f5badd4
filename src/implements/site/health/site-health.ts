import { z } from 'zod';
import type { IClock } from '../../../interfaces/clock.js';
import type { ComponentDefinition } from '../../../interfaces/component.js';
import type { IComponentSite } from '../../../interfaces/component-site.js';
import type {
  CheckedComponent,
  ComponentHealth,
  HealthCheckOptions,
  HealthReport,
  HealthStatus,
  IHealth,
  SiteHealthReport,
} from '../../../interfaces/health.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { timeOfDayText } from '../../foundation/clock/wall-time.js';
import { durationOption } from '../../foundation/options/duration.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { within } from '../../foundation/waiting/within.js';
import { HEALTH_MS } from './health-report.js';

/** Time for which answers of servers are reported again. */
const RECENT_MS = 1000;
/** Time for what needs no I/O. */
const AT_ONCE_MS = 1;

const declared = z
  .strictObject({})
  .describe('Health of all components of the site, for a readiness probe: `IHealth`.');

const checkOptions = z.strictObject({
  active: z.boolean().default(false),
  within: durationOption().default(HEALTH_MS),
  details: z.boolean().default(false),
});

/** Options of a `SiteHealth`. */
export interface SiteHealthOptions {
  /** Clock of the bounds, and of the second for which answers are kept. Default: the clock of the machine. */
  readonly clock?: IClock | undefined;
}

/** A status, and the first check that has found it. */
interface Standing {
  readonly status: HealthStatus;
  readonly since: string;
}

/**
 * Health of all components of a site.
 *
 * @example
 * ```ts
 * const health = site.getComponent(IHealth);
 * const server = createServer(async ({ url }, response) => {
 *   if (url !== '/ready') return void response.end('alive'); // Liveness: no question about Redis.
 *   const report = await health.check();
 *   const code = report.status === 'down' ? 503 : 200; // A cache that is degraded still serves.
 *   response.writeHead(code, { 'content-type': 'application/health+json' });
 *   response.end(JSON.stringify(healthJson(report)));
 * });
 * ```
 */
export class SiteHealth implements IHealth {
  static readonly component: ComponentDefinition<typeof declared, SiteHealth> = {
    options: declared,
    create: (site) => new SiteHealth(site),
  };

  readonly #site: IComponentSite;
  readonly #clock: IClock;
  /** Of each entry, by interface and name. */
  readonly #standings = new Map<string, Standing>();
  #asking: Promise<SiteHealthReport> | undefined;
  #askedUntil = 0;

  constructor(site: IComponentSite, { clock = new SystemClock() }: SiteHealthOptions = {}) {
    this.#site = site;
    this.#clock = clock;
  }

  async check(options: HealthCheckOptions = {}): Promise<HealthReport> {
    const { signal, ...given } = Object(options) as HealthCheckOptions;
    const { active, within: boundMs, details } = parseOptions(checkOptions, 'this check', given);
    if (signal?.aborted === true) throw abortError(signal);
    const asked = active ? this.#asked(boundMs) : this.#site.health({ active, within: boundMs });
    const report = await within(this.#clock, boundMs, asked, { late: () => undefined, signal });
    // A round that another check began may last longer than this one.
    return this.#report(report ?? (await this.#site.health({ active: false, within: AT_ONCE_MS })), details);
  }

  /** The answers of the servers: of a round that is under way, or ended within the last second, or a new one. */
  #asked(boundMs: number): Promise<SiteHealthReport> {
    if (this.#asking === undefined || this.#clock.now() >= this.#askedUntil) {
      this.#askedUntil = Number.POSITIVE_INFINITY;
      this.#asking = this.#site.health({ active: true, within: boundMs }).finally(() => {
        this.#askedUntil = this.#clock.now() + RECENT_MS;
      });
    }
    return this.#asking;
  }

  #report({ status, components }: SiteHealthReport, details: boolean): HealthReport {
    const found = components.map((component) => this.#checked(component, details));
    const keys = new Set(components.map(keyOf));
    for (const key of this.#standings.keys()) if (!keys.has(key)) this.#standings.delete(key);
    return { status, components: found };
  }

  #checked(component: ComponentHealth, details: boolean): CheckedComponent {
    const key = keyOf(component);
    const before = this.#standings.get(key);
    const { status, reasons } = component;
    const standing = before?.status === status ? before : { status, since: timeOfDayText() };
    this.#standings.set(key, standing);
    return { ...component, reasons: details ? reasons : [], since: standing.since };
  }
}

function keyOf({ interface: token, name }: ComponentHealth): string {
  return `${token} ${name}`;
}
