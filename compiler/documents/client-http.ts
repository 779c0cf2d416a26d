/** In: the HTTP operations of a stage. Out: the part of the generated client that calls them, a group for each class. */
import { compareText } from '../ir/span.js';
import { underlying, type WireType } from '../ir/wire-type.js';
import { HTTP } from './client-runtime.js';
import type { ClientShapes } from './client-shapes.js';
import { type ClientTypes, commentText, literalKey, propertyName, quoted } from './client-types.js';
import { type HttpOperation, parametersOf, pathOf, withoutUndefined } from './stage-api.js';

interface Method {
  readonly name: string;
  readonly operation: HttpOperation;
}

export function httpText(operations: readonly HttpOperation[], types: ClientTypes, shapes: ClientShapes): string {
  const groups = groupsOf(operations);
  const declared = [...groups].map(
    ([group, methods]) =>
      `  readonly ${propertyName(group)}: {\n${methods.map((method) => methodType(method, types)).join('')}  };\n`,
  );
  const made = [...groups].map(
    ([group, methods]) => `    ${literalKey(group)}: {\n${methods.map((method) => methodCode(method, shapes)).join('')}    },\n`,
  );
  const converts = operations.some(({ body, result }) =>
    [...(body?.media === 'json' ? [body.type] : []), withoutUndefined(result).type].some((type) => shapes.shapeOf(type) !== null),
  );
  const runtime = HTTP.replace('@SPECIFICATION@', () =>
    converts ? '  readonly body?: Shape;\n  readonly result?: Shape;\n' : '',
  )
    .replace('@TO_WIRE@', () => (converts ? "convert(specification.body ?? 'any', body, 'out')" : 'body'))
    .replace('@FROM_WIRE@', () => (converts ? "convert(specification.result ?? 'any', json, 'in')" : 'json'));
  return [
    `/** The operations of the HTTP API, by class and method. */\nexport interface HttpClient {\n${declared.join('')}}\n`,
    `/** Makes the client of the HTTP API. An answer that is no success rejects with an ApiError. */\n${
      made.length === 0
        ? 'export function createHttpClient(options: HttpClientOptions): HttpClient {\n  caller(options);\n  return {};\n}\n'
        : `export function createHttpClient(options: HttpClientOptions): HttpClient {\n  const call = caller(options);\n  return {\n${made.join('')}  };\n}\n`
    }`,
    runtime,
  ].join('\n');
}

/** Sorted by name, and the methods of each too. */
function groupsOf(operations: readonly HttpOperation[]): ReadonlyMap<string, readonly Method[]> {
  const classes = new Map<string, HttpOperation[]>();
  for (const operation of [...operations].sort((a, b) => compareText(a.id, b.id))) {
    const { className } = operation.function;
    classes.set(className, [...(classes.get(className) ?? []), operation]);
  }
  // An object with `then` would be waited for.
  const taken = new Set(['then']);
  const unique = (name: string, names: Set<string>): string => {
    let own = name;
    while (names.has(own)) own += '_';
    names.add(own);
    return own;
  };
  const groups = new Map<string, readonly Method[]>();
  for (const [className, own] of classes) {
    const names = new Set<string>();
    const methods = own.map((operation) => ({ name: unique(methodName(operation), names), operation }));
    groups.set(unique(decapitalised(className), taken), methods);
  }
  return groups;
}

/** `UserDirectory` becomes `userDirectory`, and `HTTPThings` `httpThings`. */
function decapitalised(name: string): string {
  return name.replace(/^\p{Lu}+(?=\p{Lu}\p{Ll})|^\p{Lu}+/u, (start) => start.toLowerCase());
}

/** `find`; `findGetUsersId` for the operation `Users.find.get/users/[id]`. */
function methodName({ id, function: fn }: HttpOperation): string {
  const rest = id.slice(fn.name.length).match(/[A-Za-z0-9]+/g) ?? [];
  return fn.method + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function methodType({ name, operation }: Method, types: ClientTypes): string {
  const indent = '    ';
  const { function: fn, verb, body, result } = operation;
  const parameters = parametersOf(operation);
  const parts: string[] = [];
  if (parameters.length > 0) {
    const own = parameters.map(
      (parameter) => `readonly ${propertyName(parameter.name)}: ${parameter.type === 'integer' ? 'number' : parameter.type}`,
    );
    parts.push(`readonly path: { ${own.join('; ')} }`);
  }
  if (body !== null) {
    const text = types.text(body.type, indent);
    if (body.required) parts.push(`readonly body: ${text}`);
    else parts.push(`readonly body?: ${text === 'unknown' ? text : `${text} | undefined`}`);
  }
  const request = [...(parts.length > 0 ? [`{ ${parts.join('; ')} }`] : []), 'RequestOptions'].join(' & ');
  const isNeeded = parameters.length > 0 || body?.required === true;
  const given = underlying(result).t === 'undefined' ? 'void' : types.text(result, indent);
  const described = parameters.flatMap((p) => (p.description === null ? [] : [`@param request.path.${p.name} ${p.description}`]));
  const comment = commentText(fn.doc, indent, `${verb} ${pathOf(operation)}`, ...described);
  return `${comment}${indent}${propertyName(name)}(request${isNeeded ? '' : '?'}: ${request}): Promise<${given}>;\n`;
}

function methodCode({ name, operation }: Method, shapes: ClientShapes): string {
  const { verb, body, result } = operation;
  const received = receives(result);
  const bodyShape = body === null || body.media !== 'json' ? null : shapes.shapeOf(body.type);
  const resultShape = received === 'json' ? shapes.shapeOf(withoutUndefined(result).type) : null;
  const specification = [
    `method: '${verb}'`,
    `path: ${quoted(pathOf(operation))}`,
    ...(body === null ? [] : [`send: '${body.media}'`]),
    ...(bodyShape === null ? [] : [`body: ${bodyShape}`]),
    ...(received === 'json' ? [] : [`receive: '${received}'`]),
    ...(resultShape === null ? [] : [`result: ${resultShape}`]),
  ];
  return `      ${literalKey(name)}: (request) => call({ ${specification.join(', ')} }, request),\n`;
}

function receives(result: WireType): 'nothing' | 'bytes' | 'json' {
  const inner = underlying(result);
  return inner.t === 'undefined' ? 'nothing' : inner.t === 'bytes' ? 'bytes' : 'json';
}
