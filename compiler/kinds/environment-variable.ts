/** `@EnvironmentVariable`: settings of one function, literal or taken from the machine that deploys. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import type { EnvironmentVariable } from '../ir/graph.js';
import { s } from '../schema/schema.js';
import { decorator, type Kind } from './definition.js';

const codes = defineCodes({
  NIM2701: code<{ key: string; user: string }>({
    slug: 'environment-variable-twice',
    severity: 'error',
    message: (p) => `${p.user} sets the environment variable ${p.key} twice for the same stage`,
    hint: () => 'keep one of them, or give them different stages',
    explain: page({
      what: 'A function sets one environment variable twice for one stage.',
      why: `
        For one stage a variable has one value. A decorator that names the stage wins over one without "stages"; two of
        the same rank contradict each other.`,
      bad: `
        export class Search {
          @HttpServerlessFunction({ method: 'GET', path: 'search' })
          @EnvironmentVariable({ key: 'LIMIT', value: '10' })
          @EnvironmentVariable({ key: 'LIMIT', value: '20' })
          find(): void {}
        }`,
      good: `
        export class Search {
          @HttpServerlessFunction({ method: 'GET', path: 'search' })
          @EnvironmentVariable({ key: 'LIMIT', value: '10' })
          @EnvironmentVariable({ key: 'LIMIT', value: '20', stages: ['prod'] })
          find(): void {}
        }`,
    }),
  }),
  NIM2702: code<{ key: string }>({
    slug: 'environment-variable-name-taken',
    severity: 'error',
    message: (p) => `the environment variable ${p.key} begins with NIMBUS_, which nimbusc keeps for itself`,
    hint: () => 'choose another name',
    explain: page({
      what: 'The name of an environment variable begins with NIMBUS_.',
      why: 'nimbusc passes the names of stores and the stage to functions in variables of such names.',
      bad: `
        export class Search {
          @HttpServerlessFunction({ method: 'GET', path: 'search' })
          @EnvironmentVariable({ key: 'NIMBUS_STAGE', value: 'x' })
          find(): void {}
        }`,
      good: `
        export class Search {
          @HttpServerlessFunction({ method: 'GET', path: 'search' })
          @EnvironmentVariable({ key: 'APP_STAGE', value: 'x' })
          find(): void {}
        }`,
    }),
  }),
});

const fields = {
  key: s.string({ pattern: /^[A-Za-z][A-Za-z0-9_]*$/, what: 'a letter, then letters, digits and "_"' }),
  value: s.string({}),
  testValue: s.string({}).optional(),
  stages: s.stages(),
};

const configures = decorator({
  name: 'EnvironmentVariable',
  role: 'configures',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields,
  identity: (options) => options.key.value,

  configure(decl, target, context) {
    const { options, span } = decl;
    const key = options.key.value;
    const report = context.sink.for(codes);
    if (key.startsWith('NIMBUS_')) report.report('NIM2702', { key }, options.key.span);
    const before = target.environment.find((v) => v.key === key);
    if (before !== undefined) {
      report.report('NIM2701', { key, user: target.name }, span, {
        related: [{ span: before.source, text: 'first set here' }],
        stages: [context.stage],
      });
      return;
    }
    target.environment.push({
      key,
      value: variableParts(options.value.value),
      testValue: options.testValue?.value ?? null,
      source: span,
    });
  },
});

export const environmentVariable: Kind = {
  name: 'environment-variable',
  codes,
  decorators: [configures],
  exports: ['EnvironmentVariableClient', 'EnvironmentVariableOptions'],
  describe: {},
};

/** Splits `postgres://${HOST}/app` into text and the names of the deploying machine's variables. */
export function variableParts(text: string): EnvironmentVariable['value'] {
  const parts: (string | { variable: string })[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push({ variable: match[1] as string });
    end = match.index + match[0].length;
  }
  if (end < text.length || parts.length === 0) parts.push(text.slice(end));
  return parts;
}
