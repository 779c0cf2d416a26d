/** NIM40xx: making one zip per function. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';
import { quote } from '../words.js';

export const bundleCodes = defineCodes({
  NIM4001: code<{ module: string }>({
    slug: 'import-not-found',
    severity: 'error',
    message: ({ module }) => `the module ${quote(module)} cannot be found`,
    hint: ({ module }) =>
      module.startsWith('.') || module.startsWith('/')
        ? 'check the path; it is relative to the importing file'
        : `run "npm install ${packageOf(module)}"`,
    explain: page({
      what: 'A function imports a module that does not exist or is not installed.',
      why: `Everything that a function imports goes into its zip, so a missing module would fail at its first start.`,
      bad: `
        import { format } from 'date-fns';   // not installed

        export class Clock {
          @HttpServerlessFunction({ method: 'GET', path: 'time' })
          time(): string { return format(Date.now()); }
        }`,
      good: `
        import { format } from 'date-fns';   // npm install date-fns

        export class Clock {
          @HttpServerlessFunction({ method: 'GET', path: 'time' })
          time(): string { return format(Date.now()); }
        }`,
    }),
  }),

  NIM4002: code<{ problem: string }>({
    slug: 'bundling-failed',
    severity: 'error',
    message: ({ problem }) => `a function cannot be bundled: ${problem}`,
    explain: page({
      what: 'esbuild refuses a file that a function imports.',
      why: `
        The message is esbuild's own. Often a package ships a file of a kind that needs a loader, or a name is imported
        that the module does not export.`,
      bad: `
        import { parse } from './parser.js';   // parser.ts exports parseOrder

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          place(text: string): string { return parse(text); }
        }`,
      good: `
        import { parseOrder } from './parser.js';

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          place(text: string): string { return parseOrder(text); }
        }`,
    }),
  }),

  NIM4003: code<{ problem: string }>({
    slug: 'bundling-warning',
    severity: 'warning',
    message: ({ problem }) => `esbuild warns: ${problem}`,
    explain: page({
      what: 'esbuild has found code that probably does not do what it seems to do.',
      why: `The message is esbuild's own, and the zip is built in spite of it.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          place(order: unknown): void {
            if (typeof order === 'strnig') throw new Error('text');
          }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          place(order: unknown): void {
            if (typeof order === 'string') throw new Error('text');
          }
        }`,
    }),
  }),

  NIM4004: code<{ package: string; because: string }>({
    slug: 'package-not-installed',
    severity: 'error',
    message: ({ package: name, because }) => `the package ${quote(name)}, which ${because} needs, is not installed`,
    hint: ({ package: name }) => `run "npm install ${name}"`,
    explain: page({
      what: 'A package that must go into a zip is not in node_modules.',
      why: `
        Packages of "bundle.external" and of @ForceDependency, and all that they depend on, are copied as they are
        installed, because they cannot be bundled, or because nothing says that they would have to be. Functions that use a
        relational database need the driver of its language: "pg", "mysql2", "oracledb" or "mssql".`,
      bad: {
        yaml: `
          projectName: images
          bundle:
            external: [sharp]     # which is not installed`,
      },
      good: {
        yaml: `
          projectName: images
          bundle:
            external: [sharp]     # npm install sharp`,
      },
    }),
  }),

  NIM4005: code<{ fn: string; problem: string }>({
    slug: 'zip-too-large',
    severity: 'error',
    message: ({ fn, problem }) => `the zip of ${fn} cannot be made: it ${problem}`,
    hint: () => 'import less, or leave packages out of "bundle.external" and @ForceDependency',
    explain: page({
      what: 'The files of a function do not fit into a zip.',
      why: `
        A zip has room for 65,535 files and 4 GiB. That is far more than the 250 MB which Lambda takes, so what does not
        fit into one could not be deployed either. It is nearly always a package with a huge number of small files.`,
      bad: `
        export class Icons {
          @HttpServerlessFunction({ method: 'GET', path: 'icons/{name}' })
          @ForceDependency('a-hundred-thousand-icons')
          get(): void {}
        }`,
      good: `
        export class Icons {
          @HttpServerlessFunction({ method: 'GET', path: 'icons/{name}' })
          @ForceDependency('a-hundred-icons')
          get(): void {}
        }`,
    }),
  }),
});

/** `@scope/name` of `@scope/name/deep/file.js`. */
export function packageOf(module: string): string {
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}
