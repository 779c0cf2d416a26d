// What the simulations of the kinds are given, and what they give.
import type { JsonObject } from '../../../compiler/ir/json.js';
import type { Activity } from '../activity.js';
import type { LocalFunction } from '../function.js';

export interface Node {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly options: JsonObject;
}

export interface Edge {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
}

/** The cloud as a simulation sees it. */
export interface Surroundings {
  readonly project: string;
  readonly stage: string;
  readonly activity: Activity;
  /** The functions that a node triggers. */
  triggeredBy(id: string): readonly LocalFunction[];
  /** The nodes of a kind that a node contains. */
  containedIn(id: string, kind: string): readonly Node[];
  /** The origin that a text means, which may be `${BUCKETNAME_URL}`. */
  originOf(text: string): string;
  /** How much is remembered of what has happened. */
  readonly history: number;
}

/** Adds to a list that may not grow for ever. */
export function remember<T>(list: T[], one: T, history: number): void {
  list.push(one);
  // One by one would move all of them each time.
  if (list.length > 2 * history) list.splice(0, list.length - history);
}

/** How many of the last calls and messages tests can look at. */
export const HISTORY = 10_000;

/** How often Lambda tries an asynchronous invocation again, and after how long. docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const RETRIES_AFTER_MS = [60_000, 120_000];

/** An asynchronous invocation: nobody learns of its result, and a failure is tried again. */
export function invokeAsync(activity: Activity, fn: LocalFunction, event: unknown, via: string): void {
  const chain = fn.here();
  const attempt = async (number: number): Promise<void> => {
    try {
      await fn.invoke(event, via, chain);
    } catch (error) {
      activity.report(error);
      const pause = RETRIES_AFTER_MS[number];
      if (pause !== undefined) activity.later(pause, () => attempt(number + 1));
    }
  };
  activity.soon(() => attempt(0));
}
