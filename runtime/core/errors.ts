// The errors that user code meets at run time. Provider clients throw them; adapters translate them.
//
// Names are getters on the prototype, not fields: they survive minification, and they are already there when the engine
// writes the first line of `stack`, which a field would miss.

/**
 * What clients throw. Clients are shipped ready-made, with a copy of this module of their own, so `instanceof` goes by the
 * name that a class gives its instances and not by the identity of the class.
 */
class ClientException extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: subclasses inherit this, and it is about the one that is asked
    const name = givenName((this as { readonly prototype: object }).prototype);
    // A user's own subclass has no copies.
    // biome-ignore lint/complexity/noThisInStatic: see above
    if (name === undefined) return Function.prototype[Symbol.hasInstance].call(this, value);
    for (let at: unknown = value; typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at)) {
      if (givenName(at) === name) return true;
    }
    return false;
  }
}

const givenName = (prototype: object): unknown => Object.getOwnPropertyDescriptor(prototype, 'name')?.get?.call(prototype);

/** A failure that may not happen again: throttling, a server error, a broken connection. `cause` is the original error. */
export class RetryableException extends ClientException {
  override get name(): string {
    return 'RetryableException';
  }
}

/** A failure that will happen again with the same input. `cause` is the original error where there is one. */
export class NonRetryableException extends ClientException {
  override get name(): string {
    return 'NonRetryableException';
  }
}

/** The condition given to a store operation did not hold, so nothing was written. */
export class StoreConditionException extends NonRetryableException {
  /** Of a transaction: which of its requests, from 0 on, by what the store is called and the key that was given. */
  declare readonly request?: { readonly index: number; readonly store: string; readonly key: unknown };

  override get name(): string {
    return 'StoreConditionException';
  }
}

/** The function may not do this: its `@Uses...` decorator is missing, or the cloud denied the call. */
export class PermissionException extends NonRetryableException {
  override get name(): string {
    return 'PermissionException';
  }
}

/** The WebSocket connection that a message was sent to is closed. */
export class ConnectionGoneException extends NonRetryableException {
  override get name(): string {
    return 'ConnectionGoneException';
  }
}

/** There is no file of this path in the bucket. */
export class FileNotFoundException extends NonRetryableException {
  override get name(): string {
    return 'FileNotFoundException';
  }
}

/**
 * A function that was invoked through its client threw something. `name` and `message` are those of what it threw; a class
 * that gives its instances no `name` of their own is an `Error` here.
 */
export class InvocationException extends NonRetryableException {
  override get name(): string {
    return 'InvocationException';
  }

  /**
   * @param errorType the `name` of what was thrown, or Lambda's own word, such as `Sandbox.Timedout`
   * @param trace its stack, line by line
   */
  constructor(
    readonly errorType: string,
    message: string,
    readonly trace: readonly string[] = [],
  ) {
    super(message);
    Object.defineProperty(this, 'name', { value: errorType, configurable: true, writable: true });
  }
}

/**
 * Thrown by an HTTP handler to answer with a status other than 500. How the message reaches the client is the project's
 * setting `httpErrorMessageType`.
 */
export class HttpException extends Error {
  /** @param statusCode an HTTP status, 100 to 599 */
  constructor(
    readonly statusCode: number,
    message = '',
  ) {
    super(message);
  }

  override get name(): string {
    return 'HttpException';
  }
}

/** One way in which an input does not fit its type. `path` is empty for the input itself, else like `items[0].name`. */
export interface InputProblem {
  readonly path: string;
  readonly message: string;
}

/** An input that does not fit its type. Thrown by the readers that adapters are given; HTTP answers it with 400. */
export class InvalidInputException extends Error {
  constructor(readonly errors: readonly InputProblem[]) {
    super('invalid input');
  }
}
