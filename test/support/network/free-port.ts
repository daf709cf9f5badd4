import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Ports below the kernel's ephemeral range; the cluster bus port of each is 11 000 above it. */
const FIRST = 10_000;
const LAST = 20_999;

/**
 * Returns a port that is free at this moment, outside the kernel's ephemeral range: a client on an ephemeral port could
 * hold it when a killed server needs it again, or could connect to itself while the server is down.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST + 1);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
