// The thread of a function: loads its bundle, hands events to its handler, and its clients' operations to the main thread.
import { AsyncLocalStorage } from 'node:async_hooks';
import { Console } from 'node:console';
import process from 'node:process';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { registry } from '../../../runtime/core/binding.js';
import { installLink } from '../runtime/cloud-link.js';
import { errorData, errorOf, type FromWorker, type ToWorker, type WorkerData } from './messages.js';

type Handler = (event: unknown, context: { readonly awsRequestId: string }) => Promise<unknown>;

const port = parentPort as MessagePort;
const { name, file, resources } = workerData as WorkerData;
const invocation = new AsyncLocalStorage<string>();
const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let calls = 0;

const post = (message: FromWorker): void => port.postMessage(message);

process.setSourceMapsEnabled(true);
registry().local = true;
installLink({ name, resources, used: 0, call });
globalThis.console = new Console({ stdout: logStream('out'), stderr: logStream('error'), colorMode: false });

let handler: Promise<Handler> | null = null;
port.on('message', (message: ToWorker) => {
  if (message.type === 'answer') answer(message);
  else if (handler !== null) void handler.then((handle) => invoke(handle, message.id, message.event));
});
handler = import(pathToFileURL(file).href).then((module: { readonly handler: Handler }) => module.handler);
handler.then(
  () => post({ type: 'ready' }),
  (error: unknown) => post({ type: 'failed', error: errorData(error) }),
);

function invoke(handle: Handler, id: string, event: unknown): Promise<void> {
  return invocation.run(id, async () => {
    try {
      const result = await handle(event, { awsRequestId: id });
      post({ type: 'done', id, result: JSON.stringify(result) });
    } catch (error) {
      post({ type: 'thrown', id, error: errorData(error) });
    }
  });
}

function call(resource: string, operation: string, args: readonly unknown[]): Promise<unknown> {
  const number = ++calls;
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve, reject });
    post({ type: 'call', number, invocation: invocation.getStore() ?? null, resource, operation, args });
  });
}

function answer({ number, value, error }: Extract<ToWorker, { readonly type: 'answer' }>): void {
  const asked = waiting.get(number);
  waiting.delete(number);
  if (error === undefined) asked?.resolve(value);
  else asked?.reject(errorOf(error));
}

function logStream(stream: 'out' | 'error'): Writable {
  return new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      post({ type: 'log', invocation: invocation.getStore() ?? null, stream, text: String(text) });
      done();
    },
  });
}
