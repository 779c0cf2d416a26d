// Functions that run after a value of a key-value store has changed.
import { type Constructor, type HandlerDecorator, noop } from '../core/decorator.js';
import type { FunctionOptions } from '../core/function-options.js';
import type { StoreEventType } from './store-function.js';

export interface KeyValueStoreServerlessFunctionOptions extends FunctionOptions {
  /** The class of the store. */
  dataModel: Constructor;
  method: StoreEventType;
}

/** Calls the method after each change of this kind, as `DocumentStoreServerlessFunction` does; the items are the values. */
export function KeyValueStoreServerlessFunction(_options: KeyValueStoreServerlessFunctionOptions): HandlerDecorator {
  return noop;
}
