// The one DynamoDB client of a process, which all stores and transactions share.
import { createClient } from '../sdk/dynamodb.js';

let client: ReturnType<typeof createClient> | undefined;

export const dynamodb = (): ReturnType<typeof createClient> => (client ??= createClient());
