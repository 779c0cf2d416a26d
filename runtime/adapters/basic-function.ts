// A @BasicServerlessFunction method as a Lambda function: the event is the parameter, or nothing that a method with a
// schedule would take. What the method throws fails the invocation; Lambda hands its name and message to the caller.
import { InvalidInputException } from '../core/errors.js';
import { required, toJson } from '../core/shape.js';
import { type BodyParam, type HandlerSpec, instanceOf } from './handler.js';

export interface BasicSpec extends HandlerSpec {
  /** Gives the JSON text of results whose type says more than their values. */
  readonly write?: (result: unknown) => string | undefined;
}

export function adapt(spec: BasicSpec): (event?: unknown) => Promise<unknown> {
  const instance = instanceOf(spec.create);
  return async (event = null) => {
    const args = spec.params.map((param) => bodyOf(param as BodyParam, event));
    const json = (spec.write ?? toJson)(await (await instance())[spec.method]!(...args));
    return json === undefined ? null : JSON.parse(json);
  };
}

function bodyOf({ body, read }: BodyParam, json: unknown): unknown {
  // JSON has no undefined: the client sends null for it.
  const isAbsent = json === null && typeof body === 'object' && 'opt' in body;
  if (!read) return isAbsent ? undefined : json;
  try {
    return read(required(body), json);
  } catch (error) {
    if (isAbsent) return undefined;
    throw error instanceof InvalidInputException ? named(error) : error;
  }
}

/** Lambda passes on nothing of an error but its name, its message and its stack. */
function named({ message, errors }: InvalidInputException): Error {
  const problems = errors.map((problem) => (problem.path ? `${problem.path}: ${problem.message}` : problem.message));
  return Object.assign(new Error(`${message}: ${problems.join('; ')}`), { name: 'InvalidInputException' });
}
