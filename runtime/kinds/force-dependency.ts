// Packages that no import shows.
import { type HandlerDecorator, noop } from '../core/decorator.js';

/**
 * Puts packages, with all that they depend on, into the function's zip, where `import(name)` and `require(name)` find them
 * though no `import` in the source names them. They are copied as they are installed.
 */
export function ForceDependency(_package: string, ..._more: readonly string[]): HandlerDecorator {
  return noop;
}
