/** `@ForceDependency`: packages that go into a function's zip though nothing imports them by name. */
import { isBuiltin } from 'node:module';
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import { s } from '../schema/schema.js';
import { decorator, type Kind } from './definition.js';

const codes = defineCodes({
  NIM6501: code<{ name: string }>({
    slug: 'force-dependency-of-node',
    severity: 'error',
    message: ({ name }) => `"${name}" is a module of Node.js and no package`,
    hint: () => 'remove it: Node.js has its own modules at hand everywhere',
    explain: page({
      what: 'A module that Node.js brings along is named as a package.',
      why: `
        Packages of @ForceDependency are copied from node_modules into the zip. A name of a module of Node.js always
        means that module, even if a package has the same name.`,
      bad: `
        export class Reports {
          @BasicServerlessFunction()
          @ForceDependency('crypto')
          sign(): void {}
        }`,
      good: `
        export class Reports {
          @BasicServerlessFunction()
          @ForceDependency('pdfkit')
          print(): void {}
        }`,
    }),
  }),
});

/** docs.npmjs.com/cli/v10/configuring-npm/package-json#name, old names with capitals included. */
const PACKAGE = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;

const fields = {
  packages: s.list(
    s.string({ pattern: PACKAGE, maxLength: 214, what: 'the name of a package, such as "sharp" or "@scope/name"' }),
    {
      nonEmpty: true,
    },
  ),
};

const configures = decorator({
  name: 'ForceDependency',
  role: 'configures',
  target: 'method',
  form: { rest: 'packages' },
  repeatable: true,
  everywhere: true,
  fields,

  configure({ options }, target, context) {
    for (const { value: name, span } of options.packages.value) {
      if (isBuiltin(name)) context.sink.for(codes).report('NIM6501', { name }, span);
      else if (!target.packages.some((known) => known.name === name)) target.packages.push({ name, source: span });
    }
  },
});

export const forceDependency: Kind = {
  name: 'force-dependency',
  codes,
  decorators: [configures],
  describe: {},
};
