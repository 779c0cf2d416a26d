// What goes on in a local cloud: deliveries that have been started, and those that wait for their time. Time is virtual:
// while something runs it stands still, and when nothing does it jumps to the next thing that waits. So whoever waits for
// the cloud to come to rest waits for all retries, visibility timeouts and batching windows, and not for the clock.

import { running as insideOf } from './context.js';

// Test runners replace timers to stop time for the code under test; the cloud goes on.
const { setImmediate: soon, setTimeout: setTimer, clearTimeout: clearTimer } = globalThis;

/** Thrown by what started a chain of triggers that does not end. */
export class EndlessLoopException extends Error {
  /** @internal Whether whoever watches functions has been told. */
  isTold = false;

  override get name(): string {
    return 'EndlessLoopException';
  }
}

/** Which functions led to one another, newest first. */
export interface Chain {
  /** What was called, and what called it: `queue orders -> Warehouse.fulfil`. */
  readonly step: string;
  readonly before: Chain | null;
  readonly length: number;
  /** Whether a step in it came twice. */
  readonly repeats: boolean;
  /** What all chains share that began with the same step. */
  readonly root: Root;
}

interface Root {
  /** Of chains that repeat: what only branches comes to an end, however many its branches are. */
  steps: number;
  failure: EndlessLoopException | null;
}

interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly task: () => Promise<void>;
}

/** Longer than any chain that ends should be; Lambda itself stops some loops after 16 rounds. */
const LONGEST_CHAIN = 1_000;
/** A chain that branches in each round is long before it is deep. */
const MOST_STEPS = 20_000;
/** In real time, of chains that repeat: what they leave in queues is to be got rid of while a server goes on to answer. */
const MOST_REPEATS = 5_000;

/** `real`: time passes as it does, and nobody waits for what others do, which may never come to rest. */
export type Time = 'virtual' | 'real';

export class Activity {
  private running = 0;
  private readonly timers = new Set<NodeJS.Timeout>();
  private steps = 0;
  private order = 0;
  private ahead = 0;
  private waiting: Waiting[] = [];
  private watchers: { resolve(): void; reject(error: Error): void }[] = [];
  private failure: Error | null = null;
  private closed = false;

  /** @param report is told of failures that nobody waits for, and of those that clients are not told about */
  constructor(
    private readonly time: Time = 'virtual',
    readonly report: (error: unknown) => void = (error) => console.error(error),
  ) {}

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.ahead;
  }

  /** Starts something now. What it throws has been dealt with: nobody waits for its result. */
  start(task: () => Promise<void>): void {
    if (this.closed || this.failure !== null) return;
    void this.during(task).catch(() => {});
  }

  /** Starts something as soon as the code that runs now has come to a pause. */
  soon(task: () => Promise<void>): void {
    this.start(() => new Promise((resolve, reject) => soon(() => task().then(resolve, reject))));
  }

  later(milliseconds: number, task: () => Promise<void>): void {
    if (this.closed || this.failure !== null) return;
    if (this.time === 'real') {
      const timer = setTimer(() => {
        this.timers.delete(timer);
        this.start(task);
      }, milliseconds);
      this.timers.add(timer);
      return;
    }
    this.waiting.push({ at: this.now() + milliseconds, order: this.order++, task });
  }

  /** Does something that counts as going on. */
  async during<T>(task: () => Promise<T>): Promise<T> {
    this.running++;
    try {
      return await task();
    } finally {
      // Whoever waited for the task goes on first, and may start the next one.
      soon(() => this.ended());
    }
  }

  /** Resolves when nothing goes on and nothing waits. Rejects when that does not come to pass. In real time it does not wait. */
  async settled(): Promise<void> {
    if (this.time === 'real') return;
    if (this.running === 0) this.advance();
    if (this.running === 0 && this.failure === null) return;
    await new Promise<void>((resolve, reject) => this.watchers.push({ resolve, reject }));
  }

  /** Does something, and waits until all that it has started is done. A function that does so would wait for itself. */
  async settle<T>(task: () => Promise<T>): Promise<T> {
    if (insideOf() !== undefined) return this.during(task);
    const result = await this.during(task).then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    await this.settled();
    return result();
  }

  /** The chain with a step more. Throws when it is too long. */
  next(step: string, before: Chain | null): Chain {
    const root = before?.root ?? { steps: 0, failure: null };
    const chain: Chain = { step, before, length: (before?.length ?? 0) + 1, repeats: isRepeated(step, before), root };
    if (this.failure !== null) throw this.failure;
    if (this.time === 'real') return inRealTime(chain);
    if (chain.length > LONGEST_CHAIN || ++this.steps > MOST_STEPS) {
      this.failure = new EndlessLoopException(describe(chain, this.steps));
      this.waiting = [];
      throw this.failure;
    }
    return chain;
  }

  close(): void {
    this.closed = true;
    this.waiting = [];
    for (const timer of this.timers) clearTimer(timer);
    this.timers.clear();
  }

  private ended(): void {
    this.running--;
    if (this.running > 0) return;
    this.advance();
    if (this.running > 0) return;
    const { watchers, failure } = this;
    this.watchers = [];
    this.failure = null;
    this.steps = 0;
    for (const watcher of watchers) {
      if (failure === null) watcher.resolve();
      else watcher.reject(failure);
    }
  }

  /** Starts what waits for the earliest time, and lets it be that time. */
  private advance(): void {
    const [first] = this.waiting.sort((a, b) => a.at - b.at || a.order - b.order);
    if (first === undefined) return;
    this.waiting.shift();
    this.ahead += Math.max(0, first.at - this.now());
    this.start(first.task);
  }
}

/** Others have nothing to do with a chain that does not end: it ends alone, and whoever continues one of its branches is told so. */
function inRealTime(chain: Chain): Chain {
  const { root } = chain;
  if (root.failure !== null) throw root.failure;
  if (chain.repeats) root.steps++;
  if (chain.length <= LONGEST_CHAIN && root.steps <= MOST_REPEATS) return chain;
  root.failure = new EndlessLoopException(describe(chain, root.steps));
  throw root.failure;
}

function isRepeated(step: string, before: Chain | null): boolean {
  if (before === null || before.repeats) return before !== null;
  for (let at: Chain | null = before; at !== null; at = at.before) if (at.step === step) return true;
  return false;
}

/** The part of the chain that repeats, or its end where nothing does. */
function describe(chain: Chain, steps: number): string {
  const recent: string[] = [];
  for (let at: Chain | null = chain; at !== null && recent.length < 100; at = at.before) recent.unshift(at.step);
  const last = recent.at(-1);
  const before = recent.lastIndexOf(last as string, recent.length - 2);
  const cycle = before < 0 ? recent.slice(-10) : recent.slice(before + 1);
  const [first = ''] = before < 0 ? [''] : [last];
  const text = [first, ...cycle].filter(Boolean).join(' -> ');
  return `the triggers do not come to rest after ${chain.length > LONGEST_CHAIN ? LONGEST_CHAIN : steps} steps: ${text}`;
}
