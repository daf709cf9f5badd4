import { ConnectionError, OperationError, ResolutionError } from '../../../../interfaces/errors.js';
import type { Finding } from './finding.js';

/** Cause of a failure, the words by which its message tells it, and the action that mends it. */
type Cause = readonly [cause: string, words: RegExp, remedy: string];

const LATE =
  'see whether the server is frozen, overloaded, or behind a firewall; or whether only one side has TLS';

/** Causes in the order in which they are looked for. */
const CAUSES: readonly Cause[] = [
  ['timeout', /\bwithin \d+ ms/, LATE],
  ['driver', /npm install redis/, 'install the version of redis that the message names'],
  ['dns', /no such host/, 'correct the host name, or the resolver of this machine'],
  [
    'certificate',
    /certificate|self[- ]signed|\bCERT_|ALTNAME/i,
    'renew the certificate, or set tls.ca and tls.servername to match it',
  ],
  ['tls', /\btls\b/i, 'set tls the same on both sides: rediss:// for a server with TLS, redis:// without'],
  ['refused', /ECONNREFUSED/, 'start the server, or correct host and port'],
  ['auth', /refused the credentials|NOAUTH|WRONGPASS/, 'correct username and password of the declaration'],
  ['database', /no database with that number/, 'choose a db below the setting databases of the server'],
  ['clients', /maxclients/, 'raise maxclients of the server, or close idle clients'],
  ['loading', /LOADING/, 'wait until the server has loaded its data'],
  ['cluster-down', /CLUSTERDOWN|cluster/i, 'bring back the masters of the slots that nobody serves'],
  ['read-only', /READONLY/, 'name the master, or the Sentinels that know it'],
  ['memory-full', /OOM/, 'raise maxmemory, or choose an evicting policy for a server of caches'],
  ['rights', /NOPERM/, 'grant the user what the message names'],
  ['unknown', /./s, 'see the log of the server'],
];

/** Finding for a failure that a message of ours describes. */
export function fault(check: string, message: string): Finding {
  const [cause, , remedy] = CAUSES.find(([, words]) => words.test(message)) as Cause;
  return { check, status: 'fail', message, remedy, cause };
}

/** Finding for a check that failed with an error. @throws the error when it is none of a server. */
export function failedCheck(check: string, error: unknown): Finding {
  const isKnown = ConnectionError.is(error) || OperationError.is(error) || ResolutionError.is(error);
  if (!isKnown || error.code === 'E_ABORTED') throw error;
  return fault(check, error.message);
}
