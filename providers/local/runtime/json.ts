// Values as they travel: what JSON makes of them, as the client in AWS would send it.
import { toJson } from '../../../runtime/core/shape.js';

/** Undefined where JSON has no text for it. */
export function asJson(value: unknown): unknown {
  const text = toJson(value);
  return text === undefined ? undefined : JSON.parse(text);
}
