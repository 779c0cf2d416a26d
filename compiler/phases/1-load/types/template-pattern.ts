/** Template literal types as regular expressions. */
import { ts } from 'ts-morph';

/** The regular expression of a template literal type: `item-${number}`. */
export function templatePattern(type: ts.TemplateLiteralType): string {
  const pieces = type.texts.map(
    (text, index) => escapePattern(text) + (index < type.types.length ? partPattern(type.types[index] as ts.Type) : ''),
  );
  return `^${pieces.join('')}$`;
}

function partPattern(type: ts.Type): string {
  if (type.isUnion()) return `(?:${type.types.map(partPattern).join('|')})`;
  if (type.isStringLiteral() || type.isNumberLiteral()) return escapePattern(String(type.value));
  if (type.flags & ts.TypeFlags.TemplateLiteral) return templatePattern(type as ts.TemplateLiteralType).slice(1, -1);
  if (type.flags & ts.TypeFlags.NumberLike) return '-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?';
  if (type.flags & ts.TypeFlags.BigIntLike) return '-?(?:0|[1-9]\\d*)';
  if (type.flags & ts.TypeFlags.BooleanLike) return '(?:true|false)';
  return '[\\s\\S]*';
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
