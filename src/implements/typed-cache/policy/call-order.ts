/** Order in which calls begin and loads read, within this process. */
export class CallOrder {
  #last = 0;

  next(): number {
    return ++this.#last;
  }
}
