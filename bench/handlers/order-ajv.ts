/** A checked body by hand: ajv's standalone code, then what JSON has no form for. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { json, type Order, receipt } from './order.js';
import { validate } from './validate-order.js';

type Wire = Omit<Order, 'placed' | 'total'> & { readonly placed: string; readonly total: string };

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  let body: unknown;
  try {
    body = JSON.parse(event.body ?? '');
  } catch {
    return json(400, { message: 'invalid input', errors: [] });
  }
  if (!validate(body)) {
    const errors = validate.errors?.map(({ instancePath: path, message }) => ({ path, message }));
    return json(400, { message: 'invalid input', errors });
  }
  const wire = body as Wire;
  return json(200, receipt({ ...wire, placed: new Date(wire.placed), total: BigInt(wire.total) }));
}
