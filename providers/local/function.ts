// A function of the local cloud: the same adapter, the same readers and writers as in AWS around the user's method, with
// clients of its own, its environment and its time limit; and a record of how it was called.
import { randomUUID } from 'node:crypto';
import type { LocalFunctionPlan } from '../../compiler/local-plan.js';
import { type Activity, type Chain, EndlessLoopException } from './activity.js';
import { type Running, runAs, running } from './context.js';
import type { Environment } from './environment.js';
import { remember } from './kinds/service.js';
import type { Linked } from './link.js';

// As they are before a test replaces them.
const { setTimeout: setTimer, clearTimeout: clearTimer } = globalThis;

/** One call of the user's method. */
export interface MethodInvocation {
  readonly arguments: readonly unknown[];
  /** What it returned, when it did. */
  returnValue?: unknown;
  /** What it threw. */
  error?: unknown;
}

export interface FunctionOptions {
  readonly class: string;
  readonly method: string;
  /** Seconds. */
  readonly timeout: number;
  /** MB. */
  readonly memory: number;
  readonly trigger: string;
  readonly factory: object | null;
}

export type Bindings = Map<string, Map<unknown, object>>;

export class TaskTimedOut extends Error {
  override get name(): string {
    return 'Sandbox.Timedout';
  }
}

/** They hold arguments and results, which may be large. */
const MOST_INVOCATIONS = 1_000;

/** What runs a function's code. */
export interface Instance {
  /** Gives what the adapter gives, and throws what it throws; a TaskTimedOut when that takes too long. */
  handle(event: unknown, context: { readonly awsRequestId: string }): Promise<unknown>;
  /** Nothing is handed to it any more. */
  close?(): void;
}

/** Is told of what functions do. */
export interface Watcher {
  started(call: Call): void;
  ended(call: Call, milliseconds: number, outcome: Outcome): void;
}

export type Outcome = { readonly result: unknown } | { readonly thrown: unknown };

export interface Call {
  readonly id: string;
  readonly function: LocalFunction;
  /** What called it. */
  readonly via: string;
  readonly startedAt: number;
}

export class LocalFunction {
  /** `Chat.onMessage` */
  readonly name: string;
  /** The last ones. */
  readonly invocations: MethodInvocation[] = [];
  timesInvoked = 0;
  private instance: Instance | null = null;
  private readonly contexts = new Map<string, Running>();

  constructor(
    readonly id: string,
    public options: FunctionOptions,
    public plan: LocalFunctionPlan,
    private readonly stage: string,
    private readonly activity: Activity,
    public environment: Environment,
    private readonly make: (fn: LocalFunction) => Instance,
    private readonly find: (fn: LocalFunction, kind: string, target: unknown) => object | undefined,
    private readonly watcher: Watcher | null = null,
  ) {
    this.name = `${options.class}.${options.method}`;
  }

  /**
   * Gives what the adapter gives, and throws what it throws.
   *
   * @param via what calls it, for the report of a loop: `queue orders`
   */
  async invoke(event: unknown, via: string, before: Chain | null = running()?.chain ?? null): Promise<unknown> {
    const call: Call = { id: randomUUID(), function: this, via, startedAt: Date.now() };
    const chain = this.next(call, before);
    const context = this.context(chain, call.id);
    this.contexts.set(call.id, context);
    this.watcher?.started(call);
    const began = performance.now();
    try {
      const result = await runAs(context, async () => {
        // The first call makes the instance, as the start of a Lambda function does; each function has its own.
        this.instance ??= this.make(this);
        return this.instance.handle(event, { awsRequestId: call.id });
      });
      this.watcher?.ended(call, performance.now() - began, { result });
      return result;
    } catch (error) {
      this.watcher?.ended(call, performance.now() - began, { thrown: error });
      throw error;
    } finally {
      this.contexts.delete(call.id);
    }
  }

  private next(call: Call, before: Chain | null): Chain {
    try {
      return this.activity.next(`${call.via} -> ${this.name}`, before);
    } catch (error) {
      // Of a loop with many branches each has the same to say.
      if (error instanceof EndlessLoopException && !error.isTold) {
        error.isTold = true;
        this.watcher?.started(call);
        this.watcher?.ended(call, 0, { thrown: error });
      }
      throw error;
    }
  }

  /** Does something for a call that goes on somewhere else, or for none. */
  during<T>(call: string | null, task: () => T): T {
    return runAs(this.contexts.get(call ?? '') ?? this.context(null), task);
  }

  /** What is called from now on runs other code, or the same code with other settings. */
  renew(to?: { readonly options: FunctionOptions; readonly plan: LocalFunctionPlan; readonly environment: Environment }): void {
    Object.assign(this, to);
    this.instance?.close?.();
    this.instance = null;
  }

  /** A variable of its environment. */
  variable(name: string): string | undefined {
    return this.environment.get(name);
  }

  /** The chain that the running code is part of. */
  here(): Chain | null {
    return running()?.chain ?? null;
  }

  /** What stands for the user's class in the entry: its instances record how the method is called. */
  recorder(Class: new () => object, isFactory: boolean): new () => object {
    const { method } = this.options;
    const recording = (instance: object): object => ({
      [method]: (...args: unknown[]) => this.record(args, () => (instance as Methods)[method]!(...args)),
    });
    return function Handler() {
      if (!isFactory) return recording(new Class());
      return { create: async () => recording((await (new Class() as Methods)['create']!()) as object) };
    } as unknown as new () => object;
  }

  private async record(args: readonly unknown[], call: () => unknown): Promise<unknown> {
    const invocation: MethodInvocation = { arguments: args };
    this.timesInvoked++;
    // Who watches keeps what is worth it; a server would gather them for ever.
    if (this.watcher === null) remember(this.invocations, invocation, MOST_INVOCATIONS);
    try {
      const value = await call();
      invocation.returnValue = value;
      return value;
    } catch (error) {
      invocation.error = error;
      throw error;
    }
  }

  private context(chain: Chain | null, id: string | null = null): Running {
    return {
      stage: this.stage,
      chain,
      call: id === null ? null : { function: this.name, id },
      find: (kind, target) => this.find(this, kind, target),
      variable: (name) => this.environment.get(name),
      variables: this.environment.names,
    };
  }
}

type Methods = Record<string, (...args: unknown[]) => unknown>;

/** An instance in this process, which a time-out leaves alone. */
export function instanceHere(name: string, timeout: number, handler: ReturnType<Linked['handler']>): Instance {
  return { handle: (event, context) => inTime(name, timeout, handler(event, context)) };
}

function inTime<T>(name: string, timeout: number, result: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimer(() => reject(timedOut(name, timeout)), timeout * 1000);
    result.then(resolve, reject).finally(() => clearTimer(timer));
  });
}

/** @param timeout seconds */
export const timedOut = (name: string, timeout: number): TaskTimedOut =>
  new TaskTimedOut(`${name}: Task timed out after ${timeout.toFixed(2)} seconds`);
