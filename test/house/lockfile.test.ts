import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { ROOT } from './source-tree.js';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const LOCKS = [
  'package-lock.json',
  ...['bench', 'ecosystem', 'mutation', 'packed'].map((folder) => `test/${folder}/package-lock.json`),
];

describe.each(LOCKS)('%s', (path) => {
  const { packages } = JSON.parse(read(path)) as Lock;
  const paths = Object.keys(packages).filter((name) => name !== '');

  it('the lock file names no host, so that every user installs from their own registry', () => {
    assert.deepEqual(
      paths.filter((name) => packages[name]?.resolved !== undefined),
      [],
    );
    assert.doesNotMatch(read(path), /https?:[^"]*\.tgz/);
  });

  it('the lock file pins every package by its hash', () => {
    const isPinned = ({ version, integrity }: LockedPackage): boolean =>
      version !== undefined && integrity?.startsWith('sha512-') === true;
    assert.deepEqual(
      paths.filter((name) => !isPinned(packages[name] ?? {})),
      [],
    );
  });
});

describe('package.json', () => {
  const lock = JSON.parse(read('package-lock.json')) as Lock;
  const manifest = JSON.parse(read('package.json')) as LockedPackage & {
    readonly scripts: Readonly<Record<string, string>>;
  };

  it('package.json agrees with the lock file', () => {
    const root = lock.packages[''];
    for (const group of ['dependencies', 'devDependencies', 'peerDependencies'] as const) {
      assert.deepEqual(root?.[group], manifest[group], group);
    }
  });

  it('the package runs no script when it is installed', () => {
    const scripts = Object.keys(manifest.scripts);
    assert.deepEqual(
      scripts.filter((name) => /^(?:pre|post)?(?:install|prepare)$/.test(name)),
      [],
    );
  });
});
