/** Secrets of AWS Secrets Manager, which others have made; functions that are allowed to read them. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import type { NodeBase } from '../ir/graph.js';
import { s } from '../schema/schema.js';
import { decorator, type Kind } from './definition.js';

export interface SecretNode extends NodeBase<'secret'> {
  readonly arn: string;
  /** Without the six characters at its end, an ARN fits more than one secret. */
  readonly whole: boolean;
}

const codes = defineCodes({
  NIM6701: code<{ secret: string }>({
    slug: 'secret-arn-incomplete',
    severity: 'warning',
    message: ({ secret }) => `the ARN of the secret "${secret}" ends without the six characters that AWS appends to its name`,
    hint: () => 'copy the whole ARN, as the console or "aws secretsmanager describe-secret" show it',
    explain: page({
      what: 'The ARN of a secret is not whole.',
      why: `
        AWS puts a dash and six characters at the end of the ARN of each secret. Permission for an ARN without them does not fit
        the secret, so that the function is permitted to read whatever has the name, a dash and any six characters: also a secret
        whose own name happens to be like this.`,
      bad: `
        export class Mailer {
          @BasicServerlessFunction()
          @UsesSecretManagerSecret({ secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mail' })
          send(): void {}
        }`,
      good: `
        export class Mailer {
          @BasicServerlessFunction()
          @UsesSecretManagerSecret({ secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mail-AbCd12' })
          send(): void {}
        }`,
    }),
  }),
});

/** docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
const ARN = /^arn:[\w-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}$/;
const WHOLE = /-[A-Za-z0-9]{6}$/;

const fields = { secretArn: s.string({ pattern: ARN, what: 'the ARN of a secret of AWS Secrets Manager' }), stages: s.stages() };

const operations = { read: { summary: 'read a secret', methods: ['getSecret', 'getSecretJson'] } } as const;

export type SecretOperation = keyof typeof operations;

const uses = decorator({
  name: 'UsesSecretManagerSecret',
  role: 'uses',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields,
  identity: (options) => options.secretArn.value,

  use({ options, span }, user, context) {
    const { value: arn, span: at } = options.secretArn;
    const whole = WHOLE.test(arn);
    const name = arn.split(':').at(-1) ?? arn;
    if (!whole) context.sink.for(codes).report('NIM6701', { secret: name }, at, { stages: [context.stage] });
    const node: SecretNode = {
      kind: 'secret',
      id: `secret:${arn}`,
      name: whole ? name.slice(0, -7) : name,
      source: span,
      arn,
      whole,
    };
    const secret = context.shared(node.id, () => node);
    const granted = { operations: Object.keys(operations), because: [span] };
    context.edge({ kind: 'uses', from: user.id, to: secret.id, source: span, ...granted });
  },
});

export const secret: Kind = {
  name: 'secret',
  codes,
  decorators: [uses],
  exports: ['SecretClient', 'UsesSecretManagerSecretOptions'],
  operations,
  clients: { getSecretClient: { target: 0 } },
  texts: (node) => [(node as SecretNode).arn],
  permits: (target) => [{ option: 'secretArn', value: `'${target.text ?? ''}'` }],
  describe: { secret: (node) => ({ secretArn: (node as SecretNode).arn }) },
  client(node) {
    const { arn } = node as SecretNode;
    return { environment: [], target: null, data: { arn } };
  },
};
