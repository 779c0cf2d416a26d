/** A body of ten mixed fields, and what every handler answers to it, so that all do the same work. */
export interface Order {
  readonly id: string;
  readonly email: string;
  readonly quantity: number;
  readonly isGift: boolean;
  readonly placed: Date;
  readonly tags: readonly string[];
  readonly status: 'open' | 'paid' | 'sent';
  readonly address: { readonly street: string; readonly city: string } | null;
  readonly total: bigint;
  readonly note?: string | undefined;
}

export interface Receipt {
  readonly id: string;
  readonly year: number;
  readonly total: string;
  readonly count: number;
}

export const receipt = (order: Order): Receipt => ({
  id: order.id,
  year: order.placed.getUTCFullYear(),
  total: String(order.total * 2n),
  count: order.tags.length + order.quantity,
});

export const json = (statusCode: number, value: unknown) => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
