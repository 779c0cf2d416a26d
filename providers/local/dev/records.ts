// What functions did and wrote, as far back as somebody may want to look.
import type { ConsoleEvent, InvocationError, InvocationSummary, LogLine } from '../console/api.js';
import type { Call, Outcome, Watcher } from '../function.js';

const KEPT_INVOCATIONS = 50;
const KEPT_LINES = 2_000;
/** A line of a log shows in a table, not in a file. */
const MOST_CHARACTERS = 16_384;

export interface FunctionRecord {
  invocations: number;
  errors: number;
  /** Newest first. */
  readonly recent: InvocationSummary[];
}

export class Records implements Watcher {
  /** Oldest first. */
  readonly lines: LogLine[] = [];
  private readonly functions = new Map<string, FunctionRecord>();
  private readonly open = new Map<string, string>();
  private number = 0;

  /** @param tell is told of everything as it happens */
  constructor(private readonly tell: (event: ConsoleEvent) => void) {}

  of(name: string): FunctionRecord {
    let record = this.functions.get(name);
    if (record === undefined) this.functions.set(name, (record = { invocations: 0, errors: 0, recent: [] }));
    return record;
  }

  started({ id, function: { name }, via, startedAt }: Call): void {
    const record = this.of(name);
    record.invocations++;
    const invocation = { id, function: name, via, startedAt, milliseconds: null, error: null, status: null };
    record.recent.unshift(invocation);
    record.recent.splice(KEPT_INVOCATIONS);
    this.tell({ event: 'invocation', invocation });
  }

  ended({ id, function: { name }, via, startedAt }: Call, milliseconds: number, outcome: Outcome): void {
    const record = this.of(name);
    const error = 'thrown' in outcome ? invocationError(outcome.thrown) : null;
    const status = 'result' in outcome ? statusOf(outcome.result) : null;
    if (error !== null || (status ?? 0) >= 500) record.errors++;
    const invocation = { id, function: name, via, startedAt, milliseconds, error, status };
    const at = record.recent.findIndex((one) => one.id === id);
    if (at >= 0) record.recent[at] = invocation;
    this.tell({ event: 'invocation', invocation });
    for (const key of [`${name} out`, `${name} error`]) this.flush(key, name, id);
  }

  /** Text as it is written, which may be a part of a line. */
  write(name: string, invocation: string | null, stream: LogLine['stream'], text: string): void {
    const key = `${name} ${stream}`;
    const parts = ((this.open.get(key) ?? '') + text).split('\n');
    this.open.set(key, parts.pop() ?? '');
    for (const part of parts) this.add(name, invocation, stream, part);
  }

  private flush(key: string, name: string, invocation: string): void {
    const rest = this.open.get(key) ?? '';
    this.open.delete(key);
    if (rest !== '') this.add(name, invocation, key.endsWith(' error') ? 'error' : 'out', rest);
  }

  private add(name: string, invocation: string | null, stream: LogLine['stream'], text: string): void {
    const shown = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text;
    const line: LogLine = { number: ++this.number, at: Date.now(), function: name, invocation, stream, text: shown };
    this.lines.push(line);
    // One by one would move all of them each time.
    if (this.lines.length > 2 * KEPT_LINES) this.lines.splice(0, this.lines.length - KEPT_LINES);
    this.tell({ event: 'log', line });
  }
}

/** Of an HTTP or a WebSocket function; other results have none. */
function statusOf(result: unknown): number | null {
  const status = (result as { readonly statusCode?: unknown } | null | undefined)?.statusCode;
  return typeof status === 'number' ? status : null;
}

function invocationError(thrown: unknown): InvocationError {
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: String(thrown), stack: [] };
  const { name, message, stack = '' } = thrown;
  return { name, message, stack: stack.split('\n') };
}
