/** Builds the long text of a code, so that all of them have one form: what it is, why, a bad and a good example. */

/** TypeScript unless it says otherwise. */
export type Example = string | { readonly yaml: string } | { readonly sh: string };

export interface Page {
  /** One sentence; SARIF's short description. */
  readonly what: string;
  /** A short paragraph: why it matters, what nimbusc does about it. */
  readonly why: string;
  readonly bad: Example;
  readonly good: Example;
}

export function page({ what, why, bad, good }: Page): string {
  return `${what}\n\n${dedent(why)}\n\nBad:\n\n${fence(bad)}\n\nGood:\n\n${fence(good)}\n`;
}

function fence(example: Example): string {
  if (typeof example === 'string') return block('ts', example);
  return 'yaml' in example ? block('yaml', example.yaml) : block('sh', example.sh);
}

function block(language: string, text: string): string {
  return `\`\`\`${language}\n${dedent(text)}\n\`\`\``;
}

/** Removes the indentation that all lines share, and empty lines around the text. */
export function dedent(text: string): string {
  const lines = text
    .replace(/^\s*\n/u, '')
    .trimEnd()
    .split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const shared = indents.length === 0 ? 0 : Math.min(...indents);
  return lines.map((line) => line.slice(shared).trimEnd()).join('\n');
}
