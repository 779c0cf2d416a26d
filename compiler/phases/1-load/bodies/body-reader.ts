/** The bodies of a file while they are collected, and what all readers of syntax ask. */
import { ts } from 'ts-morph';
import type { ClassBody, FunctionBody } from '../../../ir/body-facts.js';
import type { Range, TypeFact } from '../../../ir/facts.js';
import { readType } from '../read-type.js';
import { FunctionBuilder, Scope } from './function-builder.js';
import { literalKey } from './syntax.js';

/** Where code stands: its function and the names that it sees. */
export interface Place {
  readonly fn: FunctionBuilder;
  readonly scope: Scope;
}

export class BodyReader {
  readonly functions: (FunctionBody | null)[] = [];
  readonly classes: (ClassBody | null)[] = [];
  readonly classNames = new Map<string, number>();
  /** Local names of imports from nimbusc: decorators by these names do nothing. */
  readonly nimbus = new Set<string>();
  readonly module: Place;
  /** False for most files, which then need not be searched for them. */
  readonly hasVars: boolean;

  constructor(readonly file: ts.SourceFile) {
    this.hasVars = /\bvar\b/.test(file.text);
    const fn = this.function(null, null, [0, file.text.length], false);
    this.module = { fn, scope: new Scope(fn, null) };
  }

  at(node: ts.Node): Range {
    return [node.getStart(this.file), node.end];
  }

  function(parent: FunctionBuilder | null, name: string | null, at: Range, arrow: boolean): FunctionBuilder {
    const index = this.functions.length;
    this.functions.push(null);
    return new FunctionBuilder(index, parent, name, at, arrow);
  }

  finish(fn: FunctionBuilder): void {
    this.functions[fn.index] = fn.finish();
  }

  memberName(name: ts.PropertyName): string | null {
    if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteralLike(name)) return name.text;
    if (ts.isNumericLiteral(name)) return String(Number(name.text));
    return ts.isComputedPropertyName(name) ? literalKey(name.expression) : null;
  }

  /** Null: it tells no class. */
  type(node: ts.TypeNode): TypeFact | null {
    return telling(readType(this.file, node));
  }
}

/** Types that may tell a class; others say nothing about values from outside. */
function telling(type: TypeFact): TypeFact | null {
  switch (type.t) {
    case 'ref':
    case 'object':
      return type;
    case 'array':
      return telling(type.of) === null ? null : type;
    case 'tuple':
      return type.items.some((item) => telling(item) !== null) ? type : null;
    case 'union':
      return type.of.some((item) => telling(item) !== null) ? type : null;
    default:
      return null;
  }
}
