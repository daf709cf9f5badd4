import type { Follower, ModelServer, ServerMessage } from './model-server.js';

/** Stream of one process from one master: two queues, from which the seed picks. */
export class ModelStream implements Follower {
  readonly server: ModelServer;
  readonly #receive: (message: ServerMessage) => void;
  #sent: ('subscribe' | 'beat')[] = [];
  #arriving: ServerMessage[] = [];
  #answeredIn = -1;
  /** Directions that are black holes. */
  #holes = { up: false, down: false };

  constructor(server: ModelServer, receive: (message: ServerMessage) => void) {
    this.server = server;
    this.#receive = receive;
  }

  get hasSent(): boolean {
    return this.#sent.length > 0 && !this.#holes.up;
  }

  get hasArriving(): boolean {
    return this.#arriving.length > 0 && !this.#holes.down;
  }

  send(request: 'subscribe' | 'beat'): void {
    this.#sent.push(request);
  }

  push(message: ServerMessage): void {
    this.#arriving.push(message);
  }

  /** Lets the server see the next request. */
  serveNext(): void {
    const request = this.hasSent ? this.#sent.shift() : undefined;
    if (request === undefined) return;
    // Replies leave at the end of a turn: a question that was sent after a reply had arrived is of a later turn.
    if (this.#answeredIn === this.server.turn) this.server.endTurn();
    this.#answeredIn = this.server.turn;
    if (request === 'subscribe') this.server.followers.add(this);
    this.push({ type: 'answer' });
  }

  deliverNext(): void {
    const message = this.hasArriving ? this.#arriving.shift() : undefined;
    if (message !== undefined) this.#receive(message);
  }

  swallow(direction: 'up' | 'down'): void {
    this.#holes = { ...this.#holes, [direction]: true };
  }

  heal(): void {
    this.#holes = { up: false, down: false };
  }

  /** Breaks the stream: what had not arrived is lost. */
  break(): void {
    this.server.followers.delete(this);
    this.#sent = [];
    this.#arriving = [{ type: 'end' }];
    this.heal();
  }
}
