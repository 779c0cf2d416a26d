/** A checked body by hand: zod. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { z } from 'zod';
import { json, receipt } from './order.js';

const Order = z.object({
  id: z.string().min(1).max(64),
  email: z.email(),
  quantity: z.number().min(1),
  isGift: z.boolean(),
  placed: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  tags: z.array(z.string()),
  status: z.enum(['open', 'paid', 'sent']),
  address: z.object({ street: z.string(), city: z.string() }).nullable(),
  total: z
    .string()
    .regex(/^-?[0-9]+$/)
    .transform((digits) => BigInt(digits)),
  note: z.string().optional(),
});

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  let body: unknown;
  try {
    body = JSON.parse(event.body ?? '');
  } catch {
    return json(400, { message: 'invalid input', errors: [] });
  }
  const order = Order.safeParse(body);
  if (!order.success) {
    const errors = order.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    return json(400, { message: 'invalid input', errors });
  }
  return json(200, receipt(order.data));
}
