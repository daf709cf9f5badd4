import { subscribe, unsubscribe } from 'node:diagnostics_channel';

const CHANNEL = 'inversify-cache:degraded';

/** What is published on the channel of degraded answers while a step runs. */
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

/** Keeps the event loop busy, as a computation of the application does. */
export function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
