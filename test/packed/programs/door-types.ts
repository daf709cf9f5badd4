import {
  type CollectionItem,
  type ICollectionSite,
  type IKeyValue,
  type ILlmCache,
  type IMutex,
  type IPubSub,
  type IQueueSite,
  lazy,
  type LlmRequest,
} from 'inversify-cache';

interface Job {
  readonly id: number;
}

type Same<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
declare function hasType<Expected>(): <Actual>(value: Actual, same: Same<Actual, Expected>) => void;

declare const queues: IQueueSite;
declare const pubSub: IPubSub<Job>;
declare const bytes: IPubSub;
declare const mutex: IMutex;
declare const collections: ICollectionSite;
declare const values: IKeyValue;
declare const answers: ILlmCache;
declare const request: LlmRequest;

// A queue hands over what its producer was given, and bytes where nobody names a type.
void queues.getProducer<Job>('jobs').produce({ id: 1 });
// @ts-expect-error a job has an id
void queues.getProducer<Job>('jobs').produce({ no: 1 });
for await (const { message } of queues.getConsumer<Job>('jobs').consume()) hasType<Job>()(message, true);
for await (const { message } of queues.getConsumer('jobs').consume()) hasType<Uint8Array>()(message, true);

void pubSub.publish('jobs', { id: 1 });
void pubSub.subscribe({ channels: ['jobs'] }, ({ message }) => hasType<Job>()(message, true));
void bytes.subscribe({ channels: ['jobs'] }, ({ message }) => hasType<Uint8Array>()(message, true));
// @ts-expect-error a job has an id
void pubSub.publish('jobs', { no: 1 });

hasType<number>()(await mutex.run(async () => 5), true);
hasType<string>()(await mutex.run(({ fence }) => String(fence)), true);

hasType<Job[]>()(await collections.getList<Job>('l').range(0, -1), true);
hasType<Job | undefined>()(await collections.getHash<Job>('h').field('f'), true);
hasType<Job>()((await collections.getSortedSet<Job>('z').range(0, 0))[0]?.member as Job, true);
hasType<Uint8Array | undefined>()(await collections.getList('l').popFirst(), true);
const item: CollectionItem<Job> = { id: 1 };
void collections.getSet<Job>('s').add(item);

hasType<unknown>()(await values.getJson('k'), true);
hasType<Job | undefined>()(await values.getJson<Job>('k'), true);

hasType<Job>()((await answers.complete(request, async () => ({ id: 1 }) as Job)).value, true);
for await (const chunk of answers.stream(request, async function* () {
  yield 'a' as string;
}))
  hasType<string>()(chunk, true);

const five = lazy(() => 5);
hasType<() => Promise<number>>()(five, true);
const job = lazy(async () => ({ id: 1 }) as Job);
hasType<() => Promise<Job>>()(job, true);
