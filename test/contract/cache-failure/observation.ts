import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { eventually } from '../../support/time/eventually.js';
import type { OpenFailing } from './subject.js';

const CHANNEL = 'inversify-cache:degraded';

/** Messages on the diagnostics channel of degraded answers while a step runs. */
export async function publishedDuring(step: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const messages: Record<string, unknown>[] = [];
  const listen = (message: unknown): void => void messages.push(message as Record<string, unknown>);
  subscribe(CHANNEL, listen);
  try {
    await step();
  } finally {
    unsubscribe(CHANNEL, listen);
  }
  return messages;
}

/** The server is gone, and the cache knows it. */
export async function lose({ server, isLost }: OpenFailing): Promise<void> {
  await server.kill();
  await eventually('the cache notices that its server is gone', isLost);
}

/** Keeps the event loop busy, as a computation of the application does. */
export function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
