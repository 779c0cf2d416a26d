// Runs functions when their schedules are due.
import type { LocalCloud } from '../cloud.js';
import type { LocalFunction } from '../function.js';
import { invokeAsync } from '../kinds/service.js';
import { nextRun } from '../schedule.js';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Gives what takes it back. */
  after(milliseconds: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, task) => {
    const timer = setTimeout(task, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Timers take no more. */
const LONGEST_WAIT = 2 ** 31 - 1;

export class Schedules {
  private cancel: (() => void) | null = null;
  private readonly start: number;

  constructor(
    private readonly cloud: LocalCloud,
    private readonly clock: Clock,
  ) {
    this.start = clock.now();
    this.arm(this.start);
  }

  /** When they are due next: null: never. */
  of(fn: LocalFunction): readonly { readonly expression: string; readonly next: number | null }[] {
    const now = this.clock.now();
    return this.all()
      .filter((one) => one.fn === fn)
      .map(({ expression }) => ({ expression, next: nextRun(expression, now, this.start) }));
  }

  /** Other schedules may be there now. */
  renew(): void {
    this.stop();
    this.arm(this.clock.now());
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  private all(): { readonly fn: LocalFunction; readonly expression: string }[] {
    return this.cloud.nodesOf('basic-function').flatMap((node) => {
      const fn = this.cloud.functionOf(node);
      const expressions = (node.options['schedules'] ?? []) as readonly string[];
      return fn === undefined ? [] : expressions.map((expression) => ({ fn, expression }));
    });
  }

  /** @param from what was due until then has run */
  private arm(from: number): void {
    const due = this.all().flatMap(({ fn, expression }) => {
      const at = nextRun(expression, from, this.start);
      return at === null ? [] : [{ fn, expression, at }];
    });
    if (due.length === 0) return;
    const first = Math.min(...due.map(({ at }) => at));
    const wait = Math.min(Math.max(0, first - this.clock.now()), LONGEST_WAIT);
    this.cancel = this.clock.after(wait, () => {
      // A timer may be early, and one that was as long as timers get is.
      const isDue = this.clock.now() >= first - 1;
      this.arm(isDue ? first : from);
      if (!isDue) return;
      for (const { fn, expression, at } of due)
        if (at === first) invokeAsync(this.cloud.activity, fn, {}, `the schedule ${expression}`);
    });
  }
}
