import type { IRedisConnection } from '../../../../interfaces/redis-connection.js';
import type { Call } from '../../frame/call.js';
import { EXIT } from '../../frame/exit-code.js';
import { fileOf } from '../../frame/file-of.js';
import { failedCheck, fault } from './causes.js';
import { certificateChecks } from './certificate.js';
import { connectionsOf, type DeclaredConnection } from './connections.js';
import type { Finding, Patient } from './finding.js';
import { rightsCheck } from './rights.js';
import { expiryChecks, latencyCheck } from './samples.js';
import { clockCheck, clusterCheck, serverChecks } from './server.js';

type Check = (patient: Patient) => Promise<Finding | readonly Finding[]>;

/** Checks of a connection that answers. */
const CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ['server', serverChecks],
  ['cluster', clusterCheck],
  ['certificate', certificateChecks],
  ['clock', clockCheck],
  ['latency', latencyCheck],
  ['rights', rightsCheck],
  ['expiry', expiryChecks],
];

/** Checks every connection that a file declares, and tells for each fault what mends it. Changes nothing. */
export async function doctorCommand(call: Call): Promise<number> {
  const { path } = await fileOf(call, call.args[0]);
  const connections = await connectionsOf(path);
  if (connections.length === 0) call.streams.note('this file declares no connection to Redis');
  let exit: number = EXIT.done;
  for (const declared of connections) {
    for await (const finding of findingsOf(declared, call.signal)) {
      if (finding.status === 'fail') exit = EXIT.no;
      await write(call, declared.label, finding);
    }
  }
  return exit;
}

async function* findingsOf(
  { users, open }: DeclaredConnection,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  let opened: Awaited<ReturnType<DeclaredConnection['open']>>;
  try {
    opened = await open();
  } catch (error) {
    yield failedCheck('connect', error);
    return;
  }
  const { site, connection } = opened;
  try {
    signal.throwIfAborted();
    const found = await connectCheck(connection);
    yield found;
    if (found.status === 'fail' || connection.status === 'idle') return;
    for (const [name, check] of CHECKS) {
      signal.throwIfAborted();
      try {
        yield* [await check({ connection, users, signal })].flat();
      } catch (error) {
        signal.throwIfAborted();
        yield failedCheck(name, error);
      }
    }
  } finally {
    await site.close();
  }
}

async function connectCheck(connection: IRedisConnection): Promise<Finding> {
  const check = 'connect';
  const { status, reason } = await connection.health({ active: false });
  if (status === 'ready') return { check, status: 'ok', message: `connected to ${connection.database}` };
  if (status === 'idle')
    return { check, status: 'warn', message: 'disabled by the environment', cause: 'disabled' };
  return fault(check, reason ?? `no connection to ${connection.database}`);
}

async function write(call: Call, connection: string, finding: Finding): Promise<void> {
  const { check, status, message, remedy, cause } = finding;
  const data = { connection, check, status, cause: cause ?? null, message, remedy: remedy ?? null };
  await call.streams.record(
    data,
    status,
    connection,
    check,
    remedy === undefined ? message : `${message}; ${remedy}`,
  );
}
