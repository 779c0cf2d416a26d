/** argv to a command, a command's result to an exit code. Commands are loaded when they are called. */
import process from 'node:process';
import yargs, { type Argv } from 'yargs';
import type { DevArgs } from './commands/dev.js';
import type { GraphArgs } from './commands/graph.js';
import { version } from './package-info.js';
import type { ReviewArgs } from './review-output.js';

export const EXIT = { done: 0, problems: 1, usage: 2, outside: 3, internal: 70, interrupted: 130 } as const;

export interface CommonArgs {
  readonly project: string;
  readonly config: string | undefined;
  readonly stage: readonly string[];
  readonly out: string | undefined;
  readonly format: string | undefined;
  readonly quiet: boolean;
  readonly color: boolean;
  readonly cache: boolean;
}

const OUT = { type: 'string', requiresArg: true } as const;

class UsageError extends Error {}

/** Imports a file of the package that is in no bundle; code that V8 has from its cache cannot do that itself (nodejs/node#43663). */
export type ImportFile = (url: string) => Promise<unknown>;

export async function run(args: readonly string[], importFile: ImportFile): Promise<number> {
  endWhenInterrupted();
  let code: number = EXIT.done;
  const remember = (result: Promise<number>): Promise<void> =>
    result.then((value) => {
      code = value;
    });

  const start = yargs([...args])
    .scriptName('nimbusc')
    .usage('$0 <command>\n\nCompiles annotated TypeScript classes to Terraform and Lambda artifacts.')
    .version(version())
    .alias('version', 'v')
    .alias('help', 'h')
    .strict()
    .strictCommands()
    .demandCommand(1, 'name a command')
    .recommendCommands()
    .wrap(process.stdout.isTTY ? Math.min(110, process.stdout.columns) : 100)
    .parserConfiguration({ 'camel-case-expansion': false, 'duplicate-arguments-array': true, 'greedy-arrays': false })
    .command(
      'build',
      'check the project and write nimbus.out/<stage>/',
      (y) => common(y, ['pretty', 'json', 'sarif', 'github']),
      (argv) => remember(import('./commands/build.js').then((m) => m.buildCommand(commonArgs(argv)))),
    )
    .command(
      'check',
      'diagnostics only',
      (y) => common(y, ['pretty', 'json', 'sarif', 'github']),
      (argv) => remember(import('./commands/check.js').then((m) => m.checkCommand(commonArgs(argv)))),
    );
  const parser = reviewCommands(documentCommands(start, remember), remember)
    .command(
      'explain <name>',
      'everything about a function or resource, or what a diagnostic means',
      (y) =>
        common(
          y.positional('name', { type: 'string', demandOption: true, describe: 'such as Chat.onMessage, UserDetail, NIM1101' }),
          ['pretty', 'json'],
        ),
      (argv) => remember(import('./commands/explain.js').then((m) => m.explainCommand(String(argv['name']), commonArgs(argv)))),
    )
    .command(
      'fix',
      'write the @Uses decorators that are missing into the source',
      (y) =>
        common(y, ['pretty']).option('dry-run', { type: 'boolean', default: false, describe: 'print a diff and write nothing' }),
      (argv) => remember(import('./commands/fix.js').then((m) => m.fixCommand(commonArgs(argv), argv['dry-run'] === true))),
    )
    .command('dev', 'run a stage on this machine, and changes of the source as they are saved', devOptions, (argv) =>
      remember(import('./commands/dev.js').then((m) => m.devCommand(devArgs(argv), importFile))),
    )
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });

  try {
    // Help and the version are no results of a command, but what a person asked to read.
    await parser.parseAsync([...args], {}, (_error, _argv, output) => {
      if (output !== '') process.stdout.write(`${output}\n`);
    });
    return code;
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof Error && error.name === 'YError')) throw error;
    process.stderr.write(`nimbusc: ${(error as Error).message}\n\nnimbusc --help shows what there is.\n`);
    return EXIT.usage;
  }
}

