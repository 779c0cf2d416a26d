/** What several views are made of. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { InvocationSummary, Json, LogLine, SourcePlace } from '../api.js';
import { textOf } from './ask.js';
import { linkTo } from './route.js';

/** Who opens the page begins at its top. */
let isFirst = true;

/** A view: its heading gets the focus, so that a reader of screens says where one has come. */
export function View({ title, back, note, children }: ViewProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} \u2013 nimbusc`;
    if (isFirst) isFirst = false;
    else heading.current?.focus();
  }, [title]);
  return (
    <>
      {back === undefined ? null : (
        <a class="back" href={linkTo(back.to)}>
          {'\u2190'} {back.name}
        </a>
      )}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {note === undefined ? null : <p class="note">{note}</p>}
      {children}
    </>
  );
}

interface ViewProps {
  readonly title: string;
  readonly back?: { readonly to: string; readonly name: string };
  readonly note?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Panel({ title, actions, children }: PanelProps) {
  return (
    <section class="panel">
      <header>
        <h2>{title}</h2>
        {actions === undefined ? null : <div class="actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

interface PanelProps {
  readonly title: string;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Scrolls by itself where it is wider than the screen; by keys, too. */
export function Table({ caption, head, empty, rows }: TableProps) {
  if (rows.length === 0) return <p class="note">{empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1)
    <section class="scroll" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{rows}</tbody>
      </table>
    </section>
  );
}

interface TableProps {
  readonly caption: string;
  readonly head: readonly string[];
  /** What is said when there are no rows. */
  readonly empty: string;
  readonly rows: readonly ComponentChildren[];
}

export function Problem({ text }: { readonly text: string | null }) {
  return <div role="alert">{text === null ? null : <p class="problem">{text}</p>}</div>;
}

export const Source = ({ place: { file, line } }: { readonly place: SourcePlace }) => (
  <code class="source">
    {file}:{line}
  </code>
);

export const Value = ({ of }: { readonly of: Json }) => <pre>{typeof of === 'string' ? of : JSON.stringify(of, null, 2)}</pre>;

export function Lines({ lines, label, named = false }: LinesProps) {
  const end = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const last = lines.at(-1)?.number;
  useEffect(() => {
    const box = end.current;
    if (last !== undefined && box !== null && isAtEnd.current) box.scrollTop = box.scrollHeight;
  }, [last]);
  if (lines.length === 0) return <p class="note">Nothing was written.</p>;
  return (
    <div
      class="lines"
      ref={end}
      role="log"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1)
      tabIndex={0}
      onScroll={({ currentTarget: box }) => {
        isAtEnd.current = box.scrollTop + box.clientHeight > box.scrollHeight - 8;
      }}
    >
      {lines.map((line) => (
        <div key={line.number} class={line.stream}>
          <Time at={line.at} /> {named ? <a href={linkTo('functions', line.function)}>{line.function}</a> : null} {line.text}
        </div>
      ))}
    </div>
  );
}

interface LinesProps {
  readonly lines: readonly LogLine[];
  readonly label: string;
  /** Says which function each is of. */
  readonly named?: boolean;
}

export function Time({ at }: { readonly at: number }) {
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {date.toTimeString().slice(0, 8)}
    </time>
  );
}

export function Outcome({ of }: { readonly of: InvocationSummary | null }) {
  if (of === null) return <span class="note">never</span>;
  if (of.milliseconds === null) return <span class="running">running</span>;
  if (of.error !== null) return <span class="failed">{of.error.name}</span>;
  const isFailure = (of.status ?? 0) >= 500;
  return (
    <span class={isFailure ? 'failed' : 'done'}>
      {of.status === null ? '' : `${of.status} in `}
      {duration(of.milliseconds)}
    </span>
  );
}

export const duration = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds * 10) / 10} ms` : `${(milliseconds / 1000).toFixed(2)} s`;

export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  return count < 1_000_000 ? `${(count / 1000).toFixed(1)} KB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

/** Text that is meant to be JSON, or a plain one. Ctrl-Enter sends the form. */
export function Text({ label, value, onText, rows = 5 }: TextProps) {
  return (
    <label>
      {label}
      <textarea
        rows={rows}
        spellcheck={false}
        autocapitalize="off"
        value={value}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
        }}
      />
    </label>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly rows?: number;
}

export interface Action {
  readonly run: (task: () => Promise<void>) => void;
  readonly isBusy: boolean;
  readonly error: string | null;
}

/** Something that the server is asked to do, once at a time. */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = (task: () => Promise<void>): void => {
    setBusy(true);
    setError(null);
    task()
      .catch((problem: unknown) => setError(textOf(problem)))
      .finally(() => setBusy(false));
  };
  return { run, isBusy, error };
}

/** Asks before something is lost. */
export function Confirm({ question, verb, onAnswer }: ConfirmProps) {
  return (
    <Dialog title={question} onClose={() => onAnswer(false)}>
      <div class="buttons">
        <button type="button" class="danger" onClick={() => onAnswer(true)}>
          {verb}
        </button>
        <button type="button" onClick={() => onAnswer(false)}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}

interface ConfirmProps {
  readonly question: string;
  readonly verb: string;
  readonly onAnswer: (yes: boolean) => void;
}

export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    const opener = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      // A dialog that is removed does not give the focus back.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog ref={element} aria-labelledby="dialog-title" onClose={onClose}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** What is sent: as it is, or as JSON, which has to be some. */
export function messageOf(text: string, isText: boolean): Json {
  if (isText) return text;
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Error(`The message is no JSON: ${textOf(error)}`);
  }
}

/** The form for a message, with whatever else it needs. */
export function MessageForm({ verb, start, more, onSend }: MessageFormProps) {
  const [text, setText] = useState(start);
  const [isText, setIsText] = useState(false);
  const [done, setDone] = useState(0);
  const action = useAction();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        action.run(async () => {
          await onSend(messageOf(text, isText));
          setDone((count) => count + 1);
        });
      }}
    >
      <Text label="Message" value={text} onText={setText} />
      <div class="buttons">
        <button type="submit" disabled={action.isBusy}>
          {verb}
        </button>
        <label class="inline">
          <input type="checkbox" checked={isText} onChange={({ currentTarget }) => setIsText(currentTarget.checked)} /> as plain
          text
        </label>
        {more}
        <span role="status" class="note">
          {done === 0 ? '' : `Sent ${done === 1 ? 'once' : `${done} times`}.`}
        </span>
      </div>
      <Problem text={action.error} />
    </form>
  );
}

interface MessageFormProps {
  readonly verb: string;
  /** The text that it begins with. */
  readonly start: string;
  readonly more?: ComponentChildren;
  readonly onSend: (message: Json) => Promise<void>;
}

/** Where the pages up to the one at hand begin: null is the beginning of all. */
export type Pages = readonly (string | null)[];
export const FIRST_PAGE: Pages = [null];

export function Pager({ pages, next, onPages, children }: PagerProps) {
  return (
    <div class="buttons">
      <button type="button" disabled={pages.length === 1} onClick={() => onPages(pages.slice(0, -1))}>
        Before
      </button>
      <button type="button" disabled={next === null} onClick={() => onPages([...pages, next])}>
        After
      </button>
      <span class="note" role="status">
        {children}
      </span>
    </div>
  );
}

interface PagerProps {
  readonly pages: Pages;
  /** Null: there are no more. */
  readonly next: string | null;
  readonly onPages: (pages: Pages) => void;
  readonly children?: ComponentChildren;
}
