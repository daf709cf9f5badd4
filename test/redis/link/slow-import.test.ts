import { describe, expect, it, vi } from 'vitest';
import { connection, server } from '../../support/redis/stage/connection-rig.js';
import { eventually } from '../../support/time/eventually.js';

const CONNECT_TIMEOUT_MS = 300;

// The import takes much longer than a server may.
vi.mock('redis', async (original) => {
  const startedAt = performance.now();
  await eventually('it is loaded', () => performance.now() - startedAt > 3 * CONNECT_TIMEOUT_MS);
  return original();
});

describe('import of the driver', () => {
  it('a slow import of the driver uses up no connectTimeout', async () => {
    const { port } = await server();
    const { redis } = connection({ port, connectTimeout: CONNECT_TIMEOUT_MS, required: true });
    const startedAt = performance.now();
    await redis.start();
    expect(performance.now() - startedAt).toBeGreaterThan(CONNECT_TIMEOUT_MS);
    expect(redis.status).toBe('ready');
  });
});
