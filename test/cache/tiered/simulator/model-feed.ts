import type {
  AnnouncingStore,
  ChangeFeed,
  ChangeFeedOptions,
  ChangeFeedStatus,
  ChangeListener,
  FeedKind,
} from '../../../../src/implements/cache/change-feed.js';
import { StreamBeats, StreamProofs } from '../../../../src/implements/cache/stream-proofs.js';
import type { FeedFlaws } from './flaws.js';
import type { ModelServer, ServerMessage } from './model-server.js';
import { ModelStream } from './model-stream.js';

/** World as a feed sees it. */
export interface FeedWorld {
  /** Name of the process. */
  readonly process: string;
  /** Masters that are there now. */
  masters(): readonly ModelServer[];
  /** Runs a request of the data link, which a server answers. */
  ask<T>(server: ModelServer, run: () => T): Promise<T>;
}

const REOPEN_MS = 20;

interface Watched {
  readonly stream: ModelStream;
  readonly beats: StreamBeats;
  state: 'opening' | 'testing' | 'standing' | 'ended';
  /** Number of beats for which it has not answered. */
  waits: number;
  /** Message of its self-test. */
  nonce: string;
}

/** Feed of one process over modelled streams. */
export class ModelFeed implements ChangeFeed {
  readonly store: AnnouncingStore;
  readonly #kind: FeedKind;
  readonly #options: ChangeFeedOptions;
  readonly #listener: ChangeListener;
  readonly #world: FeedWorld;
  readonly #flaws: FeedFlaws;
  readonly #proofs: StreamProofs;
  readonly #watched = new Map<string, Watched>();
  readonly #process: string;
  #senders = 0;
  #toSwallow = 0;
  #nonces = 0;
  #closed = false;

  constructor(
    store: AnnouncingStore,
    kind: FeedKind,
    options: ChangeFeedOptions,
    world: FeedWorld,
    flaws: FeedFlaws,
  ) {
    this.store = store;
    this.#kind = kind;
    this.#options = options;
    this.#world = world;
    this.#flaws = flaws;
    this.#listener = flawed(options, flaws);
    this.#proofs = new StreamProofs(this.#listener);
    this.#process = world.process;
  }

  /** Identity under which own changes are announced. */
  get sender(): string {
    return `${this.#process} ${this.#senders}`;
  }

