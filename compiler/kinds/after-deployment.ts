/** After-deployment functions: methods that run once when an apply has changed something. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import type { NodeBase } from '../ir/graph.js';
import { s } from '../schema/schema.js';
import { decorator, type Kind } from './definition.js';
import { functionOptions } from './function-options.js';

export interface AfterDeploymentNode extends NodeBase<'after-deployment'> {
  /** Runs after all that are no tests. */
  readonly isTest: boolean;
}

const codes = defineCodes({
  NIM2601: code<{ name: string }>({
    slug: 'after-deployment-twice',
    severity: 'error',
    message: (p) => `${p.name} is an @AfterDeployment function twice in one stage`,
    hint: () => 'keep one of the decorators, or give them different stages',
    explain: page({
      what: 'A method is an after-deployment function twice in one stage.',
      why: `
        It runs once per deployment; a second decorator for the same stage would contradict the first.`,
      bad: `
        export class Setup {
          @AfterDeployment()
          @AfterDeployment({ isTest: true })
          seed(): void {}
        }`,
      good: `
        export class Setup {
          @AfterDeployment()
          seed(): void {}

          @AfterDeployment({ isTest: true })
          smokeTest(): void {}
        }`,
    }),
  }),
});

const fields = { isTest: s.boolean().default(false), ...functionOptions };

const triggers = decorator({
  name: 'AfterDeployment',
  role: 'triggers',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields,
  identity: () => '',

  trigger(decl, target, context) {
    const { options, span } = decl;
    const node: AfterDeploymentNode = {
      kind: 'after-deployment',
      id: `after-deployment:${target.name}`,
      name: target.name,
      source: span,
      isTest: options.isTest.value,
    };
    const before = context.existing(node.id);
    if (before !== null) {
      context.sink.for(codes).report('NIM2601', { name: target.name }, span, {
        related: [{ span: before.source, text: 'the first one is here' }],
        stages: [context.stage],
      });
      return;
    }
    context.add(node);
    context.edge({ kind: 'triggers', from: node.id, to: target.id, source: span });
  },
});

export const afterDeployment: Kind = {
  name: 'after-deployment',
  codes,
  decorators: [triggers],
  exports: ['AfterDeploymentOptions'],
  handler: { event: null, body: false },
  describe: { 'after-deployment': (node) => ({ isTest: (node as AfterDeploymentNode).isTest }) },
};
