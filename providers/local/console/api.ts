/**
 * What the console of `nimbusc dev` and the local cloud say to each other: JSON under `/_nimbus/api/`, and events as
 * `text/event-stream`. Types alone: a page can import them, and the server is checked against them.
 *
 * Requests come from the page of the same server: those with another `Origin`, or for a `Host` that is not this server's,
 * are answered with 403. What changes something is never a GET. Every refusal is an `ApiProblem` with a status of 4xx.
 * Parts of paths are encoded by `encodeURIComponent`; `ID` is the id of a node of the graph (`queue:orders`), `NAME` a
 * function's (`Chat.onMessage`).
 *
 * | request                                    | body                  | answer             |
 * |--------------------------------------------|-----------------------|--------------------|
 * | `GET state`                                |                       | `ConsoleState`     |
 * | `GET graph`                                |                       | `ConsoleGraph`     |
 * | `GET events`                               |                       | a stream of `ConsoleEvent`s, each one `data:` line of JSON |
 * | `GET functions/NAME`                       |                       | `FunctionDetail`   |
 * | `POST functions/NAME/invoke`               | `InvokeRequest`       | `InvocationResult` |
 * | `GET logs?function=NAME&after=N`           |                       | `LogLine[]`        |
 * | `GET stores/ID/items?after=A&limit=N&search=TEXT` |                | `StorePage`        |
 * | `PUT stores/ID/items`                      | `{ item: StoredItem }`| `StoreEntry`       |
 * | `DELETE stores/ID/items/KEY`               |                       | `{}`               |
 * | `GET queues/ID`                            |                       | `QueueDetail`      |
 * | `POST queues/ID/messages`                  | `SendRequest`         | `{}`               |
 * | `POST queues/ID/redrive`                   |                       | `{ moved: number }`: dead letters go back into the queue |
 * | `DELETE queues/ID/dead-letters`            |                       | `{}`               |
 * | `GET topics/ID`                            |                       | `TopicDetail`      |
 * | `POST topics/ID/messages`                  | `SendRequest`         | `{}`               |
 * | `GET buckets/ID/files?prefix=P&after=PATH` |                       | `FilePage`         |
 * | `GET buckets/ID/files/PATH`                |                       | the file, as a download |
 * | `PUT buckets/ID/files/PATH`                | the file's bytes; `content-type` is kept | `FileEntry` |
 * | `DELETE buckets/ID/files/PATH`             |                       | `{}`               |
 * | `GET connections`                          |                       | `ConnectionSummary[]` |
 * | `POST connections/ID/messages`             | `SendRequest`         | `{}`: what a function would have sent |
 * | `DELETE connections/ID`                    |                       | `{}`: closes it    |
 * | `POST schedules/NAME/run`                  |                       | `InvocationResult` |
 */

/** Where the API is. */
export const API_PATH = '/_nimbus/api';
/** Where the page is. */
export const CONSOLE_PATH = '/_nimbus';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A place in the project's source. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ApiProblem {
  readonly error: string;
}

// --- what there is

export interface ConsoleState {
  readonly project: string;
  readonly stage: string;
  /** The version of nimbusc. */
  readonly version: string;
  readonly urls: {
    /** `http://localhost:8080/function`; null: the stage has no HTTP functions. */
    readonly http: string | null;
    /** `ws://localhost:8081`; null: the stage has no WebSocket functions. */
    readonly webSocket: string | null;
    readonly websites: readonly { readonly id: string; readonly name: string; readonly url: string }[];
  };
  readonly functions: readonly FunctionSummary[];
  readonly stores: readonly StoreSummary[];
  readonly queues: readonly QueueSummary[];
  readonly topics: readonly TopicSummary[];
  readonly buckets: readonly BucketSummary[];
  readonly connections: readonly ConnectionSummary[];
  /** What the last compilation said; empty when there is nothing to say. */
  readonly build: BuildState;
}

export interface BuildState {
  /** Counts up with each change that was taken over. */
  readonly number: number;
  /** True: the source has errors, and what runs is older than it. */
  readonly failed: boolean;
  /** As `nimbusc check` prints them, without colours. */
  readonly diagnostics: string;
  readonly milliseconds: number;
}

/** The same nodes and edges as in `graph.json`. */
export interface ConsoleGraph {
  readonly project: string;
  readonly stage: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly source: SourcePlace;
  readonly options: { readonly [name: string]: Json };
}

export interface GraphEdge {
  readonly kind: 'triggers' | 'uses' | 'contains' | (string & {});
  readonly from: string;
  readonly to: string;
  readonly operations?: readonly string[];
}

// --- functions

export interface FunctionSummary {
  readonly id: string;
  /** `Chat.onMessage` */
  readonly name: string;
  /** The kind of what starts it: `http-api`, `queue`, `basic-function`. */
  readonly trigger: string;
  /** What starts it, for people: `POST /person`, `queue orders`, `rate(1 minute)`. */
  readonly triggers: readonly string[];
  readonly source: SourcePlace;
  /** Seconds. */
  readonly timeout: number;
  /** MB. */
  readonly memory: number;
  readonly invocations: number;
  /** Those that threw, and those that were answered with a status of 5xx, as what an HTTP function throws is. */
  readonly errors: number;
  readonly last: InvocationSummary | null;
}

