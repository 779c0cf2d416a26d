/**
 * Strings of the Terraform module that mix text with references. Text is escaped and references are written when a
 * template is rendered, so nothing can be escaped twice or not at all. Each reference knows how long its value may get:
 * limits are checked before anything is deployed.
 */
import { escapeTemplate } from './text.js';

/** A Terraform expression. */
export interface Ref {
  /** Without braces: `aws_dynamodb_table.UserDetail.arn`. */
  readonly expression: string;
  /** The most characters that its value can have. */
  readonly longest: number;
}

/** Plain text and references, in order. */
export type Template = readonly (string | Ref)[];

export function ref(expression: string, longest: number): Ref {
  return { expression, longest };
}

export function render(template: Template): string {
  const parts = joined(template);
  return parts
    .map((part, index) => {
      if (typeof part !== 'string') return `\${${part.expression}}`;
      const text = escapeTemplate(part);
      // `$` just before a reference would make an escape sequence of the reference's own `${`
      return typeof parts[index + 1] === 'object' ? text.replace(/\$+$/, (signs) => `\${"${signs}"}`) : text;
    })
    .join('');
}

/** The same as an expression, to be used within another one: a string in quotes. */
export function expression(template: Template): string {
  const [only] = template;
  if (template.length === 1 && typeof only === 'object') return only.expression;
  const parts = joined(template).map((part) => (typeof part === 'string' ? quotable(part) : part));
  return `"${render(parts)}"`;
}

/** What HCL wants escaped in quotes; `${` is left to `render`. */
function quotable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
  return text.replace(/["\\\u0000-\u001f]/g, (char) =>
    char === '"' || char === '\\' ? `\\${char}` : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The most bytes that the value can have. */
export function longest(template: Template): number {
  return template.reduce((sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : part.longest), 0);
}

/** Neighbouring texts as one, so that `$` and `{` of two of them cannot meet unescaped. */
function joined(template: Template): (string | Ref)[] {
  const parts: (string | Ref)[] = [];
  for (const part of template) {
    const last = parts[parts.length - 1];
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  return parts;
}

const PARTITION = 'aws-us-gov';
const REGION = 'ap-southeast-99';
const ACCOUNT = '123456789012';

/** The length of an ARN in the partition and region with the longest names. */
export function arnLength(service: string, resource: string | number): number {
  const prefix = `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:`;
  return prefix.length + (typeof resource === 'string' ? resource.length : resource);
}
