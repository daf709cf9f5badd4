import { entriesOf } from '../../contract/cache/calls.js';
import { countingCalls, everyCall } from '../../contract/redis-connection/calls.js';
import { another, type ConnectionMutant, changed, misled, mutant, relabelled } from './flaws.js';

const waiting = countingCalls.map(
  (name): ConnectionMutant =>
    mutant(
      `${name} waits for a broken connection to come back, and is answered`,
      'refuses calls while it reconnects',
      changed(
        name,
        (original, connection) =>
          (...args) =>
            connection.status === 'ready'
              ? original(...args)
              : Promise.reject(relabelled(another(), 'not-sent')),
      ),
    ),
);

const signals = entriesOf(everyCall).map(
  ([name]): ConnectionMutant =>
    mutant(
      `${name} leaves no listener on its signal, whether it is answered or not`,
      'leaves a listener on a signal',
      changed(name, (original) => (...args) => {
        for (const arg of args) {
          const { signal } = (arg ?? {}) as { signal?: unknown };
          if (signal instanceof AbortSignal) signal.addEventListener('abort', () => undefined);
        }
        return original(...args);
      }),
    ),
);

export const connectionLossMutants: readonly ConnectionMutant[] = [
  ...waiting,
  misled(
    'credentials are renewed before they expire, and no call is lost',
    'does not know when credentials expire',
    ({ credentials: provider, ...options }) => ({
      ...options,
      ...(provider !== undefined && {
        credentials: {
          getCredentials: async (asked) => {
            const { username, password } = await provider.getCredentials(asked);
            return { username, password };
          },
        },
      }),
    }),
  ),
  ...signals,
];
