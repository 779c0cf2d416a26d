/** `@CustomFactory`: a class that makes the instance of a handler class, where its constructor cannot. */
import { stageCodes } from '../diagnostics/codes/stages.js';
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import { s } from '../schema/schema.js';
import { decorator, type Kind } from './definition.js';

const codes = defineCodes({
  NIM2801: code<{ factory: string; problem: string }>({
    slug: 'custom-factory-unusable',
    severity: 'error',
    message: (p) => `${p.factory} cannot be used as a factory: ${p.problem}`,
    hint: () => 'a factory is an exported class with a constructor callable without arguments and a method create()',
    explain: page({
      what: 'The class given to @CustomFactory cannot be used as a factory.',
      why: `
        The deployed function calls new ChatFactory().create() once per cold start, and waits for the result when it is
        a promise.`,
      bad: `
        class ChatFactory {
          make(): Chat { return new Chat('lobby'); }
        }

        @CustomFactory(ChatFactory)
        export class Chat {
          constructor(private readonly room: string) {}

          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
      good: `
        export class ChatFactory implements CustomFactoryInterface<Chat> {
          create(): Chat { return new Chat('lobby'); }
        }

        @CustomFactory(ChatFactory)
        export class Chat {
          constructor(private readonly room: string) {}

          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),
});

const fields = { factory: s.reference(), stages: s.stages() };

const configures = decorator({
  name: 'CustomFactory',
  role: 'configures',
  target: 'class',
  form: { positional: 'factory' },
  repeatable: true,
  everywhere: true,
  fields,
  identity: () => '',

  configure(decl, target, context) {
    const { factory } = decl.options;
    const info = context.classInfo(factory, decl.spec.name);
    if (info === null) return;
    const problem =
      info.exportName === null
        ? 'it is not exported'
        : info.abstract
          ? 'it is abstract'
          : info.requiredConstructorParameters > 0
            ? 'its constructor needs arguments'
            : info.methods.includes('create')
              ? null
              : 'it has no method create()';
    if (problem !== null || info.exportName === null) {
      context.sink.for(codes).report('NIM2801', { factory: info.name, problem: problem ?? '' }, factory.span, {
        related: [{ span: info.declaredAt, text: `${info.name} is declared here` }],
      });
      return;
    }
    if (target.factory !== null) {
      const first = target.owner.decorators.find((d) => d.spec === decl.spec && d.options !== decl.options);
      context.sink.for(stageCodes).report('NIM1404', { decorator: decl.spec.name, target: target.owner.name }, decl.span, {
        related: first === undefined ? [] : [{ span: first.span, text: 'the first one is here' }],
        stages: [context.stage],
      });
      return;
    }
    target.factory = { module: info.module, exportName: info.exportName };
  },
});

export const customFactory: Kind = {
  name: 'custom-factory',
  codes,
  decorators: [configures],
  describe: {},
  exports: ['CustomFactoryInterface'],
};
