// Which function of which local cloud the running code belongs to. Clients are looked up here, by the one registry that
// user code asks; code that no function has called (a test) sees the cloud that was made last.
import { AsyncLocalStorage } from 'node:async_hooks';
import process from 'node:process';
import { registry } from '../../runtime/core/binding.js';
import type { Chain } from './activity.js';

export interface Running {
  /** The stage of the cloud. */
  readonly stage: string;
  readonly chain: Chain | null;
  /** The function's name and the call; null where code runs that no function has called. */
  readonly call: { readonly function: string; readonly id: string } | null;
  find(kind: string, target: unknown): object | undefined;
  /** A variable of the function's environment; undefined: not one of its. */
  variable(name: string): string | undefined;
  /** The names of all of them. */
  readonly variables: readonly string[];
}

const storage = new AsyncLocalStorage<Running>();
/** The newest last. */
let open: Running[] = [];

export const running = (): Running | undefined => storage.getStore();

export const runAs = <T>(as: Running, task: () => T): T => storage.run(as, task);

/** Makes the clients of a cloud those of code that no function has called. */
export function enter(cloud: Running): void {
  if (open.length === 0) install();
  open.push(cloud);
}

export function leave(cloud: Running): void {
  if (!open.includes(cloud)) return;
  open = open.filter((one) => one !== cloud);
  if (open.length === 0) uninstall();
}

const current = (): Running | undefined => storage.getStore() ?? open.at(-1);

function install(): void {
  const shared = registry();
  shared.resolve = (kind, target) => current()?.find(kind, target);
  shared.stage = () => current()?.stage ?? '';
  shared.local = true;
  process.env = environment(process.env);
}

function uninstall(): void {
  const shared = registry();
  delete shared.resolve;
  delete shared.stage;
  delete shared.local;
  process.env = own;
}

let own = process.env;

/** The process's environment, in which a running function sees its own variables first. */
function environment(outer: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  own = outer;
  const variable = (name: string | symbol): string | undefined =>
    typeof name === 'string' ? storage.getStore()?.variable(name) : undefined;
  return new Proxy(outer, {
    get: (target, name) => variable(name) ?? Reflect.get(target, name),
    has: (target, name) => variable(name) !== undefined || Reflect.has(target, name),
    ownKeys: (target) => [...new Set([...(storage.getStore()?.variables ?? []), ...Reflect.ownKeys(target)])],
    getOwnPropertyDescriptor(target, name) {
      const value = variable(name);
      return value === undefined
        ? Reflect.getOwnPropertyDescriptor(target, name)
        : { value, writable: true, enumerable: true, configurable: true };
    },
  });
}
