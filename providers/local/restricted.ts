// A function's client, which refuses what the function's role in AWS would not allow.
import type { BoundResource } from '../../compiler/local-plan.js';
import { PermissionException } from '../../runtime/core/errors.js';
import { requestBuilders } from '../../runtime/kinds/transactions.js';

/** These give no promise. */
const immediate: readonly string[] = requestBuilders;

/** @param by what messages call the function */
export function restricted(client: object, { id, methods }: BoundResource, by: string): object {
  if (methods === null) return client;
  return new Proxy(client, {
    get(target, method, receiver) {
      const value: unknown = Reflect.get(target, method, receiver);
      if (typeof method !== 'string' || typeof value !== 'function' || methods.includes(method)) return value;
      return () => {
        const error = new PermissionException(`${by} may not call ${method} of ${id.replace(/^[^:]*:/, '')}`);
        if (immediate.includes(method)) throw error;
        const denied = Promise.reject(error);
        return Object.assign(denied, { [Symbol.asyncIterator]: () => ({ next: () => denied }) });
      };
    },
  });
}
