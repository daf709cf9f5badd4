import { type Bounds, type Call, type Fault, type History, VERSIONS_A_LIFE } from './history.js';

/** Ages of what was read while nothing was wrong. */
const HEALTHY_P99_MS = 250;
const HEALTHY_MAX_MS = 1000;
/** Number of breaches of a rule that are described. */
const SHOWN = 3;

export type Rule =
  | 'invented'
  | 'refused'
  | 'age'
  | 'resurrection'
  | 'healthy age'
  | 'own changes'
  | 'backwards'
  | 'cross-talk'
  | 'convergence'
  | 'vacuous'
  | 'slow';

export interface Verdict {
  /** Breaches, by rule. */
  readonly breaches: ReadonlyMap<Rule, readonly string[]>;
  readonly reads: number;
  readonly healthyP99Ms: number;
  readonly healthyMaxMs: number;
  readonly oldestMs: number;
  readonly hotShare: number;
}

/** Changes of one key, which has one writer: the order of versions is the order of its calls. */
class KeyHistory {
  readonly #byVersion = new Map<number, Call>();
  /** Acknowledged changes, and for each the time from which a newer one than it is acknowledged. */
  readonly #acknowledged: readonly Call[];
  readonly #lastOfLife = new Map<number, number>();

  constructor(changes: readonly Call[]) {
    for (const change of changes) {
      this.#byVersion.set(change.version, change);
      const life = Math.floor(change.version / VERSIONS_A_LIFE);
      this.#lastOfLife.set(life, Math.max(this.#lastOfLife.get(life) ?? 0, change.version));
    }
    this.#acknowledged = changes
      .filter(({ outcome }) => outcome === 'ok')
      .sort((one, other) => one.version - other.version);
  }

  of(version: number): Call | undefined {
    return this.#byVersion.get(version);
  }

  /** First acknowledged change that is newer than a version, by the time of its acknowledgement. */
  firstNewer(version: number): Call | undefined {
    let first: Call | undefined;
    for (const change of this.#acknowledged)
      if (change.version > version && (first === undefined || change.completedAt < first.completedAt))
        first = change;
    return first;
  }

  /** A removal, newer than a version, that was acknowledged before a time. */
  removedAfter(version: number, before: number): boolean {
    return this.#acknowledged.some(
      (change) => change.kind === 'delete' && change.version > version && change.completedAt < before,
    );
  }
}

/** Judges what processes have read, from the record alone. */
export function check(history: History, bounds: Bounds): Verdict {
  const breaches = new Map<Rule, string[]>();
  const breach = (rule: Rule, text: string): void => {
    const texts = breaches.get(rule) ?? [];
    if (texts.length < SHOWN) texts.push(text);
    breaches.set(rule, texts);
  };
  const reads = history.calls.filter(({ kind }) => kind === 'read');
  const keys = keyHistories(history.calls);
  const seen = new Map<string, { version: number; completedAt: number }[]>();
  const healthy: number[] = [];
  let oldestMs = 0;
  for (const read of reads.sort((one, other) => one.invokedAt - other.invokedAt)) {
    const { node, key, version, invokedAt, completedAt, outcome } = read;
    if (outcome === 'foreign') breach('cross-talk', text(read));
    if (outcome !== 'ok' || version === 0) continue; // A miss is always allowed.
    const changes = keys.get(key);
    const written = changes?.of(version);
    if (written === undefined || written.kind !== 'write' || written.invokedAt > completedAt) {
      breach('invented', text(read));
      continue;
    }
    if (written.outcome === 'refused' || written.outcome === 'not-sent') breach('refused', text(read));
    // A change without an answer may be made at any later time, and is the newest one then.
    if (written.outcome !== 'ok') continue;
    const newer = changes?.firstNewer(version);
    const ageMs = newer === undefined ? 0 : Math.max(0, invokedAt - newer.completedAt);
    oldestMs = Math.max(oldestMs, ageMs);
    const limitMs = bounds.stalenessMs + bounds.slackMs;
    if (ageMs > limitMs) breach('age', `${text(read)}, ${Math.round(ageMs)} ms after a newer one`);
    if (changes?.removedAfter(version, invokedAt - limitMs)) breach('resurrection', text(read));
    if (isHealthy(history.faults, invokedAt, bounds.settleMs)) healthy.push(ageMs);
    if (newer !== undefined && newer.node === node && ageMs > 0) breach('own changes', text(read));
    const before = seen.get(`${node} ${key}`) ?? [];
    if (before.some((one) => one.completedAt < invokedAt && one.version > version)) {
      breach('backwards', text(read));
    }
    if (version > (before.at(-1)?.version ?? 0)) before.push({ version, completedAt });
    seen.set(`${node} ${key}`, before);
  }
  for (const call of history.calls) {
    const ms = call.completedAt - call.invokedAt;
    if (ms > bounds.callMs && !isSuspended(history.faults, call)) breach('slow', `${text(call)}: ${ms} ms`);
  }
  for (const { key, store, nodes } of history.final)
    if (nodes.some((version) => version !== store)) breach('convergence', `${key}: ${store}, ${nodes}`);
  const hotShare = shareOf(history);
  if (hotShare < bounds.hotShare) breach('vacuous', `${hotShare} of the reads were from copies`);
  if (healthy.length === 0) breach('vacuous', 'no read was made while nothing was wrong');
  for (const [kind, count] of Object.entries(history.effects))
    if (count === 0) breach('vacuous', `${kind} was not seen to matter`);
  healthy.sort((one, other) => one - other);
  const healthyP99Ms = healthy[Math.floor(healthy.length * 0.99)] ?? 0;
  const healthyMaxMs = healthy.at(-1) ?? 0;
  if (healthyP99Ms > HEALTHY_P99_MS) breach('healthy age', `p99 ${healthyP99Ms} ms`);
  if (healthyMaxMs > HEALTHY_MAX_MS) breach('healthy age', `max ${healthyMaxMs} ms`);
  return { breaches, reads: reads.length, healthyP99Ms, healthyMaxMs, oldestMs, hotShare };
}

function keyHistories(calls: readonly Call[]): Map<string, KeyHistory> {
  const changes = new Map<string, Call[]>();
  for (const call of calls) {
    if (call.kind === 'read') continue;
    const own = changes.get(call.key);
    if (own === undefined) changes.set(call.key, [call]);
    else own.push(call);
  }
  return new Map([...changes].map(([key, own]) => [key, new KeyHistory(own)]));
}

function isHealthy(faults: readonly Fault[], at: number, settleMs: number): boolean {
  return !faults.some(({ from, until }) => at >= from && at <= until + settleMs);
}

/** A process that was suspended, or shared the machine with one that started, cannot answer in time. */
function isSuspended(faults: readonly Fault[], { invokedAt, completedAt, node }: Call): boolean {
  return faults.some(
    ({ kind, from, until }) => kind === `suspend ${node}` && from <= completedAt && until >= invokedAt,
  );
}

function shareOf({ shares }: History): number {
  const copies = shares.reduce((sum, { fromCopies }) => sum + fromCopies, 0);
  const all = shares.reduce((sum, { fromStore }) => sum + fromStore, copies);
  return all === 0 ? 0 : copies / all;
}

function text({ node, kind, key, version, invokedAt }: Call): string {
  return `${node} ${kind} ${key} version ${version} at ${Math.round(invokedAt)}`;
}