/** `nimbusc dev` ends in another way, and takes both listeners away. */
function endWhenInterrupted(): void {
  process.once('SIGINT', () => {
    // Output is exchanged in one synchronous step, so whatever was there before is whole.
    process.stderr.write('\ninterrupted; the output is untouched\n');
    process.exit(EXIT.interrupted);
  });
  // Ctrl-C ends esbuild as well, and while this thread is busy, its library may notice that first: it then throws at answers that
  // nobody waits for any more. The signal, if there is one, is told before the time is over.
  process.on('uncaughtException', (error) => {
    setTimeout(() => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exit(EXIT.internal);
    }, 100);
  });
}

/** Commands that make a text or a picture of one stage. */
function documentCommands(parser: Argv, remember: (result: Promise<number>) => Promise<void>): Argv {
  return parser
    .command('graph', 'the resource graph of a stage, as data or as a picture', graphOptions, (argv) =>
      remember(import('./commands/graph.js').then((m) => m.graphCommand(graphArgs(argv)))),
    )
    .command(
      'openapi',
      'the OpenAPI document of the HTTP API of a stage',
      (y) => common(y, ['json']),
      (argv) => remember(import('./commands/openapi.js').then((m) => m.openApiCommand(commonArgs(argv)))),
    )
    .command(
      'asyncapi',
      'the AsyncAPI document of the WebSocket API of a stage',
      (y) => common(y, ['json']),
      (argv) => remember(import('./commands/asyncapi.js').then((m) => m.asyncApiCommand(commonArgs(argv)))),
    )
    .command(
      'client',
      'a typed TypeScript client for the APIs of a stage, in one file',
      (y) =>
        common(y, ['pretty']).option('out', { ...OUT, demandOption: true, describe: 'the file to write, such as src/api.ts' }),
      (argv) => remember(import('./commands/client.js').then((m) => m.clientCommand(commonArgs(argv)))),
    );
}

/** Commands that say what a change means. */
function reviewCommands(parser: Argv, remember: (result: Promise<number>) => Promise<void>): Argv {
  const formats = ['pretty', 'markdown', 'json', 'github', 'sarif'];
  const gate = (y: Argv): Argv =>
    common(y, formats)
      .option('fail-on', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'findings that fail it: data-loss, exposure, permissions, ... or none (default: "review" of the configuration)',
      })
      .option('today', {
        type: 'string',
        requiresArg: true,
        describe: 'the day on which approvals are checked (default: today, UTC)',
      });
  const gateArgs = (argv: { readonly [key: string]: unknown }): CommonArgs & ReviewArgs => ({
    ...commonArgs(argv),
    failOn: (argv['fail-on'] as string[] | undefined) ?? null,
    today: single(argv, 'today'),
  });
  const reviewing = parser.command(
    'review <plan>',
    'what a Terraform plan means: data at risk, exposure, permissions, and the lines that cause it',
    (y) =>
      gate(y).positional('plan', {
        type: 'string',
        demandOption: true,
        describe: 'the output of terraform show -json, or - for standard input',
      }),
    (argv) => remember(import('./commands/review.js').then((m) => m.reviewCommand(String(argv['plan']), gateArgs(argv)))),
  );
  return reviewing.command(
    'diff <base> [head]',
    'the same review between two commits or folders, from the source alone',
    (y) =>
      gate(y)
        .positional('base', { type: 'string', demandOption: true, describe: 'a commit, a branch or a folder' })
        .positional('head', { type: 'string', describe: 'the same; without it, the files as they are now' })
        .option('sizes', {
          type: 'boolean',
          default: false,
          describe: 'bundle all functions, to show the sizes of all zips; else those whose code may differ',
        }),
    (argv) => {
      const { base, head, sizes } = argv as { readonly [key: string]: unknown };
      const args = { ...gateArgs(argv), sizes: sizes === true };
      return remember(
        import('./commands/diff.js').then((m) => m.diffCommand(String(base), head === undefined ? null : String(head), args)),
      );
    },
  );
}

