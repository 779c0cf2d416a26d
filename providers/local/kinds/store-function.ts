// The stream of a table's changes to one function: in order, in batches, only the sorts of change that it listens to, and
// again from the one that failed on, until it goes to the dead letters.
import { randomUUID } from 'node:crypto';
import type { BatchAnswer } from '../../../runtime/adapters/store-function.js';
import type { Chain } from '../activity.js';
import { running } from '../context.js';
import type { LocalFunction } from '../function.js';
import type { StreamEvent } from './change-reader.js';
import type { Node, Surroundings } from './service.js';
import type { Change } from './table.js';

/** As deployed: providers/aws/kinds/store-function.ts. */
const BATCH_SIZE = 10;
const MOST_RETRIES = 3;
const RETRY_MS = 1_000;

interface StreamRecord {
  readonly id: string;
  readonly store: string;
  readonly change: Change;
  readonly chain: Chain | null;
  attempts: number;
}

export class ChangeStream {
  /** Changes that were given up. */
  readonly deadLetters: Change[] = [];
  private waiting: StreamRecord[] = [];
  private busy = false;
  private readonly events: readonly unknown[];

  constructor(
    node: Node,
    private readonly fn: LocalFunction,
    private readonly store: string,
    private readonly around: Surroundings,
  ) {
    this.events = node.options['events'] as unknown[];
  }

  add(change: Change): void {
    if (!this.events.includes(change.eventName)) return;
    this.waiting.push({ id: randomUUID(), store: this.store, change, chain: running()?.chain ?? null, attempts: 0 });
    if (this.busy) return;
    this.busy = true;
    this.around.activity.soon(() => this.run());
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, BATCH_SIZE);
      const failed = await this.attempt(batch);
      this.waiting.splice(0, failed ?? batch.length);
      const first = failed === null ? undefined : this.waiting[0];
      if (first === undefined) continue;
      if (first.attempts++ < MOST_RETRIES) {
        this.around.activity.later(RETRY_MS, () => this.run());
        return;
      }
      this.deadLetters.push(first.change);
      this.waiting.shift();
    }
    this.busy = false;
  }

  /** The index of the change that failed; null: none. */
  private async attempt(batch: readonly StreamRecord[]): Promise<number | null> {
    const event: StreamEvent = { records: batch.map(({ id, store, change }) => ({ id, store, change })) };
    const name = this.store.replace(/^[^:]*:/, '');
    try {
      const before = batch.reduce<Chain | null>(
        (most, { chain }) => ((chain?.length ?? 0) > (most?.length ?? 0) ? chain : most),
        null,
      );
      const { batchItemFailures } = (await this.fn.invoke(event, `store ${name}`, before)) as BatchAnswer;
      const [first] = batchItemFailures;
      return first === undefined ? null : batch.findIndex(({ id }) => id === first.itemIdentifier);
    } catch (error) {
      this.around.activity.report(error);
      return 0;
    }
  }
}
