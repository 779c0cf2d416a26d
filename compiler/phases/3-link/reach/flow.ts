/**
 * Values on their way through the cells: what a cell gets, all that it flows to get, and who watches it is told. Nothing is
 * told at once: what waits is in a queue, so that however long a chain is it needs no stack.
 */
import type { Cell, Value, Watcher } from './values.js';

/** Far more than programs take that people write. */
const MAX_DELIVERIES = 100_000_000;

export class Flow {
  /** Who is to be told, and of what, by turns. */
  private queue: (Cell | Watcher | Value)[] = [];
  private batch: (Cell | Watcher | Value)[] = [];
  private deliveries = 0;
  private readonly seen = new Set<string>();
  private ids = 0;

  id(): number {
    return ++this.ids;
  }

  add(cell: Cell, value: Value): void {
    if (!cell.take(value)) return;
    // Whoever joins later is told of it then, so each is told once.
    const { targets, watchers } = cell;
    if (targets !== null) for (const target of targets) this.queue.push(target, value);
    if (watchers !== null) for (const watcher of watchers) this.queue.push(watcher, value);
  }

  flow(from: Cell, to: Cell): void {
    if (from === to || !from.lead(to)) return;
    for (const value of from.values) this.add(to, value);
  }

  /** Tells of every value that a cell has or will get, each once, and never before the caller is done. */
  watch(cell: Cell, watcher: Watcher): void {
    if (cell.watchers === null) cell.watchers = [watcher];
    else cell.watchers.push(watcher);
    for (const value of cell.values) this.queue.push(watcher, value);
  }

  /** Tells those who wait now, and not those who begin to wait with that. */
  protected deliver(): 'told' | 'done' | 'given-up' {
    const batch = this.queue;
    if (batch.length === 0) return 'done';
    this.queue = this.batch;
    this.batch = batch;
    this.deliveries += batch.length;
    if (this.deliveries > MAX_DELIVERIES) return 'given-up';
    for (let i = 0; i < batch.length; i += 2) {
      const to = batch[i] as Cell | Watcher;
      const value = batch[i + 1] as Value;
      if (typeof to === 'function') to(value);
      else this.add(to, value);
    }
    batch.length = 0;
    return 'told';
  }

  /** True the first time. */
  once(key: string): boolean {
    const before = this.seen.size;
    return this.seen.add(key).size > before;
  }
}
