// Classes of handlers that something else has to make.
import { type Constructor, type MadeClassDecoratorOf, noop } from '../core/decorator.js';

export interface CustomFactoryInterface<T> {
  /** Called once per cold start, and again by the next invocation when it failed. */
  create(): T | Promise<T>;
}

/** Handlers of the class are called on what `new factory().create()` gives instead of on `new Class()`. */
export function CustomFactory<T extends object>(_factory: Constructor<CustomFactoryInterface<T>>): MadeClassDecoratorOf<T> {
  return noop;
}
