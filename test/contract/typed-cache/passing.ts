import { setImmediate } from 'node:timers/promises';
import type { OpenTyped } from './subject.js';

/** Bound on a promise that time should settle, for machines that are slow for a moment. */
const STUCK_MS = 5000;

/** Waits until all pending microtasks and immediates have run. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await setImmediate();
}

/**
 * Lets this much time pass, after which the promise must have settled: immediately on a manual clock, soon on a real
 * server.
 */
export async function passing<T>(
  opened: OpenTyped,
  ms: number,
  what: string,
  promise: Promise<T>,
): Promise<T> {
  let settled = false;
  const watched = promise.finally(() => {
    settled = true;
  });
  watched.catch(() => undefined);
  await turns();
  // In steps, for what a step starts may wait for the next.
  const stepMs = Math.max(1, Math.min(20, ms / 10));
  for (let passed = 0; passed < ms && !settled; passed += stepMs) {
    await opened.advance(stepMs);
    await turns();
  }
  if (opened.still) for (let more = 0; more < 20 && !settled; more += 1) await turns();
  const end = performance.now() + (opened.still ? 0 : STUCK_MS);
  while (!settled && performance.now() < end) await setImmediate();
  if (!settled) throw new Error(`${what} had not settled when ${ms} ms had passed`);
  return promise;
}
