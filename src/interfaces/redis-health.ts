/**
 * Current state of a connection.
 *
 * `idle`: not started, or disabled by the environment. `connecting`: no usable link; reconnecting in the background.
 * `ready`: the server answers (on a cluster: the master of every slot). `degraded`: there is a link, but nothing on it
 * was answered in time, or part of the cluster is unreachable. `auth-failed`: the server refused the credentials;
 * retried at a slow rate. `closed`: permanently.
 */
export type ConnectionStatus = 'idle' | 'connecting' | 'ready' | 'degraded' | 'auth-failed' | 'closed';

/**
 * State of a circuit breaker. `closed`: calls pass. `open`: calls fail at once, as `not-sent`, unless their
 * link has just been lost and the first attempt to replace it is on its way. `half-open`: the same, while one probe or
 * attempt checks whether the server answers again.
 */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** One section of INFO: values by field name, numeric values as numbers. */
export type RedisInfoSection = Readonly<Record<string, string | number>>;

/** INFO of one server. */
export interface RedisInfo {
  /** Address of the server, such as `127.0.0.1:6379`. */
  readonly node: string;
  /** Sections by lower-case name, such as `memory`. */
  readonly sections: Readonly<Record<string, RedisInfoSection>>;
}

/** State of the link to one server. */
export interface RedisNodeHealth {
  readonly node: string;
  readonly status: ConnectionStatus;
  readonly circuit: CircuitState;
  /** Number of commands that are waiting for a reply. */
  readonly inFlight: number;
}

/** State of a connection; contains no secret. */
export interface RedisHealth {
  readonly status: ConnectionStatus;
  readonly circuit: CircuitState;
  /** Duration of a PING in milliseconds; `null` when none was answered within 100 ms, or none was asked for. */
  readonly pingMs: number | null;
  /** Reason why the server is unreachable; `null` while it is reachable. */
  readonly reason: string | null;
  /** `true` when the connection is declared as `required`. */
  readonly required: boolean;
  /** Problems with the server's configuration, checked once after the connection was first established. */
  readonly advice: readonly string[];
  /** Servers that commands are sent to: one, or the masters of a cluster. */
  readonly nodes: readonly RedisNodeHealth[];
}
