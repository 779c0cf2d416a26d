// The errors that user code meets at run time. Provider clients throw them; adapters translate them.
//
// Names are getters on the prototype, not fields: they survive minification, and they are already there when the engine
// writes the first line of `stack`, which a field would miss.

/** A failure that may not happen again: throttling, a server error, a broken connection. `cause` is the original error. */
export class RetryableException extends Error {
  override get name(): string {
    return 'RetryableException';
  }
}

/** A failure that will happen again with the same input. `cause` is the original error where there is one. */
export class NonRetryableException extends Error {
  override get name(): string {
    return 'NonRetryableException';
  }
}

/** The condition given to a store operation did not hold, so nothing was written. */
export class StoreConditionException extends NonRetryableException {
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
