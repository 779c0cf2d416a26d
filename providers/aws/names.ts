/**
 * Names from declared names alone. A name that AWS or Terraform takes as it is stays as it is; any other is made fit and
 * ends in a hash of the original, so that two originals do not meet (should they ever, planning reports it). Pure; never
 * looks at other declarations.
 */
import { sha256 } from './text.js';

const HASH_LENGTH = 8;

export interface Fit {
  /** Names that match stay as they are. */
  readonly clean: RegExp;
  /** Characters that the result may have. */
  readonly allowed: RegExp;
  readonly max: number;
}

/**
 * `text` itself when it is clean and short enough, else a readable form of it with `-` and eight hex digits of the hash
 * of `identity` (by default `text`).
 */
export function fitName(text: string, fit: Fit, identity: string = text): string {
  if (fit.clean.test(text) && text.length <= fit.max) return text;
  const readable = [...text].map((char) => (fit.allowed.test(char) ? char : '_')).join('');
  return `${readable.slice(0, fit.max - HASH_LENGTH - 1)}-${sha256(identity).slice(0, HASH_LENGTH)}`;
}

const WORD = /^[A-Za-z0-9_]$/;
/** Terraform sets no limit; addresses are read by people. */
const LONGEST_ID = 200;

/**
 * The Terraform name of a function: `Chat_onMessage`. A class name with `_` in it would make the place of the separator
 * ambiguous (`A_b` + `c`, `A` + `b_c`), so it is hashed.
 */
export function functionId(className: string, method: string): string {
  const fit = { clean: /^[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]+$/, allowed: WORD, max: LONGEST_ID };
  const ambiguous = className.includes('_') || method === '';
  return fitName(`${className}_${method}`, ambiguous ? { ...fit, clean: NOTHING } : fit, `${className}\0${method}`);
}

const NOTHING = /^(?!)/;

/** The Terraform name of what a class declares: `UserDetail`. */
export function classId(className: string): string {
  return fitName(className, { clean: /^[A-Za-z][A-Za-z0-9_]*$/, allowed: WORD, max: LONGEST_ID });
}

/** Lambda, IAM: 64 characters (docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html). */
const FUNCTION_NAME_MAX = 64;

/** `<project>-<stage>-<Class>-<method>`; the role has the same name and the same limit. */
export function functionName(project: string, stage: string, className: string, method: string): string {
  // neither part may contain the separator, else two pairs could give one name
  const clear = !`${className}${method}`.includes('-');
  return fitName(
    `${project}-${stage}-${className}-${method}`,
    { clean: clear ? /^[A-Za-z0-9_-]+$/ : NOTHING, allowed: /^[A-Za-z0-9_-]$/, max: FUNCTION_NAME_MAX },
    [project, stage, className, method].join('\0'),
  );
}

/** Room for `artifacts/` paths under the 255 bytes that file systems give a name. */
const FILE_NAME_MAX = 200;

/** `Chat-onMessage`; file names are compared without case on some machines, so `twins` get a hash. */
export function artifactName(className: string, method: string, twins: boolean): string {
  const clear = !twins && !`${className}${method}`.includes('-');
  return fitName(
    `${className}-${method}`,
    { clean: clear ? /^[A-Za-z0-9_-]+$/ : NOTHING, allowed: /^[A-Za-z0-9_-]$/, max: FILE_NAME_MAX },
    `${className}\0${method}`,
  );
}
