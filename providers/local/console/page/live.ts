/** What the page knows of the server, kept up to date by the server's events. */
import { useEffect, useState } from 'preact/hooks';
import type { ConsoleEvent, ConsoleState, LogLine } from '../api.js';
import { address, ask, isUnreachable, textOf } from './ask.js';

const MOST_LINES = 1000;
/** Events may come by the thousand; what they change is asked for this often. */
const REFRESH_MS = 200;

class Live {
  state: ConsoleState | null = null;
  lines: readonly LogLine[] = [];
  isConnected = false;
  private readonly revisions = new Map<string, number>();
  private readonly stale = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private epoch = 0;
  private timer: number | null = null;
  private isDrawing = false;

  start(): void {
    const events = new EventSource(address('events'));
    events.onopen = () => this.begin();
    events.onerror = () => {
      this.isConnected = false;
      this.tell();
    };
    events.onmessage = ({ data }) => this.take(JSON.parse(data as string) as ConsoleEvent);
  }

  /** Changes when what there is to know of a resource, or of the function of this name, does. */
  revisionOf(id: string): string {
    return `${this.epoch} ${this.revisions.get(id) ?? 0}`;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Has the page drawn anew, once for all that happens until the next frame. */
  tell(): void {
    if (this.isDrawing) return;
    this.isDrawing = true;
    requestAnimationFrame(() => {
      this.isDrawing = false;
      for (const listener of this.listeners) listener();
    });
  }

  forgetLines(): void {
    this.lines = [];
    this.tell();
  }

  private begin(): void {
    this.isConnected = true;
    this.epoch++;
    // It may be another server than before, which counts anew.
    void this.refresh();
    ask<readonly LogLine[]>('GET', address('logs')).then((lines) => {
      this.lines = lines.slice(-MOST_LINES);
      this.tell();
    }, ignore);
  }

  private take(event: ConsoleEvent): void {
    switch (event.event) {
      case 'log':
        this.lines = [...this.lines.slice(1 - MOST_LINES), event.line];
        this.tell();
        this.outdate(event.line.function);
        break;
      case 'invocation':
        this.outdate(event.invocation.function);
        break;
      case 'changed':
        this.outdate(...event.resources);
        break;
      case 'build':
        this.epoch++;
        this.outdate();
    }
  }

  private outdate(...ids: readonly string[]): void {
    for (const id of ids) this.stale.add(id);
    this.timer ??= window.setTimeout(() => {
      this.timer = null;
      void this.refresh();
    }, REFRESH_MS);
  }

  private async refresh(): Promise<void> {
    for (const id of this.stale) this.revisions.set(id, (this.revisions.get(id) ?? 0) + 1);
    this.stale.clear();
    try {
      this.state = await ask<ConsoleState>('GET', address('state'));
    } catch {
      this.isConnected = false;
    }
    this.tell();
  }
}

/** That there is no connection is shown already. */
function ignore(): void {}

export const live = new Live();

export function useLive(): Live {
  const [, draw] = useState(0);
  useEffect(() => live.subscribe(() => draw((count) => count + 1)), []);
  return live;
}

export interface Fetched<T> {
  /** Undefined: not yet, or not to be had. */
  readonly data: T | undefined;
  readonly error: string | null;
}

/** What the API answers, and what it answers when one of these changed. */
export function useFetched<T>(url: string, ...about: readonly string[]): Fetched<T> {
  const { isConnected } = useLive();
  const [got, set] = useState<Fetched<T> & { readonly url: string }>({ url, data: undefined, error: null });
  const revision = about.map((id) => live.revisionOf(id)).join();
  useEffect(() => {
    const ending = new AbortController();
    ask<T>('GET', url, undefined, ending.signal).then(
      (data) => set({ url, data, error: null }),
      (error: unknown) => {
        if (ending.signal.aborted) return;
        // Who cannot be asked has not said that it is gone: what is in forms stays until the server is back.
        set((before) => ({
          url,
          data: isUnreachable(error) && before.url === url ? before.data : undefined,
          error: textOf(error),
        }));
      },
    );
    return () => ending.abort();
  }, [url, revision, isConnected]);
  return got.url === url ? got : { data: undefined, error: null };
}
