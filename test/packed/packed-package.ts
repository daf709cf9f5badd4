import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Checkout } from '../house/checkout.js';
import { mustRun } from '../house/command.js';
import { ROOT } from '../house/source-tree.js';
import { once } from '../support/processes/once.js';

const TARBALL = 'inversify-cache.tgz';

/** The package as npm publishes it, and applications that have installed it. */
export class PackedPackage {
  /** Folder of the applications. */
  readonly workshop: string;
  readonly tarball: string;
  /** Content of the tarball, which other files test, too: not to be changed. */
  readonly unpacked: string;

  private constructor(folder: string) {
    this.workshop = mkdtempSync(join(tmpdir(), 'inversify-cache-package-'));
    this.tarball = join(folder, TARBALL);
    this.unpacked = join(folder, 'package');
  }

  /** Packs the package, once a run. */
  static async pack(): Promise<PackedPackage> {
    const folder = await once('package', async (empty) => {
      const checkout = new Checkout();
      try {
        await mustRun('npm', ['pack', '--silent', '--pack-destination', empty], { cwd: checkout.folder });
        const [name = 'none'] = readdirSync(empty).filter((file) => file.endsWith('.tgz'));
        renameSync(join(empty, name), join(empty, TARBALL));
        await mustRun('tar', ['-xzf', TARBALL], { cwd: empty });
      } finally {
        checkout.remove();
      }
    });
    return new PackedPackage(folder);
  }

  /** A folder in which the package is installed, with these packages of this repository and no others. */
  application(name: string, packages: readonly string[]): string {
    const folder = this.place(name, packages);
    cpSync(this.unpacked, join(folder, 'node_modules', 'inversify-cache'), { recursive: true });
    return folder;
  }

  /** A folder in which these packages of this repository are installed, and the package is not. */
  place(name: string, packages: readonly string[]): string {
    const folder = join(this.workshop, name);
    mkdirSync(folder, { recursive: true });
    for (const dependency of packages) {
      const link = join(folder, 'node_modules', dependency);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', dependency), link, 'junction');
    }
    return folder;
  }

  remove(): void {
    rmSync(this.workshop, { recursive: true, force: true });
  }
}
