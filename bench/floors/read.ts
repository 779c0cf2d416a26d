/**
 * The reading part of floor (b): the TypeScript parser on every source file, and a walk over decorators that knows just
 * the shapes which the generator writes. No symbols, no constants, no checks.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ts } from 'ts-morph';

// By `require`, as in cdktf-modules.ts.
const { ts: typescript } = createRequire(import.meta.url)('ts-morph') as typeof import('ts-morph');

export type Trigger =
  | { readonly kind: 'http'; readonly method: string; readonly path: string }
  | { readonly kind: 'websocket'; readonly topic: string }
  | { readonly kind: 'after-deployment' };

export interface FloorFunction {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly trigger: Trigger;
  readonly tables: readonly string[];
  readonly sendsToSockets: boolean;
}

export interface FloorTable {
  readonly name: string;
  readonly key: string;
  readonly file: string;
  readonly line: number;
}

export interface FloorApp {
  readonly functions: readonly FloorFunction[];
  readonly tables: readonly FloorTable[];
}

interface Decorator {
  readonly name: string;
  readonly options: ReadonlyMap<string, string>;
}

export function readApp(project: string): FloorApp {
  const functions: FloorFunction[] = [];
  const tables: FloorTable[] = [];
  for (const name of readdirSync(join(project, 'src'), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!name.endsWith('.ts')) continue;
    const file = `src/${name}`;
    const text = readFileSync(join(project, file), 'utf8');
    const source = typescript.createSourceFile(file, text, typescript.ScriptTarget.ES2022);
    for (const statement of source.statements) {
      if (typescript.isClassDeclaration(statement)) readClass(source, statement, functions, tables);
    }
  }
  return { functions, tables };
}

function readClass(
  source: ts.SourceFile,
  declaration: ts.ClassDeclaration,
  functions: FloorFunction[],
  tables: FloorTable[],
): void {
  const place = (node: ts.Node) => ({
    file: source.fileName,
    line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
  });
  const className = declaration.name?.text ?? '';
  for (const { name, options } of decoratorsOf(declaration)) {
    if (name === 'KeyValueStore') {
      tables.push({ name: className, key: options.get('keyName') ?? 'PrimaryKey', ...place(declaration) });
    }
    if (name === 'DocumentStore') {
      tables.push({ name: className, key: keyField(declaration), ...place(declaration) });
    }
  }
  for (const member of declaration.members) {
    if (!typescript.isMethodDeclaration(member)) continue;
    const decorators = decoratorsOf(member);
    const trigger = triggerOf(decorators);
    if (trigger === undefined) continue;
    functions.push({
      id: `${className}-${(member.name as ts.Identifier).text}`,
      ...place(member),
      trigger,
      tables: decorators.flatMap(({ options }) => options.get('dataModel') ?? []),
      sendsToSockets: decorators.some(({ name }) => name === 'UsesServerlessFunctionWebSocketClient'),
    });
  }
}

function triggerOf(decorators: readonly Decorator[]): Trigger | undefined {
  for (const { name, options } of decorators) {
    const option = (key: string) => options.get(key) ?? '';
    if (name === 'HttpServerlessFunction') return { kind: 'http', method: option('method'), path: option('path') };
    if (name === 'WebSocketServerlessFunction') return { kind: 'websocket', topic: option('topic') };
    if (name === 'AfterDeployment') return { kind: 'after-deployment' };
  }
  return undefined;
}

function keyField(declaration: ts.ClassDeclaration): string {
  const key = declaration.members.find(
    (member) => typescript.isPropertyDeclaration(member) && decoratorsOf(member).some(({ name }) => name === 'Key'),
  );
  if (key === undefined) throw new Error('a document store without a key');
  return (key.name as ts.Identifier).text;
}

function decoratorsOf(node: ts.HasDecorators): Decorator[] {
  return (typescript.getDecorators(node) ?? []).map(({ expression }) => {
    const call = expression as ts.CallExpression;
    const options = new Map<string, string>();
    const [argument] = call.arguments;
    if (argument !== undefined && typescript.isObjectLiteralExpression(argument)) {
      for (const property of argument.properties) {
        if (!typescript.isPropertyAssignment(property)) continue;
        options.set((property.name as ts.Identifier).text, lastName(property.initializer));
      }
    }
    return { name: (call.expression as ts.Identifier).text, options };
  });
}

/** `'text'`, `Account` and `HttpMethod.GET` by their text, `Account` and `GET`. */
function lastName(value: ts.Expression): string {
  if (typescript.isPropertyAccessExpression(value)) return value.name.text;
  return (value as ts.Identifier | ts.StringLiteral).text;
}
