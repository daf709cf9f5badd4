import type { OperationError } from '../../../src/interfaces/errors.js';
import type { ScriptOptions } from '../../../src/interfaces/redis-command.js';
import { type ConnectionMutant, changed, mutant, opted } from './flaws.js';

const codeOf = (error: unknown): string => (error as OperationError).code;

export const connectionReplicationMutants: readonly ConnectionMutant[] = [
  mutant(
    'a script that too few replicas confirm rejects in time, and has run once',
    'does not ask the replicas',
    opted('script', ({ minReplicas: _, ...options }: ScriptOptions) => options),
  ),
  mutant(
    'a script that fails is answered at once, whatever replicas it asks for',
    'waits for replicas of a script that failed',
    changed('script', (original) => async (...args) => {
      const { minReplicas, timeout } = (args[3] ?? {}) as ScriptOptions;
      try {
        return await original(...args);
      } catch (error) {
        if (minReplicas !== undefined && codeOf(error) === 'E_OPERATION_REFUSED') {
          const nothing = { source: 'return 1', digest: 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db' };
          await original(nothing, args[1], [], { minReplicas, timeout });
        }
        throw error;
      }
    }),
  ),
  mutant(
    'other calls are answered while a script waits for replicas',
    'runs one script at a time',
    changed('script', (original) => {
      let before: Promise<unknown> = Promise.resolve();
      return (...args) => {
        const next = before.then(() => original(...args));
        before = next.catch(() => undefined);
        return next;
      };
    }),
  ),
  mutant(
    'a script with replicas that the server has forgotten runs once',
    'runs a script again that too few replicas confirmed',
    changed(
      'script',
      (original) =>
        (...args) =>
          original(...args).catch((error: unknown) => {
            if (codeOf(error) === 'E_REPLICATION') return original(...args);
            throw error;
          }),
    ),
  ),
  mutant(
    'script refuses an invalid number of replicas before it sends anything',
    'takes an invalid number of replicas for none',
    opted('script', ({ minReplicas, ...options }: ScriptOptions) =>
      Number.isInteger(minReplicas) && Number(minReplicas) > 0 ? { ...options, minReplicas } : options,
    ),
  ),
];