export interface FunctionDetail extends FunctionSummary {
  /** What its role allows, one entry per resource. */
  readonly permissions: readonly { readonly resource: string; readonly operations: readonly string[] }[];
  /** The names of its variables. */
  readonly environment: readonly string[];
  /** Of schedules: expressions, and when each is due next (milliseconds since 1970; null: never). */
  readonly schedules: readonly { readonly expression: string; readonly next: number | null }[];
  /** A body to begin with: what `InvokeRequest` needs for this trigger. */
  readonly example: InvokeRequest;
  /** Newest first, as many as are kept. */
  readonly recent: readonly InvocationSummary[];
  readonly logs: readonly LogLine[];
}

export interface InvocationSummary {
  readonly id: string;
  /** `Chat.onMessage` */
  readonly function: string;
  /** What called it: `POST /person`, `queue orders`, `the console`. */
  readonly via: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Null: it still runs. */
  readonly milliseconds: number | null;
  readonly error: InvocationError | null;
  /** What an HTTP or a WebSocket function answered; null: it is another one, still runs, or gave no answer. */
  readonly status: number | null;
}

export interface InvocationError {
  readonly name: string;
  readonly message: string;
  /** Lines, with places in the source. */
  readonly stack: readonly string[];
}

/** What of it counts depends on the trigger. */
export interface InvokeRequest {
  /**
   * HTTP: the body of the request. Queues and topics: the message. WebSockets: the message, without its topic. Basic functions
   * and schedules: the parameter. Files: nothing. Stores: the change, `{ oldItem?: StoredItem, newItem?: StoredItem }`.
   */
  readonly body?: Json;
  /** HTTP: the path with the query, such as `/person/42?log=true`. Files: the path of the file. */
  readonly path?: string;
  /** HTTP: `POST`. */
  readonly method?: string;
  /** HTTP. */
  readonly headers?: { readonly [name: string]: string };
  /** WebSockets: whose message it is; by default a connection that does not exist. */
  readonly connection?: string;
}

export interface InvocationResult {
  readonly invocation: InvocationSummary;
  /** What the function's adapter gave, as Lambda would: of HTTP `{ statusCode, headers, body }`. */
  readonly result: Json;
  /** What it wrote meanwhile. */
  readonly logs: readonly LogLine[];
}

export interface LogLine {
  /** Counts up; `logs?after=` takes it. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `Chat.onMessage` */
  readonly function: string;
  /** Null: it was written between invocations. */
  readonly invocation: string | null;
  readonly stream: 'out' | 'error';
  readonly text: string;
}

// --- stores

export interface StoreSummary {
  readonly id: string;
  readonly name: string;
  readonly kind: 'document-store' | 'key-value-store';
  /** The column that is the key. */
  readonly key: string;
  readonly size: number;
}

/**
 * An item by its columns, as DynamoDB would hold it. JSON, and for what JSON has no word objects with one property:
 * `{ "$number": "1e126" }` for a number that JavaScript cannot hold, `{ "$bytes": "<base64>" }`, `{ "$set": [...] }`.
 */
export type StoredItem = { readonly [column: string]: Json };

export interface StoreEntry {
  /** The key as `DELETE` and `after` take it. */
  readonly key: string;
  readonly item: StoredItem;
}

export interface StorePage {
  readonly entries: readonly StoreEntry[];
  /** Hand it on as `after`; null: there are no more. */
  readonly next: string | null;
  /** All items, or those that `search` finds. */
  readonly total: number;
}

// --- queues and topics

export interface QueueSummary {
  readonly id: string;
  readonly name: string;
  readonly fifo: boolean;
  /** Items that wait and those that somebody works on. */
  readonly size: number;
  readonly deadLetters: number;
}

export interface QueueDetail extends QueueSummary {
  readonly messages: readonly QueueMessage[];
  readonly dead: readonly QueueMessage[];
}

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** How often it was handed out. */
  readonly received: number;
  /** Somebody works on it, or it waits to be visible again. */
  readonly inFlight: boolean;
}

/** A text is sent as it is, everything else as JSON. */
export interface SendRequest {
  readonly message: Json;
  /** Queues of type FIFO. */
  readonly groupId?: string;
}

export interface TopicSummary {
  readonly id: string;
  readonly name: string;
  readonly subscriptions: number;
  readonly sent: number;
}

export interface TopicDetail extends TopicSummary {
  readonly endpoints: readonly { readonly id: string; readonly protocol: string; readonly endpoint: string }[];
  /** The newest, newest first. */
  readonly messages: readonly Json[];
}

// --- buckets

export interface BucketSummary {
  readonly id: string;
  readonly name: string;
  readonly files: number;
  /** Null: it is no website. */
  readonly url: string | null;
}

export interface FileEntry {
  readonly path: string;
  readonly size: number;
  readonly contentType: string;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
}

export interface FilePage {
  readonly files: readonly FileEntry[];
  /** Hand it on as `after`; null: there are no more. */
  readonly next: string | null;
}

// --- WebSocket connections

export interface ConnectionSummary {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  /** Messages from the client, and to it. */
  readonly received: number;
  readonly sent: number;
}

// --- events

export type ConsoleEvent =
  | { readonly event: 'log'; readonly line: LogLine }
  /** When it begins (`milliseconds` is null), and when it ends. */
  | { readonly event: 'invocation'; readonly invocation: InvocationSummary }
  /** What a page shows of these resources is out of date: ids of nodes, `websocket-api` for the connections. At most ten a second. */
  | { readonly event: 'changed'; readonly resources: readonly string[] }
  /** The source was compiled: `state` and `graph` may be others now. */
  | { readonly event: 'build'; readonly build: BuildState };
