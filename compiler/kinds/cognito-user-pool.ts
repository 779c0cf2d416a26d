/** User pools of Cognito that exist already, and the client that asks and changes them. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import { contentHash } from '../hash.js';
import type { ClassShape, NodeBase } from '../ir/graph.js';
import { s } from '../schema/schema.js';
import { decorator, type Kind } from './definition.js';
import { targetIdentity } from './store.js';

export interface CognitoUserPoolNode extends NodeBase<'cognito-user-pool'> {
  readonly class: ClassShape;
  readonly arn: string;
  /** The end of the ARN. */
  readonly userPoolId: string;
}

const codes = defineCodes({
  NIM6801: code<{ pool: string }>({
    slug: 'user-pool-twice',
    severity: 'error',
    message: (p) => `${p.pool} is an @ExistingCognitoUserPool twice in one stage`,
    hint: () => 'keep one of the decorators, or give them different stages',
    explain: page({
      what: 'A class stands for two user pools in one stage.',
      why: 'A client that is asked for with the class has to know which pool it is about.',
      bad: `
        @ExistingCognitoUserPool({ arn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_aaaaaaaaa', stages: ['dev'] })
        @ExistingCognitoUserPool({ arn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_bbbbbbbbb', stages: ['dev'] })
        export class Members {}`,
      good: `
        @ExistingCognitoUserPool({ arn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_aaaaaaaaa', stages: ['dev'] })
        @ExistingCognitoUserPool({ arn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_bbbbbbbbb', stages: ['prod'] })
        export class Members {}`,
    }),
  }),
  NIM6802: code<{ pool: string; given: string; inArn: string }>({
    slug: 'user-pool-id-differs',
    severity: 'error',
    message: (p) => `the userPoolId of ${p.pool} is "${p.given}", but its arn says "${p.inArn}"`,
    hint: () => 'remove userPoolId: it is the end of the ARN',
    explain: page({
      what: 'The "userPoolId" and the "arn" of a user pool mean two pools.',
      why: `
        Permissions are given on the ARN, and the client names the pool by its id. If they were two pools, every call would be
        denied.`,
      bad: `
        @ExistingCognitoUserPool({
          arn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_aaaaaaaaa',
          userPoolId: 'eu-west-1_bbbbbbbbb',
        })
        export class Members {}`,
      good: `
        @ExistingCognitoUserPool({ arn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_aaaaaaaaa' })
        export class Members {}`,
    }),
  }),
});

/** docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html */
const ARN = /^arn:[\w-]+:cognito-idp:[a-z0-9-]+:\d{12}:userpool\/[a-z0-9-]+_[0-9A-Za-z]+$/;

const declares = decorator({
  name: 'ExistingCognitoUserPool',
  role: 'declares',
  target: 'class',
  form: 'options',
  repeatable: true,
  fields: {
    arn: s.string({ pattern: ARN, what: 'the ARN of a Cognito user pool' }),
    userPoolId: s.string({ nonEmpty: true }).optional(),
    stages: s.stages(),
  },

  declare(owner, { options, span }, context) {
    const { arn, userPoolId } = options;
    const report = context.sink.for(codes);
    const node: CognitoUserPoolNode = {
      kind: 'cognito-user-pool',
      id: `cognito-user-pool:${owner.name}`,
      name: owner.name,
      source: span,
      class: { name: owner.name, module: owner.file, local: owner.local, fields: [] },
      arn: arn.value,
      userPoolId: arn.value.replace(/^.*\//, ''),
    };
    if (userPoolId !== undefined && userPoolId.value !== node.userPoolId) {
      const params = { pool: owner.name, given: userPoolId.value, inArn: node.userPoolId };
      report.report('NIM6802', params, userPoolId.span, { related: [{ span: arn.span, text: 'the ARN is here' }] });
    }
    const before = context.existing(node.id);
    if (before === null) {
      context.add(node);
      return;
    }
    report.report('NIM6801', { pool: owner.name }, span, {
      related: [{ span: before.source, text: 'the first one is here' }],
      stages: [context.stage],
    });
  },
});

const reading = {
  getUser: { summary: 'find out whose token it is', methods: ['getUser'] },
  searchUsers: { summary: 'search for users', methods: ['searchUsers'] },
  listUsersInGroup: { summary: 'list the users of a group', methods: ['listUsersInGroup'] },
} as const;

const operations = {
  ...reading,
  addUserToGroup: { summary: 'add a user to a group', methods: ['addUserToGroup'] },
  removeUserFromGroup: { summary: 'remove a user from a group', methods: ['removeUserFromGroup'] },
  updateUserAttributes: { summary: 'change attributes of a user', methods: ['updateUserAttributes'] },
} as const;

export type UserPoolOperation = keyof typeof operations;

/** `granted`: all that the function may do where nothing says that it needs less. */
const uses = (name: string, granted: readonly string[]) =>
  decorator({
    name,
    role: 'uses',
    target: 'method',
    form: 'options',
    repeatable: true,
    permits: granted,
    fields: { userPool: s.reference('a class marked @ExistingCognitoUserPool'), stages: s.stages() },
    identity: ({ userPool }) => targetIdentity(userPool),

    use({ options, span, spec }, user, context) {
      const pool = context.resource(options.userPool, ['cognito-user-pool'], spec.name, 'userPool');
      if (pool === null) return;
      context.edge({ kind: 'uses', from: user.id, to: pool.id, source: span, operations: granted, because: [span] });
    },
  });

export const cognitoUserPool: Kind = {
  name: 'cognito-user-pool',
  label: 'Cognito user pool',
  codes,
  decorators: [
    declares,
    uses('UsesCognitoUserPool', Object.keys(reading)),
    uses('UsesCognitoUserPoolAsAdmin', Object.keys(operations)),
  ],
  constants: { CognitoSearchType: { EXACT: 'EXACT', PREFIX: 'PREFIX' } },
  exports: [
    'CognitoClient',
    'CognitoSearchAttribute',
    'CognitoUser',
    'ExistingCognitoUserPoolOptions',
    'UsesCognitoUserPoolOptions',
  ],
  operations,
  clients: { getCognitoClient: { target: 0 } },
  permits: (target) => [{ option: 'userPool', value: target.class ?? '' }],
  describe: {
    'cognito-user-pool': (node) => {
      const { arn, userPoolId, class: owner } = node as CognitoUserPoolNode;
      return { arn, userPoolId, module: owner.module };
    },
  },

  client(node) {
    const { class: target, name } = node as CognitoUserPoolNode;
    const variable = variableOf(name);
    return { environment: [{ name: variable, attribute: 'arn' }], target, data: { name, pool: variable } };
  },
};

/** Names of classes may hold characters that names of Lambda's environment variables may not. */
function variableOf(name: string): string {
  const clean = name.replace(/[^A-Za-z0-9_]/g, '_');
  return `NIMBUS_USER_POOL_${clean === name ? name : `${clean}_${contentHash(name).slice(0, 8)}`}`;
}
