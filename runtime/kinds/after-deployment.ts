// Functions that run as part of a deployment.
import { type HandlerDecorator, noop } from '../core/decorator.js';
import type { FunctionOptions } from '../core/function-options.js';

export interface AfterDeploymentOptions extends FunctionOptions {
  /** Runs after all others that are not tests. Default false. */
  isTest?: boolean;
}

/**
 * Runs the method once after each deployment that changed something, when all files are uploaded. It takes no
 * parameters. What it returns is shown to the person who deployed; what it throws fails the deployment.
 */
export function AfterDeployment(_options?: AfterDeploymentOptions): HandlerDecorator {
  return noop;
}
