// What all adapters share: the specification that generated entries pass, and the instance that handlers are called on.
import type { Shape } from '../core/shape.js';

export interface HandlerSpec {
  /** Makes the instance, once per cold start. */
  readonly create: () => object | Promise<object>;
  readonly method: string;
  /** In the order of the method's parameters. */
  readonly params: readonly Param[];
}

export type Param = 'event' | BodyParam;

export interface BodyParam {
  /** `'string'` and `'bytes'` take what is no JSON, too; `{ opt: ... }` and `'any'` may be absent. */
  readonly body: Shape;
  /** Checks parsed JSON and makes the body of it. Without it the JSON value is the body. Throws an InvalidInputException. */
  readonly read?: Reader;
}

/** See `check` and `build` in core/decode.ts. */
export type Reader = (shape: Shape, json: unknown) => unknown;

export type Methods = Record<string, (...args: unknown[]) => unknown>;

/**
 * The instance, or a promise of it. It is made right away, while Lambda's initialisation still has a whole processor; if
 * that fails, each invocation tries again and reports what it gets.
 */
export function instanceOf(create: HandlerSpec['create']): () => Methods | Promise<Methods> {
  let made: Methods | undefined;
  let making: Promise<Methods> | undefined;
  const start = (): Promise<Methods> =>
    (making ??= (async () => create())().then(
      (instance) => (made = instance as Methods),
      (error: unknown) => {
        making = undefined;
        throw error;
      },
    ));
  start().catch(() => {});
  return () => made ?? start();
}
