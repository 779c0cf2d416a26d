/** `@KeepWarm`: a schedule that pings a function, whatever triggers it otherwise. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import type { NodeBase, NodeId } from '../ir/graph.js';
import { s } from '../schema/schema.js';
import { decorator, type Kind } from './definition.js';

export interface KeepWarmNode extends NodeBase<'keep-warm'> {
  /** The function that is pinged; no edge leads to it, because its method is not called. */
  readonly function: NodeId;
  readonly className: string;
  readonly method: string;
}

const codes = defineCodes({
  NIM6401: code<{ name: string }>({
    slug: 'keep-warm-nowhere',
    severity: 'warning',
    message: ({ name }) => `@KeepWarm of ${name} has no effect: the configuration has no "keepWarmStages"`,
    hint: () => 'add the stages in which functions are kept warm to the configuration, as in "keepWarmStages: [prod]"',
    explain: page({
      what: 'A function shall be kept warm, but no stage is one in which that is done.',
      why: `
        Pinging costs a little, and mostly only one stage is worth it. So @KeepWarm without "stages" means the
        "keepWarmStages" of the configuration, of which there are none unless they are set.`,
      bad: `
        export class Search {
          @HttpServerlessFunction({ method: 'GET', path: 'search' })
          @KeepWarm()
          find(): void {}
        }`,
      good: `
        // with "keepWarmStages: [prod]" in nimbus.yml, or
        export class Search {
          @HttpServerlessFunction({ method: 'GET', path: 'search' })
          @KeepWarm({ stages: ['prod'] })
          find(): void {}
        }`,
    }),
  }),
});

const idOf = (name: string): string => `keep-warm:${name}`;

const configures = decorator({
  name: 'KeepWarm',
  role: 'configures',
  target: 'method',
  form: 'options',
  repeatable: true,
  everywhere: true,
  fields: { stages: s.stages() },
  identity: () => '',

  configure(decl, target, context) {
    const { keepWarmStages } = context.config;
    if (decl.stages === null && keepWarmStages.length === 0) {
      context.sink.for(codes).report('NIM6401', { name: target.name }, decl.span);
    }
    if (decl.stages === null && !keepWarmStages.includes(context.stage)) return;
    context.shared(idOf(target.name), (): KeepWarmNode => {
      const { id, name, owner, method } = target;
      const source = decl.span;
      return { kind: 'keep-warm', id: idOf(name), name, source, function: id, className: owner.name, method: method.name };
    });
  },
});

export const keepWarm: Kind = {
  name: 'keep-warm',
  codes,
  decorators: [configures],
  describe: { 'keep-warm': (node) => ({ function: (node as KeepWarmNode).function }) },
  wrapper: (target, graph) => (graph.resource(idOf(target.name)) === null ? null : 'keep-warm'),
};
