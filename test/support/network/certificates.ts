import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of a certificate and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Start and end of validity of a certificate, in days from now. */
interface Validity {
  readonly fromDay: number;
  readonly toDay: number;
}

/** An authority that only tests trust, in a temporary folder; requires `openssl` on the PATH. */
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
    return this.#sign(file, names, { fromDay: -1, toDay: 1 });
  }

  /** The same, but it was valid until yesterday. */
  issueExpired(file: string, ...names: readonly string[]): Certificate {
    return this.#sign(file, names, { fromDay: -2, toDay: -1 });
  }

  /** The same, but it will be valid from tomorrow on. */
  issueEarly(file: string, ...names: readonly string[]): Certificate {
    return this.#sign(file, names, { fromDay: 1, toDay: 2 });
  }

  /** A certificate that vouches for itself; the authority does not know it. */
  selfSigned(file: string, ...names: readonly string[]): Certificate {
    const { cert, key } = this.#paths(file);
    const subject = ['-subj', `/CN=${file}`, '-addext', `subjectAltName=${names.join(',')}`];
    openssl('req', '-x509', ...newKey(key), '-days', '1', ...subject, '-out', cert);
    return { cert, key };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** By `openssl ca`: before OpenSSL 3.4, `openssl x509` signs nothing that has expired. */
  #sign(file: string, names: readonly string[], { fromDay, toDay }: Validity): Certificate {
    const { cert, key, request, config, index } = this.#paths(file);
    openssl('req', ...newKey(key), '-subj', `/CN=${file}`, '-out', request);
    writeFileSync(index, '');
    const lines = [
      ...['[ca]', 'default_ca=own', '[own]', `database=${index}`, `new_certs_dir=${this.folder}`],
      ...['rand_serial=yes', 'default_md=sha256', 'policy=any', 'x509_extensions=names'],
      ...['[any]', 'commonName=supplied', '[names]', `subjectAltName=${names.join(',')}`],
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    openssl(
      ...['ca', '-batch', '-notext', '-config', config, '-cert', this.cert, '-keyfile', this.key],
      ...['-startdate', inDays(fromDay), '-enddate', inDays(toDay), '-in', request, '-out', cert],
    );
    return { cert, key };
  }

  #paths(file: string) {
    const path = (end: string): string => join(this.folder, `${file}.${end}`);
    return {
      cert: path('crt'),
      key: path('key'),
      request: path('csr'),
      config: path('cnf'),
      index: path('txt'),
    };
  }
}

function newKey(file: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file];
}

/** Such as `20261122123000Z`. */
function inDays(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/\D/g, '').slice(0, 14)}Z`;
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