  get streams(): readonly ModelStream[] {
    return [...this.#watched.values()].map(({ stream }) => stream);
  }

  /** A call has ended with an unknown outcome: if it runs later, its message must not look like an own one. */
  forgetCalls(): void {
    if (this.#flaws.keepsSender !== true) this.#senders++;
  }

  /** An own change was answered. */
  changed(): void {
    if (this.#flaws.swallowsOwn === true) this.#toSwallow++;
  }

  async open(): Promise<void> {
    this.#need(this.#world.masters());
    if (!this.#forgetsMap) this.#proofs.proveMap(this.#options.clock.now());
    this.#beatLater();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { stream } of this.#watched.values()) stream.break();
    this.#watched.clear();
  }

  status(): ChangeFeedStatus {
    return { masters: [...this.#watched.keys()].map((name) => ({ name, standingSince: null })) };
  }

  /** A data link to a master was replaced: it may lead to another server now. */
  replaced(server: ModelServer): void {
    const watched = this.#watched.get(server.name);
    if (watched !== undefined) this.#end(server, watched);
  }

  get #forgetsMap(): boolean {
    return this.#flaws.forgetsMap === true;
  }

  #need(masters: readonly ModelServer[]): void {
    const names = new Set(masters.map(({ name }) => name));
    for (const [name, { stream }] of this.#watched) {
      if (names.has(name)) continue;
      stream.break();
      this.#watched.delete(name);
    }
    this.#proofs.need(names);
    for (const server of masters) if (!this.#watched.has(server.name)) this.#openStream(server);
  }

  #openStream(server: ModelServer): void {
    if (this.#closed) return;
    const stream = new ModelStream(server, (message) => this.#receive(server, watched, message));
    const watched: Watched = {
      stream,
      beats: new StreamBeats(this.#kind === 'tracking' && this.#flaws.provesAtOnce !== true),
      state: 'opening',
      waits: 0,
      nonce: '',
    };
    this.#watched.set(server.name, watched);
    stream.send('subscribe');
  }

  #receive(server: ModelServer, watched: Watched, message: ServerMessage): void {
    if (this.#closed || watched.state === 'ended') return;
    switch (message.type) {
      case 'end':
        this.#end(server, watched);
        break;
      case 'answer':
        if (watched.state === 'opening') this.#test(server, watched);
        else this.#beaten(server, watched);
        break;
      case 'nonce':
        if (message.nonce !== watched.nonce || watched.state !== 'testing') break;
        watched.state = 'standing';
        this.#proofs.stand(server.name);
        break;
      case 'everything':
        this.#listener.onEverything();
        break;
      case 'changed':
        this.#changed(message);
        break;
    }
  }

  #changed({ kind, names, sender }: ServerMessage & { readonly type: 'changed' }): void {
    if (this.#toSwallow > 0 && kind === 'keys') this.#toSwallow--;
    else this.#listener.onChange(kind, names, this.#kind === 'bus' && sender === this.sender);
  }

  /** Sends a nonce by the data link, which has to arrive on the stream. */
  #test(server: ModelServer, watched: Watched): void {
    watched.state = 'testing';
    watched.waits = 0;
    watched.nonce = `${this.#process} ${++this.#nonces}`;
    const { nonce } = watched;
    const tell = (): void => {
      const message: ServerMessage = { type: 'nonce', nonce };
      if (this.#kind === 'bus') server.publish(message);
      else server.collect(message);
    };
    this.#world.ask(server, tell).catch(() => this.#end(server, watched));
  }

  #beaten(server: ModelServer, watched: Watched): void {
    const { beats } = watched;
    watched.waits = 0;
    const provenAt = beats.answered();
    if (provenAt === undefined) return;
    const at = this.#flaws.provesAtArrival === true ? this.#options.clock.now() : provenAt;
    this.#proofs.prove(server.name, at);
  }

  #end(server: ModelServer, watched: Watched): void {
    if (watched.state === 'ended') return;
    watched.state = 'ended';
    watched.stream.break();
    this.#proofs.end(server.name, 'link');
    this.#options.clock.schedule(REOPEN_MS, () => {
      if (this.#watched.get(server.name) === watched) this.#openStream(server);
    });
  }

  #beatLater(): void {
    if (this.#closed) return;
    const { clock, beatMs } = this.#options;
    clock.schedule(beatMs, () => {
      for (const watched of this.#watched.values()) this.#beat(watched);
      void this.#lookAtMap();
      this.#beatLater();
    });
  }

  #beat(watched: Watched): void {
    const { stream, beats, state } = watched;
    // A stream that does not answer is opened again.
    if ((beats.isWaiting || state === 'testing' || state === 'opening') && ++watched.waits > 8) {
      this.#end(stream.server, watched);
      return;
    }
    if (beats.isWaiting || state !== 'standing') return;
    watched.waits = 0;
    beats.sent(this.#options.clock.now());
    stream.send('beat');
  }

  async #lookAtMap(): Promise<void> {
    if (this.#forgetsMap) return;
    const sentAt = this.#options.clock.now();
    const [witness] = this.#world.masters();
    if (witness === undefined) return;
    try {
      const masters = await this.#world.ask(witness, () => [...this.#world.masters()]);
      if (this.#closed) return;
      this.#need(masters);
      this.#proofs.proveMap(sentAt);
    } catch {
      // The next beat asks again.
    }
  }
}

/** Listener that hears what a flawed feed would tell. */
function flawed({ listener, clock }: ChangeFeedOptions, flaws: FeedFlaws): ChangeListener {
  let stood = false;
  return {
    onGap: (cause) => {
      if (flaws.ignoresGaps !== true) listener.onGap(cause);
    },
    onStanding: () => {
      if (flaws.ignoresGaps === true && stood) return;
      stood = true;
      listener.onStanding();
    },
    onProof: (sentAt) => listener.onProof(sentAt),
    onChange: (kind, names, own) => {
      listener.onChange(kind, names, own);
      if (flaws.extendsOnMessage === true) listener.onProof(clock.now());
    },
    onEverything: () => {
      if (flaws.ignoresEverything !== true) listener.onEverything();
    },
  };
}
