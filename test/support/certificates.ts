import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of a certificate and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority that nobody but a test trusts, in a temporary folder; needs `openssl` on the PATH. */
export class CertificateAuthority implements Certificate, Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'inversify-cache-certificates-'));
  readonly cert = join(this.folder, 'ca.crt');
  readonly key = join(this.folder, 'ca.key');

  constructor() {
    const subject = ['-subj', '/CN=inversify-cache tests'];
    openssl('req', '-x509', ...newKey(this.key), '-days', '1', ...subject, '-out', this.cert);
  }

  /** Signs a certificate for names such as `DNS:localhost` or `IP:127.0.0.1`. */
  issue(file: string, ...names: readonly string[]): Certificate {
    const [cert, key, request, extension] = ['crt', 'key', 'csr', 'ext'].map((end) =>
      join(this.folder, `${file}.${end}`),
    ) as [string, string, string, string];
    writeFileSync(extension, `subjectAltName=${names.join(',')}\n`);
    openssl('req', ...newKey(key), '-subj', `/CN=${file}`, '-out', request);
    openssl(
      ...['x509', '-req', '-in', request, '-CA', this.cert, '-CAkey', this.key, '-CAcreateserial'],
      ...['-days', '1', '-extfile', extension, '-out', cert],
    );
    return { cert, key };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function newKey(file: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file];
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
