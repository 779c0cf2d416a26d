// What a person sees of the dev server: where it is, what functions write, and what becomes of changes.
import type { ConsoleEvent } from '../console/api.js';
import type { DevServer } from './dev.js';

export interface TerminalOptions {
  readonly color: boolean;
  /** Problems alone. */
  readonly quiet: boolean;
  write(text: string): void;
}

export class DevTerminal {
  private wasShown = false;

  constructor(
    private readonly server: DevServer,
    private readonly options: TerminalOptions,
  ) {
    server.on('event', (event) => this.event(event));
    server.on('built', ({ failed, shown, milliseconds, changed }) => {
      if (shown !== '' && (failed || !options.quiet)) options.write(shown);
      if (failed)
        options.write(this.red(server.isRunning ? 'The last version without errors runs on.\n' : 'Waiting for a change.\n'));
      else if (!this.wasShown) this.startPage();
      else if (!options.quiet) options.write(this.dim(rebuilt(changed, milliseconds)));
    });
  }

  private startPage(): void {
    this.wasShown = true;
    const { cloud, version } = this.server;
    const { addresses } = cloud;
    const urls = [
      ...(cloud.http === null ? [] : [['functions', addresses.functionsUrl]]),
      ...(cloud.webSockets === null ? [] : [['WebSockets', addresses.webSocketUrl]]),
      ...[...cloud.buckets.values()]
        .filter(({ isWebsite }) => isWebsite)
        .map(({ bucketName }) => [`website ${bucketName}`, `${addresses.websiteUrl(bucketName)}/`]),
      ['console', `${addresses.httpOrigin}/_nimbus`],
    ];
    const rows = [...cloud.functions.values()]
      .map((fn) => [fn.name, this.server.triggersOf(fn).join(', '), `${fn.options.timeout} s`, `${fn.options.memory} MB`])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
    const text = [
      '',
      `${this.bold(cloud.title)}  ${this.dim(`nimbusc ${version}`)}`,
      '',
      table(urls),
      '',
      ...(this.options.quiet || rows.length === 0
        ? []
        : [this.dim(table([['function', 'trigger', 'timeout', 'memory']], widths(rows))), table(rows), '']),
      this.dim('Changes of the source are taken over when they are saved. Ctrl-C ends it.'),
      '',
    ];
    this.options.write(`${text.join('\n')}\n`);
  }

  private event(event: ConsoleEvent): void {
    if (event.event === 'log') {
      const { function: name, text, stream } = event.line;
      this.options.write(`${this.dim(`${name}: `)}${stream === 'error' ? this.red(text) : text}\n`);
    } else if (event.event === 'invocation' && event.invocation.error !== null) {
      const { function: name, error } = event.invocation;
      const lines = error.stack.length > 0 ? error.stack : [`${error.name}: ${error.message}`];
      this.options.write(`${this.dim(`${name}: `)}${this.red(lines.join('\n'))}\n`);
    }
  }

  private readonly style = (code: number, text: string): string =>
    this.options.color ? `\u001b[${code}m${text}\u001b[0m` : text;
  private readonly dim = (text: string): string => this.style(2, text);
  private readonly bold = (text: string): string => this.style(1, text);
  private readonly red = (text: string): string => this.style(31, text);
}

const widths = (rows: readonly (readonly string[])[]): number[] =>
  (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));

const table = (rows: readonly (readonly string[])[], least: readonly number[] = []): string => {
  const own = widths(rows);
  return rows
    .map((row) => `  ${row.map((cell, at) => cell.padEnd(Math.max(own[at] ?? 0, least[at] ?? 0))).join('  ')}`.trimEnd())
    .join('\n');
};

function rebuilt(changed: readonly string[], milliseconds: number): string {
  const names = changed.length > 5 ? [...changed.slice(0, 5), `${changed.length - 5} more`] : changed;
  const what = names.length === 0 ? '' : `: ${names.join(', ')}`;
  return `rebuilt in ${Math.round(milliseconds)} ms${what}\n`;
}
