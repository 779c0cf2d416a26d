/**
 * Mistakes in YAML in words that help: the `yaml` package names rules of the YAML specification and points where it
 * noticed, a person wants to know which character to change. Texts for the mistakes that people make; the package's
 * own words for the others.
 */
import * as yaml from 'yaml';
import type { ParseProblem, Range } from './config-node.js';

type Found = Pick<ParseProblem, 'problem' | 'hint'> & { readonly label?: string; readonly at?: Range };

export function yamlProblem(
  mistake: yaml.YAMLError,
  text: string,

  document: yaml.Document.Parsed,
): ParseProblem {
  const reported: Range = { start: mistake.pos[0], end: mistake.pos[1] };
  const found = closingQuote(mistake, text, document) ?? closingBracket(mistake, text, document) ?? byCode(mistake, text);
  return {
    why: mistake.code === 'RESOURCE_EXHAUSTION' ? 'too-large' : 'syntax',
    problem: found.problem,
    hint: found.hint,
    label: found.label ?? '',
    at: firstLine(text, found.at ?? reported),
  };
}

/** Noticed at the end of the file; made where the quote was opened. */
function closingQuote(mistake: yaml.YAMLError, text: string, document: yaml.Document.Parsed): Found | null {
  if (!mistake.message.startsWith('Missing closing')) return null;
  let opened = mistake.pos[0];
  yaml.visit(document, {
    Scalar: (_, node) => {
      const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
      const start = node.range?.[0] ?? opened;
      if (quoted && start <= mistake.pos[0]) opened = start;
    },
  });
  // the visit gives the last quoted text; only the last one can lack its end
  return { problem: 'the closing quote is missing', hint: null, label: 'opened here', at: { start: opened, end: text.length } };
}

function closingBracket(mistake: yaml.YAMLError, text: string, document: yaml.Document.Parsed): Found | null {
  const close = /must.* end with a ([\]}])/u.exec(mistake.message)?.[1];
  if (close === undefined) return null;
  const open = close === ']' ? '[' : '{';
  let opened = mistake.pos[0];
  yaml.visit(document, {
    Collection: (_, node) => {
      const [start = 0, end = 0] = node.range ?? [];
      // the innermost one that reaches up to where the end was expected
      if (node.flow === true && text[start] === open && start < mistake.pos[0] && end >= mistake.pos[0] - 1) opened = start;
    },
  });
  return { problem: `the closing ${close} is missing`, hint: null, label: 'opened here', at: { start: opened, end: opened + 1 } };
}

const NO_PAIR: Found = { problem: 'this line has no "key: value"', hint: 'write a colon and a space behind the key' };

function byCode(mistake: yaml.YAMLError, text: string): Found {
  switch (mistake.code) {
    case 'TAB_AS_INDENT':
      return { problem: 'a line is indented with a tab', hint: 'YAML allows only spaces in front of a line' };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return colonInValue(mistake, text) ?? indentation(nextLine(text, mistake.pos[0]));
    case 'BAD_INDENT':
      return indentation();
    case 'MULTILINE_IMPLICIT_KEY':
      return NO_PAIR;
    case 'MISSING_CHAR':
      return mistake.message.startsWith('Implicit map keys') ? NO_PAIR : inItsWords(mistake);
    case 'BAD_SCALAR_START':
      return {
        problem: `a value starts with ${text[mistake.pos[0]] ?? 'a reserved character'}`,
        hint: 'put the value in quotes',
      };
    case 'BAD_DQ_ESCAPE': {
      const sequence = text.slice(mistake.pos[0], mistake.pos[0] + 2);
      return {
        problem: `there is no escape sequence ${sequence}`,
        hint: 'write \\\\ for a backslash, or use single quotes',
        at: { start: mistake.pos[0], end: mistake.pos[0] + 2 },
      };
    }
    case 'MULTIPLE_DOCS':
      return { problem: 'it has several documents', hint: 'remove the line "---" and what follows it' };
    case 'TAG_RESOLVE_FAILED':
      return { problem: 'tags have no meaning here', hint: 'remove the tag, or put the whole value in quotes' };
    case 'RESOURCE_EXHAUSTION':
      return { problem: 'values are nested too deep', hint: null };
    case 'UNEXPECTED_TOKEN':
      return { problem: 'this does not belong here', hint: null };
    default:
      return inItsWords(mistake);
  }
}

/** `awsProviderVersion: x: y`; an indented line below a value gives the same code of the package. */
function colonInValue(mistake: yaml.YAMLError, text: string): Found | null {
  const { start, end } = firstLine(text, { start: mistake.pos[0], end: text.length });
  if (!/:(?:\s|$)/u.test(text.slice(start, end))) return null;
  return {
    problem: 'there is a second colon in the line',
    hint: 'put the value in quotes if the colon belongs to it',
    at: { start, end },
  };
}

function indentation(at?: Range): Found {
  return {
    ...(at === undefined ? {} : { at }),
    problem: 'the indentation does not fit',
    hint: 'keys of one block start in the same column, further right than the key above the block',
  };
}

/** The text of the next line that has any; the package blames the value above it. */
function nextLine(text: string, offset: number): Range {
  const rest = /^[^\r\n]*[\s]*/u.exec(text.slice(offset))?.[0].length ?? 0;
  return { start: Math.min(offset + rest, text.length), end: text.length };
}

function inItsWords(mistake: yaml.YAMLError): Found {
  const { message } = mistake;
  return { problem: `${(message[0] ?? '').toLowerCase()}${message.slice(1)}`, hint: null };
}

function firstLine(text: string, { start, end }: Range): Range {
  const line = /^[^\r\n]*/u.exec(text.slice(start, end))?.[0] ?? '';
  // a line of nothing but space is itself the mistake
  return { start, end: start + (line.trimEnd() === '' ? line : line.trimEnd()).length };
}
