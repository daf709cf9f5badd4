import { GIVE_BACK, SETTLE, TAKE } from '../../../src/implements/coordination/queue/store/redis/scripts.js';
import { ofProducer, ofScript, ofSource, type QueueMutant } from './flaws.js';

const HOUR = '3600000';
/** Place of the visibility among the arguments of TAKE. */
const VISIBILITY = 4;

/** Mutants of laws about queues on servers. */
export const redisMutants: readonly QueueMutant[] = [
  ofProducer(
    'a queue on a server that does not answer rejects calls in time',
    'takes an outage for a full queue',
    (producer) => ({
      produce: (message, options) =>
        producer.produce(message, options).catch(() => ({ id: '', outcome: 'full' as const })),
    }),
  ),
  ofProducer(
    'a produce that was not answered stores one message, with the repetition of its id',
    'has a new id for each try',
    (producer) => ({ produce: (message, { id: _, ...options } = {}) => producer.produce(message, options) }),
  ),
  ofScript(
    'messages that a server handed out without our hearing of it come when it is back',
    'has a new number for each try',
    TAKE,
    (send, [number, life, token, ...rest]) => {
      const later = String(Number(number) * 1e6 + (performance.now() % 1e6));
      return send([String(Math.round(Number(later))), life ?? '', `${token}${later}`, ...rest]);
    },
  ),
  ofScript(
    'a consumer that ends while the server is frozen keeps no message',
    'gives back nothing',
    GIVE_BACK,
    async () => 0,
  ),
  ofScript(
    'a consumer goes on after its server was frozen, and after its connections were cut',
    'ends at an error',
    TAKE,
    (send, args) => send(args).catch(() => new Promise(() => undefined)),
  ),
  ofSource(
    'a consumer goes on after the database has lost everything, or any key of the queue',
    'looks for no message whose place was lost',
    TAKE,
    'if next < 0 and',
    'if false and',
  ),
  ofSource(
    'foreign entries become dead letters, and consumers go on',
    'fails at what it does not know',
    TAKE,
    "bury(handle, handle, 0, 'it is no message of this queue')",
    "error('what is that?')",
  ),
  ofScript(
    'the messages of a consumer that has died come back when their visibility runs out',
    'keeps them for an hour',
    TAKE,
    (send, args) => send(args.with(VISIBILITY, HOUR)),
  ),
  ofSource(
    'nothing is left of messages that were handled',
    'keeps the mark of a message',
    SETTLE,
    "      redis.call('HDEL', marks, handle)\n    elseif",
    '    elseif',
  ),
  ofSource(
    'a server without memory refuses messages whole, and settles those that it has',
    'writes before it deletes',
    SETTLE,
    'local reply = {}',
    "redis.call('SET', request, '0 ', 'PX', 1)\nlocal reply = {}",
  ),
  ofScript(
    'an idle consumer sends at most two commands a second, and is woken by a message',
    'asks five times',
    TAKE,
    async (send, args) => {
      const [reply = null] = await Promise.all(Array.from({ length: 5 }, () => send(args)));
      return reply;
    },
  ),
  ofSource(
    'a clock of the server that was set back keeps no message back',
    'believes the clock',
    TAKE,
    'if now < last then',
    'if false then',
  ),
];
