/** Stands for what bundle.ts generates with ajv of this schema, ahead of time. */
export interface Problem {
  readonly instancePath: string;
  readonly message?: string;
}

interface Validate {
  (json: unknown): boolean;
  readonly errors?: readonly Problem[] | null;
}

export const validate: Validate = () => {
  throw new Error('replaced when it is bundled');
};

export const orderSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 64 },
    email: { type: 'string', format: 'email' },
    quantity: { type: 'number', minimum: 1 },
    isGift: { type: 'boolean' },
    placed: { type: 'string', format: 'date-time' },
    tags: { type: 'array', items: { type: 'string' } },
    status: { enum: ['open', 'paid', 'sent'] },
    address: {
      type: ['object', 'null'],
      properties: { street: { type: 'string' }, city: { type: 'string' } },
      required: ['street', 'city'],
    },
    total: { type: 'string', pattern: '^-?[0-9]+$' },
    note: { type: 'string' },
  },
  required: ['id', 'email', 'quantity', 'isGift', 'placed', 'tags', 'status', 'address', 'total'],
} as const;
