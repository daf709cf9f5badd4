import { isIP } from 'node:net';
import { SystemClock } from '../../../foundation/clock/system-clock.js';
import { daysLeft } from '../../../redis/driver/certificate-dates.js';
import { parseHostPort } from '../../../redis/endpoint.js';
import type { Finding, Patient } from './finding.js';

/** Days in which a certificate is renewed at leisure. */
const SOON_DAYS = 14;

/** Days that are left to the certificates of servers with TLS. */
export async function certificateChecks({ connection, signal }: Patient): Promise<Finding[]> {
  const check = 'certificate';
  if (!connection.database.startsWith('rediss://')) return [];
  const { nodes } = await connection.health();
  const found: Finding[] = [];
  for (const { node } of nodes) {
    const address = parseHostPort(node);
    if (address === undefined) continue;
    const servername = isIP(address.host) === 0 ? { servername: address.host } : {};
    const days = await daysLeft({ address, ...servername, clock: new SystemClock(), signal });
    if (days === undefined) {
      const message = `${node} did not show its certificate in time`;
      found.push({ check, status: 'warn', cause: 'certificate', message, remedy: 'run the doctor again' });
      continue;
    }
    const message = `the certificate of ${node} is valid for ${days} days`;
    found.push(
      days >= SOON_DAYS
        ? { check, status: 'ok', message }
        : { check, status: 'warn', cause: 'certificate', message, remedy: 'renew it' },
    );
  }
  return found;
}
