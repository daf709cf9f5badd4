import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { IClock } from '../../../interfaces/clock.js';
import { ConnectionError } from '../../../interfaces/errors.js';
import { dateMs, timeOfDayMs } from '../../foundation/clock/wall-time.js';
import { Wait } from '../../foundation/waiting/wait.js';
import type { Address } from '../endpoint.js';

/** Maximum duration of the handshake that asks for the certificate. */
const LONGEST_MS = 500;
const DAY_MS = 86_400_000;

/** Server whose certificate is asked for. */
interface Refused {
  readonly address: Address;
  readonly servername?: string;
  readonly clock: IClock;
  readonly signal: AbortSignal;
}

/**
 * Says by how many days a certificate has expired, or is early. Node hides a certificate that it refuses, so one more
 * handshake asks for it; nothing is sent after that.
 *
 * @returns The error in other words; the same one when it has another cause, or the certificate cannot be read.
 */
export async function withDays(error: unknown, refused: Refused): Promise<unknown> {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  if (code !== 'CERT_HAS_EXPIRED' && code !== 'CERT_NOT_YET_VALID') return error;
  const chain = await chainOf(refused).catch(() => []);
  const now = timeOfDayMs();
  for (const [index, { valid_from: from, valid_to: to }] of chain.entries()) {
    const which = index === 0 ? 'its certificate' : 'a certificate of its authorities';
    if (code === 'CERT_HAS_EXPIRED' && dateMs(to) < now) {
      const text = `${which} expired ${days(now - dateMs(to))} ago (${to}); renew it, or correct the clock of this machine`;
      return new ConnectionError('E_CONNECTION_REFUSED', `${text} (${code})`, 'not-sent');
    }
    if (code === 'CERT_NOT_YET_VALID' && dateMs(from) > now) {
      const text = `${which} is valid in ${days(dateMs(from) - now)} (${from}); correct the clock of this machine, or of the authority`;
      return new ConnectionError('E_CONNECTION_REFUSED', `${text} (${code})`, 'not-sent');
    }
  }
  return error;
}

/** Days until the first certificate of a server's chain expires; `undefined` when none can be read in half a second. */
export async function daysLeft(server: Refused): Promise<number | undefined> {
  const chain = await chainOf(server).catch(() => []);
  if (chain.length === 0) return undefined;
  const first = Math.min(...chain.map(({ valid_to: to }) => dateMs(to)));
  return Math.floor((first - timeOfDayMs()) / DAY_MS);
}

function days(ms: number): string {
  const whole = Math.floor(ms / DAY_MS);
  if (whole === 0) return 'less than a day';
  return whole === 1 ? '1 day' : `${whole} days`;
}

async function chainOf({ address, clock, signal, ...name }: Refused): Promise<DetailedPeerCertificate[]> {
  const { connect } = await import('node:tls');
  const wait = new Wait<DetailedPeerCertificate[]>();
  const socket: TLSSocket = connect({ ...address, ...name, rejectUnauthorized: false }, () =>
    wait.resolve(listed(socket.getPeerCertificate(true))),
  );
  socket.on('error', (error) => wait.reject(error));
  wait.onAbort(signal, () => []);
  wait.after(clock, LONGEST_MS, () => []);
  wait.onEnd(() => socket.destroy());
  return wait.result;
}

/** A certificate and its authorities; the last one names itself. */
function listed(certificate: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain = new Set<DetailedPeerCertificate>();
  let next: DetailedPeerCertificate | undefined = certificate;
  while (next !== undefined && !chain.has(next)) {
    chain.add(next);
    next = next.issuerCertificate;
  }
  return [...chain];
}
