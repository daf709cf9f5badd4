import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './source-tree.js';

/** Parts of a fresh clone that building and packing need. */
const PARTS = [
  ...['src', 'config', 'docs', 'examples'],
  ...['package.json', 'tsconfig.json', 'tsconfig.build.json', 'tsconfig.examples.json', 'rolldown.config.ts'],
  ...['README.md', 'CHANGELOG.md', 'LICENSE'],
];

/** A copy of the repository in its state after `npm ci`, before a build. */
export class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), 'inversify-cache-checkout-'));

  constructor() {
    for (const part of PARTS) {
      const from = join(ROOT, part);
      if (existsSync(from)) cpSync(from, join(this.folder, part), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
