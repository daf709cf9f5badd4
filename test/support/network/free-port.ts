import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Ports below the kernel's ephemeral range; the cluster bus port of each is 10 000 above it. */
const FIRST = 10_000;
const LAST = 19_999;
/** One file for each reserved port, with the process that holds it: tests of several runs share the machine. */
const RESERVATIONS = join(tmpdir(), 'inversify-cache-ports');

/**
 * Returns a port that is free at this moment, outside the kernel's ephemeral range: a client on an ephemeral port could
 * hold it when a killed server needs it again, or could connect to itself while the server is down.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST + 1);
    if (!isReserved(port) && (await isFree(port))) return port;
  }
}

/** Returns a free port that no other test gets until `releasePort`, whether anything listens there or not. */
export async function reservePort(): Promise<number> {
  mkdirSync(RESERVATIONS, { recursive: true });
  for (;;) {
    const port = await freePort();
    try {
      writeFileSync(fileOf(port), String(process.pid), { flag: 'wx' });
      return port;
    } catch {
      // Another process was faster.
    }
  }
}

export function releasePort(port: number): void {
  rmSync(fileOf(port), { force: true });
}

/** True if nothing listens at a port of the loopback. */
export function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

function fileOf(port: number): string {
  return join(RESERVATIONS, String(port));
}

/** A reservation counts as long as its process lives; that of a dead one is removed. */
export function isReserved(port: number): boolean {
  try {
    process.kill(Number(readFileSync(fileOf(port), 'utf8')), 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') releasePort(port);
    return false;
  }
}
