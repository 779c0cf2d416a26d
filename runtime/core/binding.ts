// The meeting point of user code and provider. User code asks for clients by kind and target (a class, a name, or null
// where a kind has one client); a provider's `register` functions put the real clients here at cold start. A client is
// looked up at each operation, never when it is asked for: fields and module-level constants are made before any
// provider is there, and a client that a function does not declare must fail at its use, with a helpful message.
import { PermissionException } from './errors.js';

/** What providers fill. It hangs on `globalThis`, so that two copies of this module in one process share it. */
export interface Registry {
  /** kind -> target -> client */
  readonly clients: Map<string, Map<unknown, object>>;
  /** Names of targets as the user wrote them; a minified bundle has no others. */
  readonly names: Map<unknown, string>;
  /** A host that runs many functions in one process answers here for the function that is running. */
  resolve?: (kind: string, target: unknown) => object | undefined;
  /** The stage, where it does not come from the environment. */
  stage?: () => string;
  /** True in the local cloud. */
  local?: boolean;
}

const key = /* @__PURE__ */ Symbol.for('nimbusc');

export function registry(): Registry {
  const scope = globalThis as { [key]?: Registry };
  scope[key] ??= { clients: new Map(), names: new Map() };
  return scope[key];
}

/** Puts a client in place. `name` is what the user calls the target. */
export function bind(kind: string, target: unknown, client: object, name?: string): void {
  const { clients, names } = registry();
  let ofKind = clients.get(kind);
  if (!ofKind) clients.set(kind, (ofKind = new Map()));
  ofKind.set(target, client);
  if (name !== undefined) names.set(target, name);
}

export function findClient(kind: string, target: unknown): object | undefined {
  const { resolve, clients } = registry();
  return resolve ? resolve(kind, target) : clients.get(kind)?.get(target);
}

/**
 * A client whose operations find the real client when they are called.
 *
 * @param operations every operation of the client
 * @param declaration the decorator to write, given the target's name (empty when nobody told it)
 * @param immediate further operations, which give no promise
 */
export function lazyClient<C extends object>(
  kind: string,
  target: unknown,
  operations: readonly (keyof C & string)[],
  declaration: (name: string) => string,
  immediate: readonly (keyof C & string)[] = [],
): C {
  const client: Record<string, unknown> = {};
  for (const operation of [...operations, ...immediate]) {
    client[operation] = (...args: unknown[]): unknown => {
      const bound = findClient(kind, target) as Record<string, (...args: unknown[]) => unknown> | undefined;
      if (bound) return bound[operation]!(...args);
      const name = typeof target === 'string' ? target : (registry().names.get(target) ?? '');
      const problem = `this function does not declare ${declaration(name)}`;
      if (immediate.includes(operation)) throw new PermissionException(problem);
      return denied(problem);
    };
  }
  return client as C;
}

/** A rejected promise that `for await` can iterate too, because `stream()` returns an iterable and not a promise. */
function denied(message: string): Promise<never> {
  const rejected = Promise.reject(new PermissionException(message));
  return Object.assign(rejected, { [Symbol.asyncIterator]: () => ({ next: () => rejected }) });
}
