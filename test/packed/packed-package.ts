import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Checkout } from '../house/checkout.js';
import { mustRun } from '../house/command.js';
import { ROOT } from '../house/source-tree.js';

/** The package as npm publishes it, and applications that have installed it. */
export class PackedPackage {
  /** Folder of everything that is made here. */
  readonly workshop: string;
  readonly tarball: string;
  /** Content of the tarball. */
  readonly unpacked: string;

  private constructor(workshop: string, tarball: string) {
    this.workshop = workshop;
    this.tarball = tarball;
    this.unpacked = join(workshop, 'package');
  }

  static async pack(): Promise<PackedPackage> {
    const workshop = mkdtempSync(join(tmpdir(), 'inversify-cache-package-'));
    const checkout = new Checkout();
    try {
      await mustRun('npm', ['pack', '--silent', '--pack-destination', workshop], { cwd: checkout.folder });
      const [name = 'none'] = readdirSync(workshop).filter((file) => file.endsWith('.tgz'));
      const packed = new PackedPackage(workshop, join(workshop, name));
      await mustRun('tar', ['-xzf', packed.tarball, '-C', workshop], { cwd: workshop });
      return packed;
    } finally {
      checkout.remove();
    }
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
