import { ConnectionError } from '../../../../interfaces/errors.js';
import type { RedisReply } from '../../../../interfaces/redis-command.js';
import { addressText, type HostPort } from '../../endpoint.js';

/** Flags of a master that a Sentinel does not reach. */
const DOWN = new Set(['s_down', 'o_down', 'disconnected', 'master_down']);

/** The master as one Sentinel reports it. */
export interface Statement {
  readonly address: HostPort;
  /** Age of the Sentinel's configuration: a newer one has a higher number. */
  readonly epoch: number;
  /** `false` when the Sentinel itself does not reach that server. */
  readonly isUp: boolean;
}

/** A server that Sentinels name. */
export interface Candidate extends Statement {
  /** Number of Sentinels that name it. */
  readonly votes: number;
}

/** Reads the reply of SENTINEL MASTER, a list of field, value, field, value … */
export function statementOf(reply: RedisReply): Statement {
  const fields = new Map<string, string>();
  if (Array.isArray(reply)) {
    for (let at = 0; at + 1 < reply.length; at += 2) fields.set(String(reply[at]), String(reply[at + 1]));
  }
  const host = fields.get('ip') ?? '';
  const [port, epoch] = [Number(fields.get('port')), Number(fields.get('config-epoch'))];
  if (host === '' || !(port >= 1 && port <= 65_535)) {
    throw new ConnectionError('E_CONNECTION_REFUSED', 'the server is not a Sentinel', 'not-sent');
  }
  const flags = (fields.get('flags') ?? '').split(',');
  return {
    address: { host, port },
    epoch: Number.isFinite(epoch) ? epoch : 0,
    isUp: !flags.some((flag) => DOWN.has(flag)),
  };
}

/** Servers that are named, the most credible first: by the newest configuration, then by whether it is up. */
export function candidatesOf(statements: readonly Statement[]): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { address: given, epoch, isUp } of statements) {
    const address = plainAddress(given);
    const name = addressText(address);
    const known = found.get(name);
    found.set(name, {
      address,
      epoch: Math.max(epoch, known?.epoch ?? epoch),
      isUp: isUp || known?.isUp === true,
      votes: 1 + (known?.votes ?? 0),
    });
  }
  return [...found.values()].toSorted(
    (one, other) =>
      other.epoch - one.epoch ||
      Number(other.isUp) - Number(one.isUp) ||
      other.votes - one.votes ||
      addressText(one.address).localeCompare(addressText(other.address)),
  );
}

/** One spelling of an address: an IPv4 address that is mapped into IPv6 is that IPv4 address. */
function plainAddress({ host, port }: HostPort): HostPort {
  const plain = host.toLowerCase().replace(/\.$/, '');
  return { host: plain.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, ''), port };
}
