// A function of the local cloud: the same adapter, the same readers and writers as in AWS around the user's method, with
// clients of its own, its environment and its time limit; and a record of how it was called.
import { randomUUID } from 'node:crypto';
import type { LocalFunctionPlan } from '../../compiler/local-plan.js';
import type { Activity, Chain } from './activity.js';
import { type Running, runAs, running } from './context.js';
import type { Environment } from './environment.js';
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
  readonly trigger: string;
}

export type Bindings = Map<string, Map<unknown, object>>;

export class TaskTimedOut extends Error {
  override get name(): string {
    return 'Sandbox.Timedout';
  }
}

type Handler = ReturnType<Linked['handler']>;

export class LocalFunction {
  /** `Chat.onMessage` */
  readonly name: string;
  readonly invocations: MethodInvocation[] = [];
  private handler: Handler | null = null;

  constructor(
    readonly id: string,
    readonly options: FunctionOptions,
    readonly plan: LocalFunctionPlan,
    private readonly stage: string,
    private readonly activity: Activity,
    private readonly environment: Environment,
    private readonly make: () => Handler,
    private readonly find: (fn: LocalFunction, kind: string, target: unknown) => object | undefined,
  ) {
    this.name = `${options.class}.${options.method}`;
  }

  /**
   * Gives what the adapter gives, and throws what it throws.
   *
   * @param via what calls it, for the report of a loop: `queue orders`
   */
  async invoke(event: unknown, via: string, before: Chain | null = running()?.chain ?? null): Promise<unknown> {
    const chain = this.activity.next(`${via} -> ${this.name}`, before);
    return runAs(this.context(chain), async () => {
      // The first call makes the instance, as the start of a Lambda function does; each function has its own.
      this.handler ??= this.make();
      return this.inTime(this.handler(event, { awsRequestId: randomUUID() }));
    });
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
    this.invocations.push(invocation);
    try {
      const value = await call();
      invocation.returnValue = value;
      return value;
    } catch (error) {
      invocation.error = error;
      throw error;
    }
  }

  private context(chain: Chain): Running {
    return {
      stage: this.stage,
      chain,
      find: (kind, target) => this.find(this, kind, target),
      variable: (name) => this.environment.get(name),
      variables: this.environment.names,
    };
  }

  private inTime<T>(result: Promise<T>): Promise<T> {
    const { timeout } = this.options;
    return new Promise((resolve, reject) => {
      const timer = setTimer(
        () => reject(new TaskTimedOut(`${this.name}: Task timed out after ${timeout.toFixed(2)} seconds`)),
        timeout * 1000,
      );
      result.then(resolve, reject).finally(() => clearTimer(timer));
    });
  }
}

type Methods = Record<string, (...args: unknown[]) => unknown>;
