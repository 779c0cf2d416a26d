// The only way to the SDK's Lambda client. Bundles get this module ready-made: see pack.mjs.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientConfig } from './config.js';

/** The longest that a function may run, and a little more: an answer that was not waited for would be a second call. */
const LONGEST_MS = 905_000;

export function createClient() {
  const config = clientConfig('AWS_ENDPOINT_URL_LAMBDA');
  const client = new LambdaClient({ ...config, requestHandler: { ...config.requestHandler, requestTimeout: LONGEST_MS } });
  return {
    invoke: async (FunctionName: string, payload: string) => {
      const { FunctionError, Payload } = await client.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(payload) }));
      return { failed: FunctionError !== undefined, payload: Payload?.transformToString() ?? '' };
    },
    invokeAsync: (FunctionName: string, payload: string) =>
      client.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(payload), InvocationType: 'Event' })),
  };
}
