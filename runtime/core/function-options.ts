// What all function decorators share.

export interface StagesOption {
  /** The stages that this applies to; by default the project's `defaultStages` (`['dev']` unless configured). */
  stages?: readonly string[];
}

export interface FunctionOptions extends StagesOption {
  /**
   * How long one invocation may run, in seconds. Default 10. Lambda stops at 900; behind an HTTP or WebSocket API
   * nobody waits longer than 29 to 30.
   */
  timeout?: number;
  /** Memory in MB, which decides the share of a processor too. Default 1024. Lambda takes 128 to 10240. */
  memory?: number;
}
