import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'vitest';
import { eventually } from '../../time/eventually.js';
import { sweep } from './process-ledger.js';

describe('process ledger', () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  /** A process in one folder, and a ledger that records another folder for it. */
  function started(folder: string, noted: string): { pid: number; ledger: string; isGone: () => boolean } {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      cwd: folder,
      stdio: 'ignore',
    });
    ends.push(() => child.kill('SIGKILL'));
    const ledger = mkdtempSync(join(tmpdir(), 'inversify-cache-ledger-'));
    writeFileSync(join(ledger, String(child.pid)), noted);
    return {
      pid: child.pid as number,
      ledger,
      isGone: () => child.exitCode !== null || child.signalCode !== null,
    };
  }

  it('the ledger ends the processes of a killed worker, and removes its folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'inversify-cache-redis-'));
    mkdirSync(join(folder, 'inner'));
    const { ledger, isGone } = started(folder, folder);
    assert.equal(sweep(ledger), 1);
    await eventually('the process is gone', isGone);
    assert.equal(existsSync(folder), false);
    assert.equal(existsSync(ledger), false);
  });

  it('the ledger takes along what the workers of the run made together', () => {
    const ledger = mkdtempSync(join(tmpdir(), 'inversify-cache-ledger-'));
    mkdirSync(join(ledger, 'shared', 'package'), { recursive: true });
    assert.equal(sweep(ledger), 0);
    assert.equal(existsSync(ledger), false);
  });

  it('the ledger spares another process with the same id', async () => {
    const { ledger, pid } = started(tmpdir(), join(tmpdir(), 'inversify-cache-redis-of-ours'));
    assert.equal(sweep(ledger), 0);
    assert.ok(process.kill(pid, 0));
  });
});
