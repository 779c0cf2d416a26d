// An @AfterDeployment method as a Lambda function. What it throws fails the invocation, and with it the deployment.
import { toJson } from '../core/shape.js';
import { type HandlerSpec, instanceOf } from './handler.js';

export function adapt(spec: HandlerSpec): (event?: unknown) => Promise<unknown> {
  const instance = instanceOf(spec.create);
  return async () => {
    const json = toJson(await (await instance())[spec.method]!());
    return json === undefined ? null : JSON.parse(json);
  };
}