function common<T>(y: Argv<T>, formats: readonly string[]): Argv<T> {
  return y
    .option('project', { type: 'string', default: '.', requiresArg: true, describe: 'the project folder' })
    .option('config', { type: 'string', requiresArg: true, describe: 'the configuration file' })
    .option('stage', {
      type: 'string',
      array: true,
      default: [],
      requiresArg: true,
      describe: 'a stage; may be given more than once',
    })
    .option('out', { ...OUT, describe: 'the output folder (default: "out" of the configuration)' })
    .option('format', { choices: formats, describe: 'how results are printed', requiresArg: true })
    .option('quiet', { type: 'boolean', default: false, describe: 'print nothing but problems' })
    .option('color', { type: 'boolean', default: true, describe: 'colours on a terminal; --no-color turns them off' })
    .option('cache', {
      type: 'boolean',
      default: true,
      describe: 'keep results between runs; --no-cache turns it off',
    }) as unknown as Argv<T>;
}

const graphOptions = <T>(y: Argv<T>): Argv<T> =>
  common(y, ['json', 'svg', 'html', 'mermaid', 'dot'])
    .option('diff', {
      type: 'string',
      requiresArg: true,
      describe: 'a commit, a folder or a graph.json, to mark what has changed since',
    })
    .option('group', { choices: ['class', 'folder'], requiresArg: true, describe: 'what functions are grouped by' })
    .option('collapse', { type: 'boolean', describe: 'groups without their functions (default: with more than 60)' })
    .option('editor', {
      type: 'string',
      requiresArg: true,
      describe: 'html: where a line opens, such as vscode://file/PATH/{file}:{line}',
    }) as unknown as Argv<T>;

function graphArgs(argv: unknown): GraphArgs {
  const args = argv as { readonly [key: string]: unknown };
  const collapse = args['collapse'] as boolean | undefined;
  return {
    ...commonArgs(argv),
    diff: single(args, 'diff'),
    group: single(args, 'group'),
    collapse,
    editor: single(args, 'editor'),
  };
}

function devOptions<T>(y: Argv<T>): Argv<T> {
  return common(y, ['pretty'])
    .option('port', { type: 'number', default: 8080, requiresArg: true, describe: 'of the HTTP server' })
    .option('ws-port', { type: 'number', default: 8081, requiresArg: true, describe: 'of the WebSocket server' })
    .option('host', {
      type: 'string',
      default: '127.0.0.1',
      requiresArg: true,
      describe: 'what the servers bind to; with any other, this machine alone is no longer who can reach them',
    })
    .option('data', { type: 'string', requiresArg: true, describe: 'a folder that keeps what is stored, for the next start' })
    .option('in-process', { type: 'boolean', default: false, describe: 'run functions in the process of the server' })
    .option('inspect', { describe: 'open the debugger, on this port (9229) of the loopback; ends all time limits' }) as Argv<T>;
}

function devArgs(argv: unknown): DevArgs {
  const args = argv as { [key: string]: unknown };
  const port = (name: string): number => {
    const value = args[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 65_536) return value;
    throw new UsageError(`--${name} is a number from 0 to 65535, where 0 takes a port that is free`);
  };
  const inspect = args['inspect'];
  return {
    ...commonArgs(argv),
    port: port('port'),
    webSocketPort: port('ws-port'),
    host: String(args['host']),
    inProcess: args['in-process'] === true,
    data: single(args, 'data') ?? null,
    inspect: inspect === undefined || inspect === false ? null : inspect === true || inspect === '' ? 9229 : Number(inspect),
  };
}

function commonArgs(argv: unknown): CommonArgs {
  const args = argv as { [key: string]: unknown };
  return {
    project: single(args, 'project') ?? '.',
    config: single(args, 'config'),
    stage: (args['stage'] as string[]).flatMap((s) => s.split(',')),
    out: single(args, 'out'),
    format: single(args, 'format'),
    quiet: args['quiet'] === true,
    color: args['color'] !== false,
    cache: args['cache'] !== false,
  };
}

function single(args: { readonly [key: string]: unknown }, name: string): string | undefined {
  const value = args[name];
  if (Array.isArray(value)) throw new UsageError(`--${name} was given more than once`);
  return value as string | undefined;
}
