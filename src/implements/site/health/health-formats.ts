import type { CheckedComponent, HealthReport, HealthStatus } from '../../../interfaces/health.js';

/** One entry of `checks` in a document of health. */
export interface HealthCheckJson {
  readonly status: 'pass' | 'warn' | 'fail';
  /** Since when, in ISO 8601. */
  readonly time: string;
  /** Reasons, with `details`. */
  readonly output?: string;
}

/** Document of the type `application/health+json`. */
export interface HealthJson {
  readonly status: 'pass' | 'warn' | 'fail';
  /** By interface and name, such as `ICache Redis:status`. */
  readonly checks: Readonly<Record<string, readonly HealthCheckJson[]>>;
}

/** Document in the form of the health endpoint of Spring Boot Actuator. */
export interface ActuatorHealth {
  readonly status: 'UP' | 'DOWN';
  /** By interface and name, such as `ICache Redis`. */
  readonly components: Readonly<
    Record<string, { readonly status: 'UP' | 'DOWN'; readonly details: Readonly<Record<string, unknown>> }>
  >;
}

const JSON_STATUS: Readonly<Record<HealthStatus, HealthJson['status']>> = {
  up: 'pass',
  degraded: 'warn',
  down: 'fail',
};

/**
 * Turns a report into the document of the draft for `application/health+json`; a degraded component is `warn`. The HTTP
 * status is 200, and 503 for `fail`.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06
 */
export function healthJson({ status, components }: HealthReport): HealthJson {
  const checks = components.map((component): [string, HealthCheckJson[]] => {
    const { reasons, since } = component;
    const output = reasons.length === 0 ? {} : { output: reasons.join('; ') };
    const check = { status: JSON_STATUS[component.status], time: since, ...output };
    return [`${entryText(component)}:status`, [check]];
  });
  return { status: JSON_STATUS[status], checks: Object.fromEntries(checks) };
}

/**
 * Turns a report into the document that the health endpoint of Spring Boot Actuator gives, for monitors that read it. It
 * knows no degraded state: such a component is `UP`, with `degraded: true` in its details.
 *
 * @see https://docs.spring.io/spring-boot/api/rest/actuator/health.html
 */
export function actuator({ status, components }: HealthReport): ActuatorHealth {
  const entries = components.map((component) => {
    const { reasons, since } = component;
    const degraded = component.status === 'degraded' ? { degraded: true } : {};
    const why = reasons.length === 0 ? {} : { reasons };
    const details = { class: component.class, since: since, ...degraded, ...why };
    return [entryText(component), { status: actuatorStatus(component.status), details }];
  });
  return { status: actuatorStatus(status), components: Object.fromEntries(entries) };
}

function actuatorStatus(status: HealthStatus): 'UP' | 'DOWN' {
  return status === 'down' ? 'DOWN' : 'UP';
}

function entryText({ interface: token, name }: CheckedComponent): string {
  return name === '' ? token : `${token} ${name}`;
}
