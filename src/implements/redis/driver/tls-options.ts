import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ConnectionError } from '../../../interfaces/errors.js';
import { describe } from '../../foundation/describe.js';
import { isPem, type PemSource, pemText } from '../../foundation/options/pem.js';
import type { TlsOptions } from '../endpoint.js';

/**
 * Options of `tls.connect`, with the content of files.
 *
 * @throws {ConnectionError} `E_CONNECTION_REFUSED` when a file cannot be read, or holds no certificate.
 */
export async function tlsOptions(tls: TlsOptions): Promise<Record<string, unknown>> {
  const [ca, cert, key] = await Promise.all([read(tls, 'ca'), read(tls, 'cert'), read(tls, 'key')]);
  return {
    tls: true,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(tls.passphrase !== undefined && { passphrase: tls.passphrase }),
    ...(tls.servername !== undefined && { servername: tls.servername }),
    ...(tls.insecure === true && { rejectUnauthorized: false }),
  };
}

async function read(tls: TlsOptions, option: 'ca' | 'cert' | 'key'): Promise<PemSource[] | undefined> {
  const given = tls[option];
  if (given === undefined) return undefined;
  return Promise.all([given].flat().map((source) => contentOf(source, option)));
}

async function contentOf(source: PemSource, option: 'ca' | 'cert' | 'key'): Promise<PemSource> {
  const content = await textOf(source, option);
  // OpenSSL ignores an authority that it cannot read, and the server would be blamed.
  if (option !== 'key' && !isCertificate(content)) {
    throw refused(`tls.${option}: expected a certificate in PEM, got ${describe(source)} without one`);
  }
  return content;
}

async function textOf(source: PemSource, option: string): Promise<PemSource> {
  if (typeof source !== 'string') return Buffer.from(source);
  if (isPem(source)) return pemText(source);
  try {
    return await readFile(source);
  } catch (error) {
    const { code = 'unknown error' } = error as { code?: string };
    // The text may be a key that lost its header, or come from the environment: it is not shown.
    throw refused(
      `tls.${option}: expected PEM text or the path of a file, got ${describe(source)} (${code})`,
    );
  }
}

function isCertificate(content: PemSource): boolean {
  try {
    return isPem(Buffer.from(content).toString('latin1')) && new X509Certificate(content) !== undefined;
  } catch {
    return false;
  }
}

function refused(text: string): ConnectionError {
  return new ConnectionError('E_CONNECTION_REFUSED', text, 'not-sent');
}
