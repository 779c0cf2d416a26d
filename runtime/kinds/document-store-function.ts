// Functions that run after an item of a document store has changed.
import { type Constructor, type HandlerDecorator, noop } from '../core/decorator.js';
import type { FunctionOptions } from '../core/function-options.js';
import type { StoreEventType } from './store-function.js';

export interface DocumentStoreServerlessFunctionOptions extends FunctionOptions {
  /** The class of the store. */
  dataModel: Constructor;
  method: StoreEventType;
}

/**
 * Calls the method after each change of this kind, and never for another. With INSERT it takes at most the new item and a
 * StoreEvent, with REMOVE the old item and a StoreEvent, in any order. With MODIFY it takes no item, one (the new one) or two
 * (the old one, the new one), and then a StoreEvent.
 *
 * Changes of one item come in their order. When the method throws, the change is delivered again a few times; those after
 * it wait. In the end it goes to the function's dead-letter queue.
 */
export function DocumentStoreServerlessFunction(_options: DocumentStoreServerlessFunctionOptions): HandlerDecorator {
  return noop;
}
